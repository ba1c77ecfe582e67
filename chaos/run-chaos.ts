/** One chaos from beginning to end: a load, faults while it runs, and what came of it. */

import { setMaxListeners } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { historyToJson } from "../worker/history-json.ts";
import { replayHistories } from "../worker/replay.ts";
import { driveLoad, type Driven } from "./drive.ts";
import { billsOf, gatherEvidence, type Evidence } from "./evidence.ts";
import { nameFault, planFaults } from "./faults.ts";
import * as graphs from "./graphs.ts";
import { injectFaults, type Injected } from "./inject.ts";
import { judge } from "./judge.ts";
import { planLoad, type PlannedRun } from "./load.ts";
import { measureRecovery } from "./recovery.ts";
import { countCalls, type Report } from "./report.ts";
import { readTrail } from "./trail.ts";
import { auditIn, journalIn, openWorld, type World, type WorldOptions } from "./world.ts";

export interface ChaosOptions extends Omit<WorldOptions, "onNotice"> {
  readonly runs: number;
  /** How many runs are open at once. */
  readonly concurrency: number;
  /** The mean time between two faults. */
  readonly gapMs: number;
  /** No more than so many. Default: for as long as runs are open. */
  readonly mostFaults?: number;
  /** Runs that have not ended by then are lost. */
  readonly giveUpMs: number;
  /** Where the histories of runs are left that something was found of, with what was billed for them. Default: nowhere. */
  readonly suspects?: string;
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
        trail: await readTrail(inspector.temporal, auditIn(world.folder)),
      });
      const findings = {
        ...judge(evidence),
        notReplayed: await findNotReplayed(evidence, options),
        clientErrors: errors,
      };
      await keepSuspects(evidence, Object.values(findings).flat(), options);
      return {
        seed: options.seed,
        runs: options.runs,
        tookMs: Date.now() - startedAt,
        findings,
        counts: {
          ...countCalls(evidence),
          workersThatGaveUp: gaveUp(world),
          auditRecords: evidence.trail.ids.size,
          trailsFoundAtTheEnd: evidence.trail.foundLast,
        },
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

async function disturbed(
  world: World,
  load: readonly PlannedRun[],
  options: ChaosOptions & { readonly errors: string[] },
): Promise<{ readonly driven: readonly Driven[]; readonly faults: readonly Injected[] }> {
  const { seed, concurrency, mostFaults = Infinity, giveUpMs, errors } = options;
  const say = sayWithTime(options.onProgress);
  const over = new AbortController();
  const givenUp = new AbortController();
  // Each run listens to it several times over.
  setMaxListeners(0, givenUp.signal, over.signal);
  const timer = setTimeout(() => {
    say("time is up: what has not ended is lost");
    over.abort();
    givenUp.abort();
  }, giveUpMs);
  const injecting = injectFaults(world, planFaults(options), {
    signal: over.signal,
    most: mostFaults,
    onFault: (fault) => say(`${nameFault(fault)}, for ${fault.lastsMs} ms`),
  });
  let ended = 0;
  const driven = await driveLoad(world.client, load, {
    seed,
    concurrency,
    signal: givenUp.signal,
    onEnded({ name }) {
      ended += 1;
      const isTold = ended % 10 === 0 || load.length < 50;
      if (isTold) say(`${name} has ended: ${ended} of ${load.length}`);
    },
    onError: ({ name }, error) => errors.push(`${name}: ${String(error)}`),
  });
  clearTimeout(timer);
  over.abort();
  return { driven, faults: await injecting };
}

function sayWithTime(say: (line: string) => void): (line: string) => void {
  const startedAt = Date.now();
  return (line) => say(`${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
}

/** So that somebody can see what happened, once all servers are gone. */
async function keepSuspects(
  { outcomes, bills }: Evidence,
  found: readonly string[],
  { suspects }: ChaosOptions,
): Promise<void> {
  if (suspects === undefined) return;
  await rm(suspects, { recursive: true, force: true });
  for (const outcome of outcomes) {
    const { name } = outcome.driven.run;
    if (!found.some((what) => what.startsWith(`${name} `) || what.startsWith(`${name}:`))) continue;
    await mkdir(suspects, { recursive: true });
    const histories = outcome.executions.map(({ id, history }) => [id, historyToJson(history)]);
    const billed = billsOf(outcome, bills);
    const text = JSON.stringify({ bills: billed, histories: Object.fromEntries(histories) });
    await writeFile(join(suspects, `${name}.json`), text);
  }
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
