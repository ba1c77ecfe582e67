/** What one execution of a run hands on to the next: plain JSON, in its {@link RunInfo}. */

import type { Schema } from "../graph/schema.ts";
import type { GraphDefinition } from "../graph/definition.ts";
import { walkSteps } from "../graph/walk.ts";
import type { CarriedRecord } from "./carried-record.ts";
import type { Account } from "./ledger.ts";
import type { OpenStep, Reopened } from "./mailbox.ts";
import { Progress, type CarriedProgress } from "./progress.ts";

export interface CarriedState {
  /** Which execution of the run it is for: 2 for the first that goes on. */
  readonly execution: number;
  /** When the first execution began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** When the time of the run is up. */
  readonly endsAt: number;
  /** What it has cost so far, sub-graphs included. In 10⁻⁹ USD. */
  readonly spentNanoUsd: number;
  readonly progress: Omit<CarriedProgress, "waits">;
  readonly waits: readonly CarriedWait[];
  /** Of the run. Those of steps are part of the progress. */
  readonly account: Account;
  readonly record: CarriedRecord;
}

/** A step that waits for somebody. */
export interface CarriedWait extends Pick<OpenStep, "kind" | "step" | "reminders"> {
  /** Milliseconds since 1970. */
  readonly since: number;
}

export function carryWait({ kind, step, since, reminders }: OpenStep): CarriedWait {
  return { kind, step, since: Date.parse(since), reminders };
}

/** The progress that an earlier execution handed on; without one, none. */
export function openProgress(carried: CarriedState | undefined): Progress {
  if (carried === undefined) return new Progress();
  const waits = carried.waits.map(({ step, since }) => [step, since] as const);
  return new Progress({ ...carried.progress, waits: Object.fromEntries(waits) });
}

/** The waits with what their steps take, which is no data. */
export function reopenWaits(
  waits: readonly CarriedWait[],
  graph: GraphDefinition,
): readonly Reopened[] {
  if (waits.length === 0) return [];
  const schemas = schemasOf(graph);
  return waits.flatMap((wait) => {
    const schema = schemas.get(wait.step.replaceAll(INDEX, ""));
    return schema ? [{ ...wait, schema }] : [];
  });
}

/** Of an item. */
const INDEX = /\[\d+\]/g;

/** What comes to the steps that wait, by their paths without indexes. */
function schemasOf(graph: GraphDefinition): ReadonlyMap<string, Schema> {
  const schemas = new Map<string, Schema>();
  for (const { step, path } of walkSteps(graph)) {
    const plain = path.replaceAll(INDEX, "");
    if (step.kind === "approval") schemas.set(plain, step.decision);
    if (step.kind === "wait" && "event" in step.until) schemas.set(plain, step.until.event);
  }
  return schemas;
}
