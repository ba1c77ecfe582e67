/**
 * A worker of `bench/workers.ts`, in a process of its own, so that what is measured is the worker's alone. Tells its parent
 * what it uses whenever it is asked to; ends when its parent does.
 */

import { memoryUsage } from "node:process";
import { openaiCompatible } from "signalbox/providers/openai-compatible";
import { defineConfig, openTemporal, startWorker, type WorkerOptions } from "signalbox/worker";
import * as graphs from "./worker-graphs.ts";

/** What a process has used so far. */
export interface Usage {
  readonly rssBytes: number;
  readonly cpuMs: number;
}

/** How it hands out its room for attempts. */
export type Slots = "resources" | number;

const [taskQueue = "", upstream = "", slots = ""] = process.argv.slice(2);

const temporal = await openTemporal();
const worker = await startWorker({
  config: defineConfig({
    audit: false,
    providers: [openaiCompatible({ id: "up", baseURL: upstream })],
    models: { writer: ["up/one"] },
  }),
  graphs,
  graphsUrl: new URL("worker-graphs.js", import.meta.url),
  temporal,
  taskQueue,
  workerOptions: optionsFor(slots),
});
process.on("message", () => process.send?.(usage()));
process.once("disconnect", () => void end());
process.send?.(usage());

function optionsFor(given: string): NonNullable<WorkerOptions["workerOptions"]> {
  if (given !== "resources") return { maxConcurrentActivityTaskExecutions: Number(given) };
  return { tuner: { tunerOptions: { targetMemoryUsage: 0.8, targetCpuUsage: 0.9 } } };
}

function usage(): Usage {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  return { rssBytes: memoryUsage.rss(), cpuMs: (user + system) / 1_000 };
}

async function end(): Promise<void> {
  await worker.stop();
  await temporal.close();
  process.exit();
}
