/** The worker of the workflow written by hand, in a process of its own. Ready with the address of its metrics. */

import { fileURLToPath } from "node:url";
import { NativeConnection, Worker } from "@temporalio/worker";
import { reportReady } from "./child-side.ts";
import { installMeasuredRuntime } from "./measured-runtime.ts";
import * as activities from "./hand-written-activities.ts";
import type { WorkerReady } from "./worker-process.ts";

const [taskQueue = ""] = process.argv.slice(2);

const metricsUrl = await installMeasuredRuntime();
const connection = await NativeConnection.connect({ address: process.env["TEMPORAL_ADDRESS"] });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowsPath: fileURLToPath(new URL("hand-written-workflows.js", import.meta.url)),
  activities,
});
const stopped = worker.run();

reportReady({ metricsUrl } satisfies WorkerReady, async () => {
  worker.shutdown();
  await stopped;
  await connection.close();
});
