/** Checks the graph as a whole, and what its flows hold. */

import { checkBudget } from "./check-settings.ts";
import { checkNeeds } from "./check-needs.ts";
import { GraphError } from "./graph-error.ts";
import type { GraphJson } from "./graph-json.ts";
import { checkId } from "./place.ts";
import { problem, type GraphProblem } from "./problem.ts";
import { pathOf, type FlowVisit } from "./walk-json.ts";

/** A step costs a run about six events, and Temporal ends a run at 51,200. */
const MAX_STEPS = 2_000;

/** What is wrong with the graph as a whole. */
export function* checkWhole(
  graph: GraphJson,
  visits: readonly FlowVisit[],
): Generator<GraphProblem> {
  yield* checkName(graph.id, "graph", undefined);
  if (graph.budget) yield* checkBudget(graph.budget, undefined, `Graph "${graph.id}"`);
  if (graph.steps.length === 0) {
    yield problem(
      "GRAPH_EMPTY",
      undefined,
      "The graph has no steps. Add one with a verb such as .step(…).",
    );
  }
  const count = visits.reduce((sum, { flow }) => sum + flow.steps.length, 0);
  if (count <= MAX_STEPS) return;
  yield problem(
    "GRAPH_TOO_LARGE",
    undefined,
    `The graph has ${count} steps, those in branches and maps included, and may have ${MAX_STEPS}. ` +
      `Move parts into graphs of their own and call them with "sub".`,
  );
}

/** What is wrong with one flow: not with what its steps say, nor with the flows they hold. */
export function* checkFlow(visit: FlowVisit): Generator<GraphProblem> {
  const seen = new Set(visit.outer);
  for (const step of visit.flow.steps) {
    const path = pathOf(visit, step.id);
    const wrongName = [...checkName(step.id, "step", path)];
    yield* wrongName;
    if (wrongName.length === 0 && seen.has(step.id)) yield duplicate(path);
    seen.add(step.id);
  }
  yield* checkNeeds(visit);
}

function* checkName(id: string, what: string, step: string | undefined): Generator<GraphProblem> {
  try {
    checkId(id, what);
  } catch (error) {
    // The builder's own check, so that there is one rule for ids.
    if (!(error instanceof GraphError)) throw error;
    yield problem("GRAPH_INVALID_ID", step, error.message);
  }
}

function duplicate(path: string): GraphProblem {
  return problem(
    "GRAPH_DUPLICATE_STEP",
    path,
    `Step "${path}" has an id that another step seen here has too. Give one of the two another id.`,
  );
}
