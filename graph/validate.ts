/** Lists everything that is wrong with a graph. Codes: docs/reference/validation.md. */

import { checkDefinition } from "./check-definition.ts";
import { checkFlow, checkWhole } from "./check-flow.ts";
import { checkRewards } from "./check-reward.ts";
import { checkStep } from "./check-step.ts";
import { checkValues } from "./check-values.ts";
import type { GraphDefinition } from "./definition.ts";
import { readGraphJson } from "./graph-format.ts";
import { describeGraph, toPlainJson, type GraphJson } from "./graph-json.ts";
import { problem, type GraphProblem } from "./problem.ts";
import { createSchemaReader } from "./schema-limits.ts";
import { listPaths, pathOf, walkFlows, type FlowVisit } from "./walk-json.ts";

/** Checks a graph that was built; a sub-graph is checked where it is written. Gives all problems, in the order of the steps. */
export function validateGraph(
  graph: GraphDefinition,
  read = createSchemaReader(),
): readonly GraphProblem[] {
  const json = describeGraph(graph, {
    schema: (schema) => {
      const result = read(schema);
      return result.ok ? result.json : {};
    },
    value: toJsonOrNothing,
  });
  return inOrder(json, (visits) => [...checkJson(json, visits), ...checkDefinition(graph, read)]);
}

/**
 * Checks a graph that comes as data. What only the code shows is not seen: which prompts there are, what a schema
 * transforms. Values that seem not to fit their schema are therefore warnings here.
 */
export function validateGraphJson(value: unknown): readonly GraphProblem[] {
  const result = readGraphJson(value);
  if (!result.ok) {
    return result.problems.map(({ path, message }) =>
      problem(
        "GRAPH_INVALID_FORMAT",
        undefined,
        `"${path}" does not fit the format: ${message}. See docs/reference/graph-format.md, or write it anew with toJSON().`,
      ),
    );
  }
  const { graph } = result;
  return inOrder(graph, (visits) => [...checkJson(graph, visits), ...checkValues(visits)]);
}

/** What shows in the data form. */
function* checkJson(graph: GraphJson, visits: readonly FlowVisit[]): Generator<GraphProblem> {
  yield* checkWhole(graph, visits);
  for (const visit of visits) {
    yield* checkFlow(visit);
    yield* checkRewards(visit);
    for (const step of visit.flow.steps) yield* checkStep(step, pathOf(visit, step.id));
  }
}

function inOrder(
  graph: GraphJson,
  check: (visits: readonly FlowVisit[]) => readonly GraphProblem[],
): readonly GraphProblem[] {
  const visits = [...walkFlows(graph)];
  const problems = check(visits);
  if (problems.length < 2) return problems;
  const places = new Map(listPaths(graph).map((path, index) => [path, index]));
  const placeOf = ({ step }: GraphProblem): number => places.get(step ?? "") ?? -1;
  return problems.toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** A value that JSON refuses is reported from the definition. */
function toJsonOrNothing(value: unknown): unknown {
  try {
    return toPlainJson(value);
  } catch {
    return undefined;
  }
}
