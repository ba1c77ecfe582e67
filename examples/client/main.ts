/** What the client does beside starting runs: keys that make a start safe to repeat, and lists. Prints what it finds. */

import { SignalboxClient } from "signalbox/client";
import { openTemporal, startWorker } from "signalbox/worker";
import * as graphs from "./graphs.ts";
import config from "./signalbox.config.ts";

const taskQueue = "greetings";
const temporal = await openTemporal();
const worker = await startWorker({
  config,
  graphs,
  graphsUrl: new URL("graphs.js", import.meta.url),
  temporal,
  taskQueue,
});

// As TEMPORAL_ADDRESS and Temporal's other variables say; `temporal` may be a server of this program's own.
const env = { ...process.env, TEMPORAL_ADDRESS: temporal.address };
const client = await SignalboxClient.connect({ env, taskQueue });

const workspace = `w${crypto.randomUUID()}`;
const greeting = await client.run(graphs.hello, { name: "Ann" }, { workspace });
console.log(greeting.text);

const options = { workspace, idempotencyKey: "order-4711", by: "shop" };
const id = await client.start(graphs.hello, { name: "Bob" }, options);
const again = await client.start(graphs.hello, { name: "Bob" }, options);
console.log(id === again ? "one run" : "two runs");
await client.waitUntilClosed(id);

let cursor: string | undefined;
do {
  const page = await client.list({ workspace, graph: "hello", limit: 1, cursor });
  for (const run of page.runs) console.log(run.graph, run.workspace === workspace);
  cursor = page.next;
} while (cursor !== undefined);

await client.close();
await worker.stop();
await temporal.close();
