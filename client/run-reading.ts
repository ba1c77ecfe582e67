/** Puts together what a run and its parts tell, each as read by itself: what a part tells stands where it began. Pure. */

import { routesOf } from "./read-routes.ts";
import type { RunEvent, StepStarted } from "./run-event.ts";
import type { Attempt, RecordedRoute, RunStep } from "./run.ts";
import type { ReadTrail } from "./trail/read-trail.ts";
import { stepOfEvent, stepsOf } from "./trail/run-steps.ts";
import { waitsOf, type ExecutionWaits } from "./waiting-steps.ts";

/** What a run, or a part of one, has told so far. */
export interface RunReading {
  readonly attempts: readonly Attempt[];
  readonly routes: readonly RecordedRoute[];
  readonly steps: readonly RunStep[];
  /** Of the run itself, and of each of its parts. */
  readonly waits: readonly ExecutionWaits[];
  /** Sub-graphs and parts included. In 10⁻⁹ USD. */
  readonly spentNanoUsd: number;
  /** It has ended itself. */
  readonly hasEnded: boolean;
  /** Temporal no longer keeps its first executions. */
  readonly isIncomplete: boolean;
  /** Where its parts began. */
  readonly marks: ReadonlyMap<StepStarted["id"], PartMark>;
}

/** How much its run had told before a part began, and what it was told that the part has cost. */
interface PartMark {
  readonly attempts: number;
  readonly routes: number;
  readonly steps: number;
  readonly costNanoUsd: number;
}

/** A part, and what came of reading it. */
export interface Part<T> {
  readonly start: StepStarted;
  /** Absent: Temporal does not have it, as it is about to start, or was over long ago. */
  readonly whole: T | undefined;
}

export function isStartOfPart(event: RunEvent): event is StepStarted {
  return event.type === "step.started" && event.kind === "part";
}

/** @param id - the execution's workflow id. */
export function readExecution({ trail, events }: ReadTrail, id: string): RunReading {
  return {
    attempts: trail.attempts,
    routes: routesOf(events),
    steps: stepsOf(events),
    waits: [{ id, waits: waitsOf(events) }],
    spentNanoUsd: trail.spentNanoUsd,
    hasEnded: trail.hasEnded,
    isIncomplete: isIncomplete(events),
    marks: markParts(events),
  };
}

/** @param own - what the run, or part, has told itself. */
export function joinReadings(own: RunReading, parts: readonly Part<RunReading>[]): RunReading {
  const lists = <Name extends "attempts" | "routes" | "steps">(
    name: Name,
  ): readonly Insert<RunReading[Name][number]>[] =>
    parts.map(({ start, whole }) => ({
      at: own.marks.get(start.id)?.[name] ?? 0,
      list: whole?.[name] ?? [],
    }));
  const costs = parts.map(
    ({ start, whole }) => whole?.spentNanoUsd ?? own.marks.get(start.id)?.costNanoUsd ?? 0,
  );
  return {
    ...own,
    attempts: weave(own.attempts, lists("attempts")),
    routes: weave(own.routes, lists("routes")),
    steps: weave(own.steps, lists("steps")),
    waits: [...own.waits, ...parts.flatMap(({ whole }) => whole?.waits ?? [])],
    spentNanoUsd: costs.reduce((sum, cost) => sum + cost, own.spentNanoUsd),
  };
}

/** What a part says of itself as a run is left out: its start and end are told already. */
export function joinEvents(
  own: readonly RunEvent[],
  parts: readonly Part<readonly RunEvent[]>[],
): readonly RunEvent[] {
  const wholes = new Map(parts.map(({ start, whole = [] }) => [start.id, whole]));
  return own.flatMap((event) => {
    const inner = (wholes.get(event.id) ?? []).filter(({ type }) => !type.startsWith("run."));
    return [event, ...inner.map((told) => ({ ...told, id: `${event.id}/${told.id}` }))];
  });
}

function markParts(events: readonly RunEvent[]): ReadonlyMap<string, PartMark> {
  const marks = new Map<string, PartMark>();
  const costs = new Map(
    events.flatMap((event) =>
      event.type === "step.ended" ? [[event.step, event.costNanoUsd ?? 0]] : [],
    ),
  );
  const steps = new Set<string>();
  let [attempts, routes] = [0, 0];
  for (const event of events) {
    if (event.type === "attempt.started") attempts += 1;
    if (event.type === "route.decided") routes += 1;
    const step = stepOfEvent(event);
    if (step !== undefined) steps.add(step);
    if (isStartOfPart(event)) {
      const costNanoUsd = costs.get(event.step) ?? 0;
      marks.set(event.id, { attempts, routes, steps: steps.size, costNanoUsd });
    }
  }
  return marks;
}

function isIncomplete([first]: readonly RunEvent[]): boolean {
  return first?.type === "run.started" && first.isIncomplete === true;
}

interface Insert<T> {
  /** How many of the others come before. */
  readonly at: number;
  readonly list: readonly T[];
}

/** @param inserts - in the order of their places. */
function weave<T>(own: readonly T[], inserts: readonly Insert<T>[]): readonly T[] {
  const ends = [...inserts.map(({ at }) => at), own.length];
  return ends.flatMap((end, index) => [
    ...own.slice(index === 0 ? 0 : ends[index - 1], end),
    ...(inserts[index]?.list ?? []),
  ]);
}
