/** Reads a run together with the runs of its sub-graphs. */

import { ifKnown } from "../client/as-client-error.ts";
import type { Attempt, Run } from "../client/run.ts";
import type { SignalboxClient } from "../client/signalbox-client.ts";

/** A run, and what it started. */
export interface WholeRun extends Run {
  /** Those of its sub-graphs that have begun, in the order in which they did. */
  readonly subRuns: readonly WholeRun[];
}

type Reader = Pick<SignalboxClient, "get">;

/** @throws {ClientError} CLIENT_UNKNOWN_RUN */
export async function readWholeRun(client: Reader, id: string): Promise<WholeRun> {
  const run = await client.get(id);
  const ids = run.steps.flatMap((step) => (step.run === undefined ? [] : [step.run]));
  const subRuns = await Promise.all(ids.map((sub) => readSub(client, sub)));
  return { ...run, subRuns: subRuns.filter((sub) => sub !== undefined) };
}

/** A sub-graph's run may be about to start, or no longer be kept. */
function readSub(client: Reader, id: string): Promise<WholeRun | undefined> {
  return ifKnown(readWholeRun(client, id));
}

/** Of the run and of all it started. */
export function allAttempts({ attempts, subRuns }: WholeRun): readonly Attempt[] {
  return [...attempts, ...subRuns.flatMap(allAttempts)];
}

/** Of the run and of all it started; sub-graphs count as one step more. */
export function countSteps({ steps, subRuns }: WholeRun): number {
  return subRuns.reduce((count, sub) => count + countSteps(sub), steps.length);
}
