/** Visits every step of a graph, those inside branches and maps included. */

import type { FlowDefinition, ModelCallDefinition, StepDefinition } from "./definition.ts";

export interface Visit {
  readonly step: StepDefinition;
  /** Ids from the outside in, such as `context/billing/policy`. */
  readonly path: string;
}

/** The steps of `flow` in order, each before what it holds. */
export function* walkSteps(flow: FlowDefinition, outer = ""): Generator<Visit> {
  for (const step of flow.steps) {
    const path = `${outer}${step.id}`;
    yield { step, path };
    if (step.kind === "map") yield* walkSteps(step.each, `${path}/`);
    if (step.kind === "branch") {
      for (const [name, inner] of Object.entries(step.cases)) {
        yield* walkSteps(inner, `${path}/${name}/`);
      }
    }
  }
}

/** The model calls of one step with their paths: two for a `refine`, none for most other kinds. */
export function callsOf({
  step,
  path,
}: Visit): readonly (readonly [string, ModelCallDefinition])[] {
  if ("call" in step) return [[path, step.call]];
  if (step.kind !== "refine") return [];
  return [
    [`${path}/write`, step.write],
    [`${path}/review`, step.review],
  ];
}
