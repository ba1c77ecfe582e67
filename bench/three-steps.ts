/** The graph of three steps beside a workflow that does the same by hand, and beside `@temporalio/ai-sdk`: how fast, and at what cost. */

import { deepStrictEqual } from "node:assert";
import { startChild, type Child } from "./load/child.ts";
import { drive } from "./load/drive.ts";
import { threeSteps } from "./load/graphs/three-steps.ts";
import { openWorld, type World } from "./load/open-world.ts";
import { readRequests, readRunCost } from "./load/temporal-calls.ts";
import type { WorkerReady } from "./load/worker-process.ts";
import { quantile, roundMs } from "./measure.ts";
import { enough } from "./options.ts";
import { startAiSdk } from "./peers/ai-sdk.ts";
import { PeerUnavailable } from "./peers/install.ts";
import type { Result } from "./result.ts";

const TICKET = { body: "My card is gone" };
const ANSWER = { fit: true };

const ROUNDS = 6;
const ALONE = 25;
const TOGETHER = 160;
const AT_ONCE = 16;
const WARM_UP = 80;

const MIN_THROUGHPUT = 0.9;
const MAX_P50 = 1.15;

/** One that does the three steps. */
interface Contestant {
  readonly name: string;
  readonly worker: Child<WorkerReady>;
  /** Starts a run and waits for its result. */
  readonly run: (id: string) => Promise<unknown>;
}

/** What was measured of a contestant, round by round. */
interface Measured {
  readonly contestant: Contestant;
  readonly aloneMs: number[];
  readonly togetherMs: number[];
  readonly p50Ms: number[];
  readonly runsPerSecond: number[];
  cpuMs: number;
}

/** In rounds, all contestants in each, so that a busy machine hits all alike. */
export async function measureThreeSteps(): Promise<readonly Result[]> {
  const world = await openWorld();
  const contestants = [await startSignalbox(world), await startHandWritten(world)];
  const skipped: Result[] = [];
  try {
    contestants.push(await startPeer(world));
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    skipped.push({ name: nameOf("@temporalio/ai-sdk"), figures: {}, skipped: error.message });
  }
  try {
    const measured = await measureInRounds(contestants);
    const lines = [];
    for (const one of measured) lines.push(await describe(one, world));
    const [ours, byHand] = measured;
    const compared = ours && byHand ? [compare(ours, byHand)] : [];
    return [...lines, ...skipped, ...compared];
  } finally {
    for (const { worker } of contestants) await worker.stop();
    await world.close();
  }
}

async function startSignalbox(world: World): Promise<Contestant> {
  const worker = await world.startWorker("three-steps");
  const run = (id: string) => worker.client.run(threeSteps, TICKET, { id });
  return { name: "Signalbox", worker, run };
}

async function startHandWritten({ temporal, env }: World): Promise<Contestant> {
  const taskQueue = `bench-hand-written-${crypto.randomUUID()}`;
  const program = new URL("load/hand-written-process.js", import.meta.url);
  const worker = await startChild<WorkerReady>(program, { args: [taskQueue], env });
  const run = (workflowId: string) =>
    temporal.client.workflow.execute("handWritten", { args: [TICKET], taskQueue, workflowId });
  return { name: "by hand", worker, run };
}

async function startPeer({ temporal, env }: World): Promise<Contestant> {
  const taskQueue = `bench-ai-sdk-${crypto.randomUUID()}`;
  const worker = await startAiSdk(taskQueue, env);
  const run = (workflowId: string) =>
    temporal.client.workflow.execute("aiSdk", { args: [TICKET], taskQueue, workflowId });
  return { name: "@temporalio/ai-sdk", worker, run };
}

async function measureInRounds(contestants: readonly Contestant[]): Promise<readonly Measured[]> {
  const measured = contestants.map((contestant): Measured => ({
    contestant,
    aloneMs: [],
    togetherMs: [],
    p50Ms: [],
    runsPerSecond: [],
    cpuMs: 0,
  }));
  for (const { contestant } of measured)
    await drive(enough(WARM_UP), AT_ONCE, () => runOnce(contestant));
  for (let round = 0; round < enough(ROUNDS); round++) {
    // Forth and back, so that none always comes after the same other.
    for (const one of round % 2 === 0 ? measured : measured.toReversed()) await measureRound(one);
  }
  return measured;
}

