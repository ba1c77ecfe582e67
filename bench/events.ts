/** Event streams: how soon 500 clients hear of what happens, and what they take, on one run and on 500. */

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { startApi, type Api } from "signalbox/api";
import { SignalboxClient } from "signalbox/client";
import { simulated } from "signalbox/providers/simulated";
import { defineConfig, openTemporal, startWorker } from "signalbox/worker";
import type { ClientsReport, OpenStreams } from "./event-clients.ts";
import * as graphs from "./event-graphs.ts";
import { summarise } from "./measure.ts";
import type { Result } from "./result.ts";

const CLIENTS = 500;
const IDLE_MS = 10_000;
const MIB = 1_024 ** 2;

/** Needs a Temporal server, which it starts unless TEMPORAL_ADDRESS names one. API and worker are one process, as with `npm start`. */
export async function measureEvents(): Promise<readonly Result[]> {
  const temporal = await openTemporal({
    env: { SIGNALBOX_TEMPORAL_PORT: "7251", SIGNALBOX_TEMPORAL_UI_PORT: "8251", ...process.env },
  });
  const taskQueue = "bench-events";
  const worker = await startWorker({
    config: defineConfig({
      audit: false,
      providers: [simulated({ replies: () => ({ text: "none is asked" }) })],
      models: { writer: ["simulated/one"] },
    }),
    graphs,
    graphsUrl: new URL("event-graphs.js", import.meta.url),
    temporal,
    taskQueue,
  });
  const client = new SignalboxClient({ temporal: temporal.client, taskQueue });
  const api = await startApi({
    client,
    graphs: new Map([[graphs.decided.id, graphs.decided]]),
    port: 0,
    onNotice: () => undefined,
  });
  try {
    return [await measure(1, client, api), await measure(CLIENTS, client, api)];
  } finally {
    await api.stop();
    await worker.stop();
    await temporal.close();
  }
}

async function measure(runCount: number, client: SignalboxClient, api: Api): Promise<Result> {
  const runs = await startRuns(runCount, client);
  globalThis.gc?.();
  const rssBefore = process.memoryUsage().rss;
  const startedAt = performance.now();
  const clients = fork(new URL("event-clients.js", import.meta.url));
  const urls = Array.from(
    { length: CLIENTS },
    (_, index) => `${api.url}/v1/runs/${runs[index % runCount]}/events`,
  );
  const opened = nextReport(clients);
  clients.send({ urls } satisfies OpenStreams);
  await opened;
  const openMs = performance.now() - startedAt;
  const idle = await cpuOf(() => delay(IDLE_MS));
  const rss = process.memoryUsage().rss;
  const heard = nextReport(clients);
  const deciding = await cpuOf(async () => {
    await inTurns(runs, (id) => client.decide(id, "signoff", { ok: true }));
    await heard;
  });
  const delaysMs = delaysOf(await heard);
  clients.kill();
  const lastMs = Math.max(...delaysMs);
  return {
    name: `from an event to the last of ${CLIENTS} clients, on ${runCount === 1 ? "one run" : `${runCount} runs`}`,
    figures: {
      ...summarise(delaysMs),
      lastMs,
      openAllMs: Math.round(openMs),
      idleCpuPercent: Math.round((idle.cpuMs / idle.tookMs) * 1_000) / 10,
      decidingCpuMs: Math.round(deciding.cpuMs),
      addedRssMiB: Math.round((rss - rssBefore) / MIB),
      rssMiB: Math.round(rss / MIB),
    },
    target: `all ${CLIENTS} hear of it`,
    ok: delaysMs.length === CLIENTS,
  };
}

/** Runs that wait: what the worker needs for them is there before the streams are. */
async function startRuns(count: number, client: SignalboxClient): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => `bench-events-${crypto.randomUUID()}`);
  await inTurns(ids, async (id) => {
    await client.start(graphs.decided, { say: "hello" }, { id });
    for await (const { type } of client.events(id)) if (type === "step.waiting") return;
  });
  return ids;
}

/** A few side by side. */
async function inTurns(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
): Promise<void> {
  const left = [...ids];
  const work = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) await act(id);
  };
  await Promise.all(Array.from({ length: 10 }, work));
}

async function nextReport(clients: ChildProcess): Promise<ClientsReport> {
  const [report]: ClientsReport[] = await once(clients, "message");
  if (report === undefined) throw new Error("The clients said nothing.");
  return report;
}

function delaysOf(report: ClientsReport): readonly number[] {
  if ("delaysMs" in report) return report.delaysMs;
  throw new Error("The clients did not hear of the decision.");
}

async function cpuOf(work: () => Promise<void>): Promise<{ cpuMs: number; tookMs: number }> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1_000, tookMs: performance.now() - startedAt };
}
