/** Checks, in the data form, the values that stand in for a decision or an event against their JSON Schema. */

import type { StepJson } from "./graph-json.ts";
import { warning, type GraphProblem } from "./problem.ts";
import { describeProblems, findProblems, type JsonSchema, type SchemaProblem } from "./schema.ts";
import { pathOf, type FlowVisit } from "./walk-json.ts";

type Problems = Generator<GraphProblem>;

/** Warnings only: the schema says what goes in, the value is what comes out, and a transform may stand between them. */
export function* checkValues(visits: readonly FlowVisit[]): Problems {
  for (const visit of visits) {
    for (const step of visit.flow.steps) yield* checkStepValues(step, pathOf(visit, step.id));
  }
}

function* checkStepValues(step: StepJson, path: string): Problems {
  if (step.kind === "approval") {
    const { decision, deadline, otherwise } = step;
    yield* checkValue(decision, deadline?.onTimeout, path, "onTimeout");
    yield* checkValue(decision, otherwise?.value, path, "otherwise");
  }
  if (step.kind === "wait" && "event" in step) {
    yield* checkValue(step.event, step.deadline?.onTimeout, path, "onTimeout");
  }
}

function* checkValue(schema: JsonSchema, value: unknown, path: string, name: string): Problems {
  // Absent is `undefined`, of which JSON Schema knows nothing.
  const problems = value === undefined ? [] : findMisfits(schema, value);
  if (problems.length === 0) return;
  yield warning(
    "GRAPH_INVALID_VALUE",
    path,
    `"${name}" of step "${path}" does not fit the step's schema: ${describeProblems(problems)}. ` +
      `Give it a value that fits, unless the schema transforms what it takes.`,
  );
}

function findMisfits(schema: JsonSchema, value: unknown): readonly SchemaProblem[] {
  try {
    return findProblems(schema, value);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    return [{ path: "", message: `The schema cannot be read ("${name}")` }];
  }
}
