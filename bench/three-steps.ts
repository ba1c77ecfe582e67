/** The graph of three steps beside a workflow that does the same by hand, and beside `@temporalio/ai-sdk`: how fast, and at what cost. */

import { drive } from "./load/drive.ts";
import { openWorld, type World } from "./load/open-world.ts";
import { readRequests, readRunCost } from "./load/temporal-calls.ts";
import { quantile, roundMs } from "./measure.ts";
import { enough } from "./options.ts";
import { PeerUnavailable } from "./peers/install.ts";
import type { Result } from "./result.ts";
import {
  runOnce,
  startHandWritten,
  startPeer,
  startSignalbox,
  type Contestant,
} from "./three-steps-contestants.ts";

/** Runs. */
const AT_ONCE = 16;

const MIN_THROUGHPUT = 0.9;
const MAX_P50 = 1.15;

/** How long a call takes, and how much is done. */
interface Regime {
  readonly name: string;
  readonly delayMs: number;
  readonly rounds: number;
  /** Runs of a round, one after the other. */
  readonly alone: number;
  /** Runs of a round, side by side. */
  readonly together: number;
  readonly withPeer: boolean;
}

/** CPU is all that a run takes. */
const ANSWERED_AT_ONCE: Regime = {
  name: "three steps",
  delayMs: 0,
  rounds: 6,
  alone: 25,
  together: 160,
  withPeer: true,
};

/** About what the quickest of real models take. */
const ANSWERED_LATER: Regime = {
  name: "three steps where a call takes 200 ms",
  delayMs: 200,
  rounds: 5,
  alone: 5,
  together: 64,
  withPeer: false,
};

/** What was measured of a contestant, round by round. */
interface Measured {
  readonly contestant: Contestant;
  readonly aloneMs: number[];
  readonly togetherMs: number[];
  readonly p50Ms: number[];
  readonly runsPerSecond: number[];
  cpuMs: number;
}

export async function measureThreeSteps(): Promise<readonly Result[]> {
  const world = await openWorld();
  try {
    const quick = await measureRegime(world, ANSWERED_AT_ONCE);
    const slow = await measureRegime(world, ANSWERED_LATER);
    return [...quick, ...slow];
  } finally {
    await world.close();
  }
}

/** In rounds, all contestants in each, so that a busy machine hits all alike. */
async function measureRegime(world: World, regime: Regime): Promise<readonly Result[]> {
  const upstreamUrl = regime.delayMs > 0 ? world.upstreamAfter(regime.delayMs) : world.upstreamUrl;
  const contestants = [
    await startSignalbox(world, upstreamUrl),
    await startHandWritten(world, upstreamUrl),
  ];
  const skipped: Result[] = [];
  try {
    if (regime.withPeer) contestants.push(await startPeer(world));
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    const name = `${regime.name}, @temporalio/ai-sdk`;
    skipped.push({ name, figures: {}, skipped: error.message });
  }
  try {
    const measured = await measureInRounds(contestants, regime);
    const lines = [];
    for (const one of measured) lines.push(await describe(one, regime, world));
    const [ours, byHand] = measured;
    const compared = ours && byHand ? [compare(ours, byHand, regime)] : [];
    return [...lines, ...skipped, ...compared];
  } finally {
    for (const { worker } of contestants) await worker.stop();
  }
}

async function measureInRounds(
  contestants: readonly Contestant[],
  regime: Regime,
): Promise<readonly Measured[]> {
  const measured = contestants.map((contestant): Measured => ({
    contestant,
    aloneMs: [],
    togetherMs: [],
    p50Ms: [],
    runsPerSecond: [],
    cpuMs: 0,
  }));
  for (const { contestant } of measured)
    await drive(enough(regime.together / 2), AT_ONCE, () => runOnce(contestant));
  for (let round = 0; round < enough(regime.rounds); round++) {
    // Forth and back, so that none always comes after the same other.
    for (const one of round % 2 === 0 ? measured : measured.toReversed())
      await measureRound(one, regime);
  }
  return measured;
}

async function measureRound(measured: Measured, regime: Regime): Promise<void> {
  const { contestant } = measured;
  const alone = await drive(enough(regime.alone), 1, () => runOnce(contestant));
  const before = await contestant.worker.usage();
  const together = await drive(enough(regime.together), AT_ONCE, () => runOnce(contestant));
  const after = await contestant.worker.usage();
  measured.aloneMs.push(...alone.timesMs);
  measured.togetherMs.push(...together.timesMs);
  measured.p50Ms.push(quantile(alone.timesMs, 0.5));
  measured.runsPerSecond.push((together.timesMs.length / together.tookMs) * 1_000);
  measured.cpuMs += after.cpuMs - before.cpuMs;
}

async function describe(
  measured: Measured,
  { name, alone }: Regime,
  { temporal }: World,
): Promise<Result> {
  const { contestant, aloneMs, togetherMs, runsPerSecond, cpuMs } = measured;
  const cost = await readRunCost(temporal.client, await runOnce(contestant));
  return {
    name: `${name}, ${contestant.name}`,
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
      ...(await requestsOf(contestant, enough(alone))),
    },
  };
}

/** What a worker asks of Temporal for one run, without the polls. */
async function requestsOf(
  contestant: Contestant,
  runs: number,
): Promise<Readonly<Record<string, number>>> {
  const { metricsUrl } = contestant.worker.ready;
  const before = await readRequests(metricsUrl);
  await drive(runs, 1, () => runOnce(contestant));
  const after = await readRequests(metricsUrl);
  const each = (operation: string): number =>
    roundMs(((after.get(operation) ?? 0) - (before.get(operation) ?? 0)) / runs);
  return {
    heartbeats: each("RecordActivityTaskHeartbeat"),
    workflowTaskAnswers: each("RespondWorkflowTaskCompleted"),
    activityAnswers: each("RespondActivityTaskCompleted"),
  };
}

/** Round by round: what the machine did otherwise meanwhile is in both. */
function compare(ours: Measured, byHand: Measured, { name }: Regime): Result {
  const ratios = (read: (measured: Measured) => readonly number[]): readonly number[] =>
    read(ours).map((figure, round) => figure / (read(byHand)[round] ?? Number.NaN));
  const throughput = ratios(({ runsPerSecond }) => runsPerSecond);
  const p50 = ratios(({ p50Ms }) => p50Ms);
  const throughputRatio = roundMs(quantile(throughput, 0.5));
  const p50Ratio = roundMs(quantile(p50, 0.5));
  return {
    name: `${name}: Signalbox beside the workflow written by hand`,
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
