/** A worker alone, for a Temporal server that is there already: start as many as you like. */

import { once } from "node:events";
import { openTemporal, startWorker } from "signalbox/worker";
import * as graphs from "./graphs.ts";
import config from "./signalbox.config.ts";

const temporal = await openTemporal();
const graphsUrl = new URL("graphs.js", import.meta.url);
const worker = await startWorker({ config, graphs, graphsUrl, temporal });
console.log(`Worker is up, at ${temporal.address}. Ctrl-C stops it.`);

await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), worker.stopped]);
await worker.stop();
await temporal.close();
