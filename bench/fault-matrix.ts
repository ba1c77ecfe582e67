/** What becomes of a run when its first upstream misbehaves, with default settings: the tables of the tests, through the whole engine. */

import { performance } from "node:perf_hooks";
import { SignalboxClient } from "signalbox/client";
import { openTemporal, startWorker } from "signalbox/worker";
import type { Fault } from "../test/harness/faults.ts";
import { openGate } from "../test/harness/open-gate.ts";
import { PLAIN_FAULTS } from "../test/harness/plain-faults.ts";
import { runFault, startFaultyUpstream, type FaultRun } from "../test/harness/run-faults.ts";
import { STREAM_FAULTS } from "../test/harness/stream-faults.ts";
import * as graphs from "./fault-graphs.ts";
import { summarise } from "./measure.ts";
import type { Result } from "./result.ts";

/** A default deadline is a minute: what has not ended long after that hangs. */
const LONGEST_MS = 180_000;

/** Runs all faults side by side; needs a Temporal server, which it starts unless TEMPORAL_ADDRESS names one. */
export async function measureFaultMatrix(): Promise<readonly Result[]> {
  const temporal = await openTemporal({
    env: { SIGNALBOX_TEMPORAL_PORT: "7243", SIGNALBOX_TEMPORAL_UI_PORT: "8243", ...process.env },
    onProgress: (line) => console.error(line),
  });
  try {
    const client = new SignalboxClient({ temporal: temporal.client, taskQueue: "bench-faults" });
    const run = (name: string, faults: readonly Fault[], up: typeof graphs.plainReply) =>
      runMatrix(name, faults, up, { client, temporal });
    return [
      await run("plain replies", PLAIN_FAULTS, graphs.plainReply),
      await run("streams", STREAM_FAULTS, graphs.streamedReply),
    ];
  } finally {
    await temporal.close();
  }
}

interface Place {
  readonly client: SignalboxClient;
  readonly temporal: Awaited<ReturnType<typeof openTemporal>>;
}

async function runMatrix(
  name: string,
  faults: readonly Fault[],
  up: typeof graphs.plainReply,
  { client, temporal }: Place,
): Promise<Result> {
  const { server, config } = await startFaultyUpstream(faults);
  const worker = await startWorker({
    config: { ...config, audit: false },
    graphs,
    graphsUrl: new URL("fault-graphs.js", import.meta.url),
    // Each fault is to be met, however many came before.
    liveSignals: openGate(),
    temporal,
    taskQueue: "bench-faults",
  });
  try {
    const startedAt = performance.now();
    const runs = await Promise.all(
      faults.map((fault, index) =>
        runFault(client, { up, nowhere: graphs.noUpstream }, fault, index),
      ),
    );
    return readMatrix(name, runs, performance.now() - startedAt);
  } finally {
    await worker.stop();
    await server.stop();
  }
}

function readMatrix(name: string, runs: readonly FaultRun[], tookMs: number): Result {
  const count = (outcome: FaultRun["outcome"]): number =>
    runs.filter((run) => run.outcome === outcome).length;
  const [silentlyBad, failed] = [count("silently bad"), count("failed")];
  const hangs = runs.filter(({ durationMs }) => durationMs > LONGEST_MS).length;
  const quick = runs.filter(({ fault }) => fault.needsDeadline !== true);
  return {
    name: `faults in ${name}, default settings`,
    figures: {
      faults: runs.length,
      recoveredByFallback: count("recovered"),
      oddButWholeTaken: count("taken"),
      failed,
      silentlyBad,
      hangs,
      untilAnswerMedianMs: summarise(quick.map(({ durationMs }) => durationMs)).medianMs,
      untilLastMs: Math.round(tookMs),
    },
    target: "0 silently bad, 0 hangs, 0 failed: the fallback is taken wherever it can answer",
    ok: silentlyBad + failed + hangs === 0,
  };
}
