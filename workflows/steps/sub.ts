/** `sub`: runs another graph as a run of its own. */

import type { SubDefinition } from "../../graph/definition.ts";
import { runJsonCallback } from "../callback.ts";
import type { SubOutcome } from "../host.ts";
import { runDeadlinePassed } from "../receive.ts";
import { RunError } from "../run-error.ts";
import { holdRest, usedByRun } from "../spend.ts";
import { placeOf, timeLeftOf, type StepContext } from "../step-context.ts";

export async function runSub(
  { graph, input }: SubDefinition,
  context: StepContext,
): Promise<unknown> {
  const { run, path, view } = context;
  const given = await runJsonCallback(input, view, placeOf(context, "input"));
  const outcome = await runWithinBudget({ graph, input: given }, context);
  if (outcome.ok) return outcome.value;
  throw new RunError(
    "RUN_SUB_FAILED",
    `Graph "${graph.id}" failed in step "${path}" of graph "${run.graph}": ${outcome.error.message}`,
    { details: outcome.error },
  );
}

/** The other run keeps account by itself: it is given all that is left. */
async function runWithinBudget(
  sub: Pick<SubDefinition, "graph"> & { readonly input: unknown },
  context: StepContext,
): Promise<SubOutcome> {
  const { run, path, host } = context;
  const { hold, held, limits } = await holdRest(context);
  // Of a run that ends without a word nothing is known, so all of it counts as used.
  let used = held;
  try {
    const timeLeftMs = timeLeftOf(context);
    if (timeLeftMs <= 0) throw runDeadlinePassed(context);
    const label = { id: path, summary: `${path} · ${sub.graph.id}`, timeLeftMs };
    const outcome = await host.runSub({ ...sub, limits }, label);
    if (outcome.totals) {
      run.record.addSub(outcome.totals);
      used = usedByRun(outcome.totals);
    }
    return outcome;
  } finally {
    hold.settle(used);
  }
}
