/** `branch`: runs the flow of the case that `on` names. */

import type { BranchDefinition } from "../../graph/definition.ts";
import { runTextCallback } from "../callback.ts";
import { RunError } from "../run-error.ts";
import { placeOf, type StepContext } from "../step-context.ts";

/** Gives `{ case, value }`. */
export async function runBranch(
  { on, cases }: BranchDefinition,
  context: StepContext,
): Promise<unknown> {
  const { run, path, view } = context;
  const name = await runTextCallback(on, view, placeOf(context, "on"));
  const flow = Object.hasOwn(cases, name) ? cases[name] : undefined;
  if (flow === undefined) {
    const known = Object.keys(cases).map((there) => `"${there}"`);
    throw new RunError(
      "RUN_UNKNOWN_CASE",
      `Branch "${path}" of graph "${run.graph}" has no case for what "on" gave. There are: ${known.join(", ")}. ` +
        `Add the case, or mend "on".`,
    );
  }
  return { case: name, value: await context.runFlow(flow, `${path}/${name}`, view) };
}
