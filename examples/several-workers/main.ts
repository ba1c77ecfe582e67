/**
 * Two workers that share the work: one runs graphs, with as many at once as the machine bears; the other calls models. Here
 * both are in one process; in earnest each is on machines of its own.
 */

import { SignalboxClient } from "signalbox/client";
import { openTemporal, startWorker } from "signalbox/worker";
import * as graphs from "./graphs.ts";
import config from "./signalbox.config.ts";

const temporal = await openTemporal();
const taskQueue = "mail";
const graphsUrl = new URL("graphs.js", import.meta.url);
const shared = { config, graphs, graphsUrl, temporal, taskQueue };

const graphWorker = await startWorker({
  ...shared,
  serves: { graphs: true },
  workerOptions: {
    tuner: {
      tunerOptions: { targetMemoryUsage: 0.8, targetCpuUsage: 0.9 },
      activityTaskSlotOptions: { minimumSlots: 50, maximumSlots: 500 },
    },
  },
});
const modelWorker = await startWorker({
  ...shared,
  serves: { queues: ["simulated"] },
  graceMs: 60_000,
});

const client = new SignalboxClient({ temporal: temporal.client, taskQueue });
const run = await client.start(graphs.letter, { to: "Ann" });
await client.waitUntilClosed(run);
const { status, routes } = await client.get(run);
const [candidate] = routes[0]?.candidates ?? [];
console.log(
  `${status}; ${candidate?.model} was called from task queue "${candidate?.queue?.name}"`,
);

await graphWorker.stop();
await modelWorker.stop();
await temporal.close();
