/** A worker like any other, in a process of its own, which is killed. */

import { fileJournal } from "signalbox/journals/files";
import type { AttemptJournal, Provider, Sink } from "signalbox/plugins";
import { openaiCompatible } from "signalbox/providers/openai-compatible";
import { cascade } from "signalbox/routers/cascade";
import { jsonlSink } from "signalbox/sinks/jsonl";
import { redisSignals } from "signalbox/signals/redis";
import { defineConfig, openTemporal, startWorker } from "signalbox/worker";
import * as graphs from "./graphs.ts";
import { PRICE } from "./price.ts";
import {
  READY,
  SETTINGS_VARIABLE,
  type ServiceSettings,
  type WorkerSettings,
} from "./worker-settings.ts";

// Whoever started it is gone: nobody would end it.
process.stdin.resume().on("close", () => process.exit(1));

const settings: WorkerSettings = JSON.parse(process.env[SETTINGS_VARIABLE] ?? "{}");
const { redis, taskQueue, bundle, asksPlainFirst = false } = settings;
const services = asksPlainFirst ? settings.services.toReversed() : settings.services;
const models = ["large", "small"].flatMap((size) => services.map(({ id }) => `${id}/${size}`));

const config = defineConfig({
  audit: { sinks: [sinkOf(settings)], reconcileMinutes: 0.5 },
  providers: services.map(providerOf),
  models: {
    writer: models,
    small: models.toReversed(),
    careful: { pool: models, router: "careful" },
  },
  routers: { careful: cascade({ accept: { confidence: { field: "confidence", atLeast: 0.8 } } }) },
  prices: Object.fromEntries(models.map((model) => [model, PRICE])),
  journal: journalOf(settings),
  ...(redis !== undefined && { signals: redisSignals({ url: redis, onProblem: () => {} }) }),
});

const temporal = await openTemporal({ env: { TEMPORAL_ADDRESS: settings.temporal } });
const worker = await startWorker({
  config,
  graphs,
  graphsUrl: new URL("graphs.js", import.meta.url),
  temporal,
  taskQueue,
  bundle: { codePath: bundle },
});
console.log(READY);
await worker.stopped;

/** The key is sent to both sorts, so that calls can be counted by it; only one sort is said to honour it. */
function providerOf({ id, baseURL, honoursKeys }: ServiceSettings): Provider {
  const provider = openaiCompatible({ id, baseURL, idempotencyHeader: "Idempotency-Key" });
  return { ...provider, honoursIdempotencyKeys: honoursKeys };
}

function sinkOf({ audit: folder, diesBeforeTrail }: WorkerSettings): Sink {
  const sink = jsonlSink({ folder });
  if (diesBeforeTrail === true) sink.write = async () => void process.kill(process.pid, "SIGKILL");
  return sink;
}

function journalOf({ journal: folder, diesAfterKeeping }: WorkerSettings): AttemptJournal {
  const journal = fileJournal({ folder });
  if (diesAfterKeeping !== true) return journal;
  return {
    ...journal,
    async write(key, entry) {
      await journal.write(key, entry);
      process.kill(process.pid, "SIGKILL");
    },
  };
}
