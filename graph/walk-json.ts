/** Visits every flow of a graph in its data form, and says what is seen from where. Data may be wrong: nothing here throws. */

import type { FlowJson, StepJson } from "./graph-json.ts";

/** A flow, and where it stands. */
export interface FlowVisit {
  readonly flow: FlowJson;
  /** The path of the step that holds it, with the case's name; `""` for the graph's own. */
  readonly path: string;
  /** What callbacks inside see from outside. */
  readonly outer: ReadonlySet<string>;
}

/** The flows of a graph, each before those that its steps hold. */
export function* walkFlows(graph: FlowJson): Generator<FlowVisit> {
  yield* walkInto({ flow: graph, path: "", outer: new Set(["input"]) });
}

/** The paths of all steps, each before those that stand inside it. */
export function listPaths(graph: FlowJson): readonly string[] {
  return pathsIn({ flow: graph, path: "", outer: new Set() });
}

/** The path of a step of the visited flow. */
export function pathOf({ path }: FlowVisit, id: string): string {
  return path === "" ? id : `${path}/${id}`;
}

function pathsIn(visit: FlowVisit): readonly string[] {
  const needs = needsOf(visit.flow);
  return visit.flow.steps.flatMap((step) => [
    pathOf(visit, step.id),
    ...flowsOf(step, visit, needs).flatMap(pathsIn),
  ]);
}

function* walkInto(visit: FlowVisit): Generator<FlowVisit> {
  yield visit;
  const needs = needsOf(visit.flow);
  for (const step of visit.flow.steps) {
    for (const inner of flowsOf(step, visit, needs)) yield* walkInto(inner);
  }
}

/** The needs of a flow's steps by id. */
export type Needs = ReadonlyMap<string, readonly string[]>;

/** The needs of all steps of a flow. */
export function needsOf({ steps }: FlowJson): Needs {
  return new Map(steps.map(({ id, needs }) => [id, needs]));
}

function flowsOf(step: StepJson, visit: FlowVisit, needs: Needs): readonly FlowVisit[] {
  const path = pathOf(visit, step.id);
  if (step.kind === "map") {
    const outer = new Set([...visit.outer, ...seenBy(step, needs), "item", "index"]);
    return [{ flow: step.each, path, outer }];
  }
  if (step.kind !== "branch") return [];
  const outer = new Set([...visit.outer, ...seenBy(step, needs)]);
  return Object.entries(step.cases).map(([name, flow]) => ({
    flow,
    path: `${path}/${name}`,
    outer,
  }));
}

/** Ids of the steps that must have finished before `step`: its needs, and everything they need. */
export function seenBy(step: StepJson, needs: Needs): ReadonlySet<string> {
  const seen = new Set(step.needs);
  // A set gives what is added while it is gone through, too.
  for (const id of seen) for (const need of needs.get(id) ?? []) seen.add(need);
  return seen;
}
