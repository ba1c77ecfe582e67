/** The worker of the workflow written by hand, in a process of its own. Ready with the address of its metrics. */

import { fileURLToPath } from "node:url";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import { reportReady } from "./child-side.ts";
import { freePort } from "./free-port.ts";
import * as activities from "./hand-written-activities.ts";
import type { WorkerReady } from "./worker-process.ts";

const [taskQueue = ""] = process.argv.slice(2);

const bindAddress = `127.0.0.1:${await freePort()}`;
Runtime.install({
  logger: new DefaultLogger("WARN"),
  shutdownSignals: [],
  telemetryOptions: {
    // Of a busy machine, core warns for every task.
    logging: { filter: { core: "ERROR" } },
    metrics: { prometheus: { bindAddress } },
  },
});
const connection = await NativeConnection.connect({ address: process.env["TEMPORAL_ADDRESS"] });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowsPath: fileURLToPath(new URL("hand-written-workflows.js", import.meta.url)),
  activities,
});
const stopped = worker.run();

reportReady({ metricsUrl: `http://${bindAddress}/metrics` } satisfies WorkerReady, async () => {
  worker.shutdown();
  await stopped;
  await connection.close();
});
