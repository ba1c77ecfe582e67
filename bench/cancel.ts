/** How soon a call in flight is hung up on upstream, once its run is cancelled. */

import { performance } from "node:perf_hooks";
import { SignalboxClient } from "signalbox/client";
import { openaiCompatible } from "signalbox/providers/openai-compatible";
import { defineConfig, openTemporal, startWorker } from "signalbox/worker";
import { startFakeOpenAI, type FakeOpenAI, type FakeRequest } from "../test/harness/fake-openai.ts";
import * as graphs from "./fault-graphs.ts";
import { summarise } from "./measure.ts";
import type { Result } from "./result.ts";

const RUNS = 10;
const TARGET_MS = 2_000;

/** Needs a Temporal server, which it starts unless TEMPORAL_ADDRESS names one. */
export async function measureCancel(): Promise<readonly Result[]> {
  const temporal = await openTemporal({
    env: { SIGNALBOX_TEMPORAL_PORT: "7243", SIGNALBOX_TEMPORAL_UI_PORT: "8243", ...process.env },
  });
  const server = await startFakeOpenAI(() => ({ stall: true }));
  const worker = await startWorker({
    config: defineConfig({
      audit: false,
      providers: [openaiCompatible({ id: "up", baseURL: server.url })],
      models: { writer: ["up/primary"], small: ["up/primary"] },
    }),
    graphs,
    graphsUrl: new URL("fault-graphs.js", import.meta.url),
    temporal,
    taskQueue: "bench-cancel",
  });
  const client = new SignalboxClient({ temporal: temporal.client, taskQueue: "bench-cancel" });
  const timesMs: number[] = [];
  for (let run = 0; run < RUNS; run++) timesMs.push(await timeCancel(client, server));
  await worker.stop();
  await server.stop();
  await temporal.close();
  const maxMs = Math.round(Math.max(...timesMs));
  return [
    {
      name: "from the cancelling of a run to the end of its call upstream",
      figures: { ...summarise(timesMs), maxMs },
      target: `under ${TARGET_MS} ms`,
      ok: maxMs < TARGET_MS,
    },
  ];
}

/** A worker also asks for the list of models. */
async function nextCall(server: FakeOpenAI): Promise<FakeRequest> {
  for (;;) {
    const request = await server.nextRequest();
    if (request.url.endsWith("/chat/completions")) return request;
  }
}

async function timeCancel(client: SignalboxClient, server: FakeOpenAI): Promise<number> {
  const asked = nextCall(server);
  const id = await client.start(graphs.plainReply, { say: "hello" });
  const { disconnected } = await asked;
  const startedAt = performance.now();
  await client.cancel(id);
  await disconnected;
  return performance.now() - startedAt;
}
