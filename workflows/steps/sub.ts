/** `sub`: runs another graph as a run of its own. */

import type { SubDefinition } from "../../graph/definition.ts";
import { runJsonCallback } from "../callback.ts";
import type { SubOutcome } from "../host.ts";
import { runDeadlinePassed } from "../receive.ts";
import { RunError } from "../run-error.ts";
import { spendRest } from "../spend.ts";
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

function runWithinBudget(
  sub: Pick<SubDefinition, "graph"> & { readonly input: unknown },
  context: StepContext,
): Promise<SubOutcome> {
  const { path, host } = context;
  return spendRest(context, (limits) => {
    const timeLeftMs = timeLeftOf(context);
    if (timeLeftMs <= 0) throw runDeadlinePassed(context);
    const label = { id: path, summary: `${path} · ${sub.graph.id}`, timeLeftMs };
    return host.runSub({ ...sub, limits }, label);
  });
}