async function measureRound(measured: Measured): Promise<void> {
  const { contestant } = measured;
  const alone = await drive(enough(ALONE), 1, () => runOnce(contestant));
  const before = await contestant.worker.usage();
  const together = await drive(enough(TOGETHER), AT_ONCE, () => runOnce(contestant));
  const after = await contestant.worker.usage();
  measured.aloneMs.push(...alone.timesMs);
  measured.togetherMs.push(...together.timesMs);
  measured.p50Ms.push(quantile(alone.timesMs, 0.5));
  measured.runsPerSecond.push((together.timesMs.length / together.tookMs) * 1_000);
  measured.cpuMs += after.cpuMs - before.cpuMs;
}

async function runOnce({ run }: Contestant): Promise<string> {
  const id = `bench-${crypto.randomUUID()}`;
  deepStrictEqual(await run(id), ANSWER);
  return id;
}

async function describe(measured: Measured, { temporal }: World): Promise<Result> {
  const { contestant, aloneMs, togetherMs, runsPerSecond, cpuMs } = measured;
  const cost = await readRunCost(temporal.client, await runOnce(contestant));
  return {
    name: nameOf(contestant.name),
    figures: {
      p50Ms: roundMs(quantile(aloneMs, 0.5)),
      p99Ms: roundMs(quantile(aloneMs, 0.99)),
      [`p50Ms${AT_ONCE}`]: roundMs(quantile(togetherMs, 0.5)),
      [`p99Ms${AT_ONCE}`]: roundMs(quantile(togetherMs, 0.99)),
      runsPerSecond: roundMs(quantile(runsPerSecond, 0.5)),
      leastRunsPerSecond: roundMs(Math.min(...runsPerSecond)),
      mostRunsPerSecond: roundMs(Math.max(...runsPerSecond)),
      workerCpuMs: roundMs(cpuMs / togetherMs.length),
      ...cost,
      ...(await requestsOf(contestant)),
    },
  };
}

/** What a worker asks of Temporal for one run, without the polls. */
async function requestsOf(contestant: Contestant): Promise<Readonly<Record<string, number>>> {
  const { metricsUrl } = contestant.worker.ready;
  const before = await readRequests(metricsUrl);
  await drive(enough(ALONE), 1, () => runOnce(contestant));
  const after = await readRequests(metricsUrl);
  const each = (operation: string): number =>
    roundMs(((after.get(operation) ?? 0) - (before.get(operation) ?? 0)) / enough(ALONE));
  return {
    heartbeats: each("RecordActivityTaskHeartbeat"),
    workflowTaskAnswers: each("RespondWorkflowTaskCompleted"),
    activityAnswers: each("RespondActivityTaskCompleted"),
  };
}

/** Round by round: what the machine did otherwise meanwhile is in both. */
function compare(ours: Measured, byHand: Measured): Result {
  const ratios = (read: (measured: Measured) => readonly number[]): readonly number[] =>
    read(ours).map((figure, round) => figure / (read(byHand)[round] ?? Number.NaN));
  const throughput = ratios(({ runsPerSecond }) => runsPerSecond);
  const p50 = ratios(({ p50Ms }) => p50Ms);
  const throughputRatio = roundMs(quantile(throughput, 0.5));
  const p50Ratio = roundMs(quantile(p50, 0.5));
  return {
    name: "three steps: Signalbox beside the workflow written by hand",
    figures: {
      throughputRatio,
      leastThroughputRatio: roundMs(Math.min(...throughput)),
      mostThroughputRatio: roundMs(Math.max(...throughput)),
      p50Ratio,
      leastP50Ratio: roundMs(Math.min(...p50)),
      mostP50Ratio: roundMs(Math.max(...p50)),
    },
    target: `throughputRatio at least ${MIN_THROUGHPUT}, p50Ratio at most ${MAX_P50}`,
    ok: throughputRatio >= MIN_THROUGHPUT && p50Ratio <= MAX_P50,
  };
}

function nameOf(contestant: string): string {
  return `three steps, ${contestant}`;
}
