/** Checks the edges of a flow. The builder lets no wrong ones through; data may hold any. */

import type { FlowJson } from "./graph-json.ts";
import { problem, warning, type GraphProblem } from "./problem.ts";
import { pathOf, type FlowVisit } from "./walk-json.ts";

/** Needs that are not there, that come later or go in circles, and steps that nothing needs. */
export function* checkNeeds(visit: FlowVisit): Generator<GraphProblem> {
  const { steps } = visit.flow;
  const known = placeSteps(visit.flow);
  const cycles = findCycles(known);
  const circular = new Set(cycles.flatMap(edgesOf));
  for (const [index, { id, needs }] of steps.entries()) {
    for (const need of needs) {
      const place = known.get(need)?.place;
      if (place === undefined) yield unknownNeed(need, id, visit);
      else if (place >= index && !circular.has(edge(id, need))) yield laterNeed(need, id, visit);
    }
  }
  for (const cycle of cycles) yield cycleProblem(cycle, visit);
  yield* checkUnused(visit);
}

/** Steps by id. An id stands for the first that has it; the others are reported as duplicates. */
type KnownSteps = ReadonlyMap<
  string,
  { readonly place: number; readonly needs: readonly string[] }
>;

function placeSteps({ steps }: FlowJson): KnownSteps {
  const known = new Map<string, { place: number; needs: readonly string[] }>();
  for (const [place, { id, needs }] of steps.entries()) {
    if (!known.has(id)) known.set(id, { place, needs });
  }
  return known;
}

function unknownNeed(need: string, id: string, visit: FlowVisit): GraphProblem {
  const path = pathOf(visit, id);
  const known = visit.flow.steps.map((step) => `"${step.id}"`).join(", ");
  return problem(
    "GRAPH_UNKNOWN_NEED",
    path,
    `Step "${path}" needs "${need}", which is no step of its flow (there are: ${known}). ` +
      `Add "${need}" before it or drop it from "needs".`,
  );
}

function laterNeed(need: string, id: string, visit: FlowVisit): GraphProblem {
  const path = pathOf(visit, id);
  return problem(
    "GRAPH_LATER_NEED",
    path,
    `Step "${path}" needs "${need}", which comes after it. Put "${need}" before "${id}".`,
  );
}

/** Steps that nothing can read, as their flow's value is that of its last step. */
function* checkUnused(visit: FlowVisit): Generator<GraphProblem> {
  const { steps } = visit.flow;
  const needed = new Set(steps.flatMap(({ needs }) => needs));
  for (const { id, kind } of steps.slice(0, -1)) {
    // A reward is for the routers: nobody has to read it.
    if (needed.has(id) || kind === "reward") continue;
    const path = pathOf(visit, id);
    yield warning(
      "GRAPH_UNUSED_STEP",
      path,
      `Step "${path}" is needed by no other step and is not the last: runs wait for it, and nothing reads what it gives. ` +
        `Name it in the "needs" of the step that is to read it, or remove it.`,
    );
  }
}

/** Ids in a circle, each needing the one after it, the last one the first. */
type Cycle = readonly [string, ...string[]];

function cycleProblem(cycle: Cycle, visit: FlowVisit): GraphProblem {
  const way = [...cycle, cycle[0]].map((id) => `"${id}"`).join(" needs ");
  return problem(
    "GRAPH_CYCLE",
    pathOf(visit, cycle[0]),
    `Steps wait for each other and would never start: ${way}. Drop one of these needs.`,
  );
}

function edgesOf(cycle: Cycle): readonly string[] {
  return cycle.map((id, index) => edge(id, cycle[index + 1] ?? cycle[0]));
}

function edge(id: string, need: string): string {
  return JSON.stringify([id, need]);
}

/** One circle for each knot of steps that wait for each other. */
function findCycles(known: KnownSteps): readonly Cycle[] {
  const stuck = findStuck(known);
  const cycles: Cycle[] = [];
  const visited = new Set<string>();
  for (const start of stuck.keys()) {
    const way: string[] = [];
    let id: string | undefined = start;
    while (id !== undefined && !visited.has(id)) {
      visited.add(id);
      way.push(id);
      id = stuck.get(id)?.find((need) => stuck.has(need));
    }
    // The way ends in a circle of its own, or runs into one that is known.
    const [first, ...rest] = id === undefined ? [] : way.slice(way.lastIndexOf(id));
    if (first !== undefined && id === first) cycles.push([first, ...rest]);
  }
  return cycles;
}

/** The needs of the steps that never start: those of a circle, and those that need them. */
function findStuck(steps: KnownSteps): ReadonlyMap<string, readonly string[]> {
  const stuck = new Map([...steps].map(([id, { needs }]) => [id, needs]));
  const missing = new Map<string, number>();
  const neededBy = new Map<string, string[]>();
  for (const [id, needs] of stuck) {
    const known = [...new Set(needs)].filter((need) => stuck.has(need));
    missing.set(id, known.length);
    for (const need of known) {
      const others = neededBy.get(need);
      if (others) others.push(id);
      else neededBy.set(need, [id]);
    }
  }
  const ready = [...missing].filter(([, count]) => count === 0).map(([id]) => id);
  for (const id of ready) {
    stuck.delete(id);
    for (const next of neededBy.get(id) ?? []) {
      const count = (missing.get(next) ?? 0) - 1;
      missing.set(next, count);
      if (count === 0) ready.push(next);
    }
  }
  return stuck;
}
