import { join } from "node:path";
import { Client } from "@temporalio/client";
import { bundleWorkflowCode, DefaultLogger, Worker } from "@temporalio/worker";
import { SignalboxPlugin } from "../../worker/signalbox-plugin.ts";
import * as graphs from "../fixtures/graphs.ts";
import { FROM_SOURCES } from "../harness/bundle.ts";
import { GUARDRAILS } from "../harness/guarded-world.ts";
import { openTestTemporal, simulatedConfig } from "../harness/temporal.ts";
import { drawTrace, keepSpans } from "../harness/traced.ts";

it("SignalboxPlugin traces the runs of a worker that is somebody else's", async () => {
  const kept = keepSpans();
  const plugin = new SignalboxPlugin({
    config: {
      ...simulatedConfig(() => ({ value: "said" })),
      guardrails: GUARDRAILS,
      telemetry: { spanProcessors: [kept.processor] },
    },
    graphs,
  });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: join(__dirname, "../fixtures/graphs.ts"),
    logger: new DefaultLogger("WARN"),
    plugins: [plugin],
    ...FROM_SOURCES,
  });
  const temporal = await openTestTemporal();
  const { connection } = temporal;
  const taskQueue = `test-${crypto.randomUUID()}`;
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, plugins: [plugin] });
  const client = new Client({ connection, plugins: [plugin] });

  await worker.runUntil(async () => {
    const workflowId = `plugin-${crypto.randomUUID()}`;
    const args: [{ body: string }] = [{ body: "hello" }];
    await client.workflow.execute(graphs.diamond, { taskQueue, workflowId, args });
  });
  await temporal.close();

  expect(drawTrace(kept.spans()).slice(0, 4)).toEqual([
    "invoke_workflow diamond",
    "  step join",
    "  step left",
    "    chat small",
  ]);
});
