/** Compares two versions of a graph, and says whether runs in flight survive the change. */

import { isRecord, isSameJson } from "./canonical-json.ts";
import type { FlowJson, GraphJson, StepJson } from "./graph-json.ts";
import { findMoved } from "./moved-steps.ts";
import {
  CASES_DIFFER,
  GRAPH_JUDGES,
  ORDER_DIFFERS,
  STEPS_DIFFER,
  STEP_JUDGES,
  type GraphMember,
  type StepMember,
  type Verdict,
} from "./replay-safety.ts";

/** What happened: to a step or a case as a whole, or the member of the data form that changed. */
export type GraphChangeKind = "added" | "removed" | "moved" | GraphMember | StepMember;

/** One difference between two graphs. */
export interface GraphChange extends Verdict {
  /** The step's path, with a case's name or the part of a `refine` behind it; `""` for the graph itself. */
  readonly path: string;
  readonly what: GraphChangeKind;
  /** Before; absent for what was added. Of a moved step, its place among its neighbours, from 0. */
  readonly from?: unknown;
  /** After; absent for what was removed. */
  readonly to?: unknown;
}

/** What changed between two graphs. */
export interface GraphDiff {
  readonly changes: readonly GraphChange[];
  /** Whether runs that were started with the first graph can go on with the second. */
  readonly safe: boolean;
}

type Changes = Generator<GraphChange>;

/**
 * What changed from `before` to `after`. Prompts and other callbacks are code and not compared: `safe` says that
 * nothing in the data stands against going on, so the callbacks have to lead recorded values the same way.
 */
export function diffGraphs(before: GraphJson, after: GraphJson): GraphDiff {
  const changes = [...diffGraph(before, after), ...diffFlow(before, after, "")];
  return { changes, safe: changes.every(({ safe }) => safe) };
}

function* diffGraph(before: GraphJson, after: GraphJson): Changes {
  for (const what of ["id", "version", "input"] as const) {
    const [from, to] = [before[what], after[what]];
    if (!isSameJson(from, to)) yield change("", what, GRAPH_JUDGES[what](from, to), { from, to });
  }
}

/** `outer`: the path that the steps' ids come behind, with its slash. */
function* diffFlow(before: FlowJson, after: FlowJson, outer: string): Changes {
  const olds = placesOf(before);
  const news = placesOf(after);
  const moved = findMoved([...olds.keys()], [...news.keys()]);
  for (const [id, { step }] of olds) {
    if (!news.has(id)) yield change(outer + id, "removed", STEPS_DIFFER, { from: step });
  }
  for (const [id, { step, place }] of news) {
    const path = outer + id;
    const old = olds.get(id);
    if (old === undefined) {
      yield change(path, "added", STEPS_DIFFER, { to: step });
      continue;
    }
    if (moved.has(id)) yield change(path, "moved", ORDER_DIFFERS, { from: old.place, to: place });
    yield* diffStep(old.step, step, path);
  }
}

function placesOf({ steps }: FlowJson): ReadonlyMap<string, { step: StepJson; place: number }> {
  return new Map(steps.map((step, place) => [step.id, { step, place }]));
}

function* diffStep(before: StepJson, after: StepJson, path: string): Changes {
  if (before.kind !== after.kind) {
    // Nothing else of the two can be compared.
    yield* diffMembers(baseOf(before), baseOf(after), path);
    return;
  }
  yield* diffMembers(before, after, path);
  if (before.kind === "map" && after.kind === "map") {
    yield* diffFlow(before.each, after.each, `${path}/`);
  }
  if (before.kind === "branch" && after.kind === "branch") {
    yield* diffCases(before.cases, after.cases, path);
  }
  if (before.kind === "refine" && after.kind === "refine") {
    yield* diffMembers(before.write, after.write, `${path}/write`);
    yield* diffMembers(before.review, after.review, `${path}/review`);
  }
}

function baseOf({ kind, needs }: StepJson): object {
  return { kind, needs };
}

type Cases = Readonly<Record<string, FlowJson>>;

function* diffCases(before: Cases, after: Cases, path: string): Changes {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [from, to] = [before[name], after[name]];
    const place = `${path}/${name}`;
    if (from && to) yield* diffFlow(from, to, `${place}/`);
    else if (to) yield change(place, "added", CASES_DIFFER, { to });
    else yield change(place, "removed", CASES_DIFFER, { from });
  }
}

/** Compares what has no steps inside: `id` is the same, and steps and calls inside have paths of their own. */
function* diffMembers(before: object, after: object, path: string): Changes {
  const [olds, news] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  for (const name of new Set([...olds.keys(), ...news.keys()])) {
    if (!isStepMember(name)) continue;
    const from: unknown = olds.get(name);
    const to: unknown = news.get(name);
    if (isSameJson(from, to)) continue;
    if (name === "deadline" && isRecord(from) && isRecord(to)) yield* diffMembers(from, to, path);
    else yield change(path, name, STEP_JUDGES[name](from, to), { from, to });
  }
}

function isStepMember(name: string): name is StepMember {
  return Object.hasOwn(STEP_JUDGES, name);
}

function change(
  path: string,
  what: GraphChangeKind,
  { safe, why }: Verdict,
  { from, to }: { readonly from?: unknown; readonly to?: unknown },
): GraphChange {
  return {
    path,
    what,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    safe,
    why,
  };
}
