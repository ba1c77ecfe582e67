/** What local activities lead to that run side by side comes in the same order on replay, however they ended. */

import { Worker } from "@temporalio/worker";
import { longMap } from "../fixtures/graphs.ts";
import { openGate } from "../harness/open-gate.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";

it("replays a map in a map with rewards", async () => {
  const config = simulatedConfig(({ model, prompt }) => ({ text: `${model} to ${prompt}` }));
  await withWorker({ config, liveSignals: openGate() }, async (worker) => {
    const input = { outer: 6, inner: 9 };
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        const id = await worker.client.start(longMap, input);
        await worker.client.result(longMap, id);
        const history = await worker.temporal.client.workflow.getHandle(id).fetchHistory();
        const codePath = process.env["SIGNALBOX_TEST_BUNDLE"] ?? "";

        await expect(
          Worker.runReplayHistory({ workflowBundle: { codePath } }, history, id),
        ).resolves.toBeUndefined();
      }),
    );
  });
});
