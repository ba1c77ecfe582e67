/** One chaos from beginning to end: a load, faults while it runs, and what came of it. */

import { setTimeout as sleep } from "node:timers/promises";
import { replayHistories } from "../worker/replay.ts";
import { driveLoad } from "./drive.ts";
import { gatherEvidence, type Evidence } from "./evidence.ts";
import { nameFault, planFaults } from "./faults.ts";
import * as graphs from "./graphs.ts";
import { injectFaults } from "./inject.ts";
import { judge } from "./judge.ts";
import { planLoad, type PlannedRun } from "./load.ts";
import { measureRecovery } from "./recovery.ts";
import { countCalls, type Report } from "./report.ts";
import { journalIn, openWorld, type World, type WorldOptions } from "./world.ts";

export interface ChaosOptions extends Omit<WorldOptions, "onNotice"> {
  readonly runs: number;
  /** How many runs are open at once. */
  readonly concurrency: number;
  /** The mean time between two faults. */
  readonly gapMs: number;
  /** No faults come later than so long after the start. */
  readonly faultsForMs: number;
  /** Runs that have not ended by then are lost. */
  readonly giveUpMs: number;
  /** Told what happens. */
  readonly onProgress: (line: string) => void;
}

export async function runChaos(options: ChaosOptions): Promise<Report> {
  const startedAt = Date.now();
  const world = await openWorld({ ...options, onNotice: options.onProgress });
  try {
    await Promise.all(world.workers.map((worker) => worker.start()));
    const load = planLoad(options.seed, options.runs);
    const errors: string[] = [];
    const { driven, faults } = await disturbed(world, load, { ...options, errors });
    const inspector = await world.openInspector();
    try {
      const evidence = await gatherEvidence(inspector, {
        driven,
        bills: world.bills,
        journal: journalIn(world.folder),
      });
      return {
        seed: options.seed,
        runs: options.runs,
        tookMs: Date.now() - startedAt,
        findings: {
          ...judge(evidence),
          notReplayed: await findNotReplayed(evidence, options),
          clientErrors: errors,
        },
        counts: { ...countCalls(evidence), workersThatGaveUp: gaveUp(world) },
        faults: faults.length,
        recovery: measureRecovery(faults, evidence.outcomes),
      };
    } finally {
      await inspector.close();
    }
  } finally {
    await world.close();
  }
}

type Disturbed = ChaosOptions & { readonly errors: string[] };

async function disturbed(
  world: World,
  load: readonly PlannedRun[],
  { seed, workers, gapMs, faultsForMs, giveUpMs, concurrency, onProgress, errors }: Disturbed,
) {
  const startedAt = Date.now();
  const say = (line: string): void =>
    onProgress(`${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  const over = new AbortController();
  const givenUp = AbortSignal.timeout(giveUpMs);
  const injecting = injectFaults(world, planFaults({ seed, workers, gapMs }), {
    signal: AbortSignal.any([over.signal, givenUp, AbortSignal.timeout(faultsForMs)]),
    onFault: (fault) => say(`${nameFault(fault)}, for ${fault.lastsMs} ms`),
  });
  let ended = 0;
  const driven = await driveLoad(world.client, load, {
    seed,
    concurrency,
    signal: givenUp,
    onEnded({ name }) {
      ended += 1;
      if (ended % 10 === 0 || load.length < 50) say(`${name} has ended: ${ended} of ${load.length}`);
    },
    onError({ name }, error) {
      errors.push(`${name}: ${String(error)}`);
    },
  });
  over.abort();
  const faults = await injecting;
  // What was told last is written before it is read.
  await sleep(1_000);
  return { driven, faults };
}

function gaveUp({ workers }: World): number {
  return workers.reduce((sum, worker) => sum + worker.gaveUp, 0);
}

async function findNotReplayed(
  { outcomes }: Evidence,
  { bundle }: Pick<ChaosOptions, "bundle">,
): Promise<readonly string[]> {
  const executions = outcomes.flatMap((outcome) => outcome.executions);
  const runs = executions.map(({ id, history }) => ({ name: id, workflowId: id, history }));
  const found: string[] = [];
  const options = { graphs, graphsUrl: new URL("graphs.js", import.meta.url), bundle };
  for await (const replayed of replayHistories(options, runs)) {
    if (replayed.status === "ok") continue;
    const why = replayed.status === "different" ? replayed.difference : replayed.error;
    found.push(`${replayed.name}: ${JSON.stringify(why)}`);
  }
  return found;
}
