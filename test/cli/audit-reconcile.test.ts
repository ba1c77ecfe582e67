/** `signalbox audit reconcile`, on runs whose worker has kept no trail. */

import { threeSteps } from "../fixtures/graphs.ts";
import { withProject } from "../harness/project.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";

const files = {
  "signalbox.config.js": "export default { providers: [], models: {} };",
  "silent.config.js": "export default { providers: [], models: {}, audit: false };",
};
const env = { TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"] ?? "" };

const config = simulatedConfig(({ step }) => {
  if (step === "triage") return { value: { kind: "card" } };
  return { value: step === "draft" ? { text: "hello" } : { fit: true } };
});

it("writes what the trail lacks, and finds nothing the next time", () =>
  withWorker({ config }, async ({ client, temporal, taskQueue }) => {
    const id = await client.start(threeSteps, { body: "My card is gone" });
    await client.waitUntilClosed(id);
    const ended = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Completed'`;
    while ((await temporal.client.workflow.count(ended)).count === 0);

    await withProject(
      files,
      async ({ signalbox }) => {
        const reconcile = ["audit", "reconcile", "--task-queue", taskQueue];
        const first = await signalbox(...reconcile, "--json");
        const second = await signalbox(...reconcile, "--since", "2h");
        const verified = await signalbox("audit", "verify");
        const silent = await signalbox(...reconcile, "--config", "silent.config.js");

        expect(JSON.parse(first.output)).toMatchObject({ sinks: ["jsonl"], runs: 1, missing: 1 });
        expect(second.output).toMatch(/Runs that have ended +1\nMissing, and written now +0/);
        expect(verified.output).toContain("sound");
        expect(silent.exitCode).toBe(1);
      },
      env,
    );
  }));
