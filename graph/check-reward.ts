/** Checks that a reward is about a reply: of a model step that has finished by then. */

import { problem, type GraphProblem } from "./problem.ts";
import { needsOf, pathOf, seenBy, type FlowVisit } from "./walk-json.ts";

/** What is wrong with the rewards of one flow. */
export function* checkRewards(visit: FlowVisit): Generator<GraphProblem> {
  const { steps } = visit.flow;
  const calls = new Set(
    steps.filter(({ kind }) => kind === "step" || kind === "maybe").map(({ id }) => id),
  );
  for (const step of steps) {
    if (step.kind !== "reward") continue;
    const seen = seenBy(step, needsOf(visit.flow));
    if (calls.has(step.of) && seen.has(step.of)) continue;
    const path = pathOf(visit, step.id);
    const known = [...calls].filter((id) => seen.has(id)).map((id) => `"${id}"`);
    yield problem(
      "GRAPH_INVALID_REWARD",
      path,
      `Reward "${path}" is of "${step.of}", which is no model step that has finished by then ` +
        `(there are: ${known.join(", ") || "none"}). Name one of these in "of", or add it to "needs".`,
    );
  }
}
