/** Finds calls of models that were made before what their step needs had ended. */

import type { FlowPlan } from "./random-graph.ts";
import type { LoggedCall } from "./random-world.ts";
import { ancestorsOf } from "./reference-run.ts";

/** The steps of which a call began while one of a step that they need was still to end. */
export function findEarly(plan: FlowPlan, calls: readonly LoggedCall[]): readonly Pair[] {
  return pairsOf(plan, "").filter(({ before, after }) => {
    const lastOfBefore = calls.findLastIndex(({ step }) => isInside(step, before));
    const firstOfAfter = calls.findIndex(({ step }) => isInside(step, after));
    return firstOfAfter !== -1 && firstOfAfter < lastOfBefore;
  });
}

function isInside(path: string, step: string): boolean {
  return path === step || path.startsWith(`${step}/`) || path.startsWith(`${step}[`);
}

interface Pair {
  readonly before: string;
  readonly after: string;
}

/** The paths of all steps that need another, with that other, in every case and every item. */
function pairsOf({ steps }: FlowPlan, path: string): readonly Pair[] {
  return steps.flatMap((step) => {
    const after = `${path}${step.id}`;
    const own = [...ancestorsOf(step.id, steps)].map((id) => ({ before: `${path}${id}`, after }));
    return [...own, ...innerFlows(step, after).flatMap(([flow, inner]) => pairsOf(flow, inner))];
  });
}

type Step = FlowPlan["steps"][number];

function innerFlows(step: Step, path: string): readonly (readonly [FlowPlan, string])[] {
  if (step.kind === "branch") {
    return Object.entries(step.cases).map(([name, flow]) => [flow, `${path}/${name}/`]);
  }
  if (step.kind !== "map") return [];
  return Array.from({ length: step.count }, (_, index) => [step.each, `${path}[${index}]/`]);
}
