/**
 * The worker and the API of `bench/placements.ts`, in a process of their own. They share one connection, or `"apart"`: the API has
 * its own. Prints its address; ends when its standard input does.
 */

import { startApi } from "signalbox/api";
import { SignalboxClient } from "signalbox/client";
import { fileJournal } from "signalbox/journals/files";
import { openaiCompatible } from "signalbox/providers/openai-compatible";
import { defineConfig, openTemporal, startWorker } from "signalbox/worker";
import * as graphs from "./placement-graphs.ts";

const [connections, taskQueue = "", upstream = "", folder = ""] = process.argv.slice(2);

const temporal = await openTemporal();
const worker = await startWorker({
  config: defineConfig({
    providers: [openaiCompatible({ id: "up", baseURL: upstream })],
    models: { writer: ["up/model"] },
    journal: folder === "" ? false : fileJournal({ folder }),
  }),
  graphs,
  graphsUrl: new URL("placement-graphs.js", import.meta.url),
  temporal,
  taskQueue,
});
const client =
  connections === "apart"
    ? await SignalboxClient.connect({ taskQueue })
    : new SignalboxClient({ temporal: temporal.client, taskQueue });
const { url } = await startApi({
  client,
  graphs: worker.graphs,
  port: 0,
  onNotice: () => undefined,
});
console.log(url);
process.stdin.resume().once("end", () => process.exit());
