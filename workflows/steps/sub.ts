/** `sub`: runs another graph as a run of its own. */

import type { SubDefinition } from "../../graph/definition.ts";
import { runJsonCallback } from "../callback.ts";
import { RunError } from "../run-error.ts";
import { placeOf, type StepContext } from "../step-context.ts";

export async function runSub(
  { graph: sub, input }: SubDefinition,
  context: StepContext,
): Promise<unknown> {
  const { graph, path, view, host } = context;
  const given = await runJsonCallback(input, view, placeOf(context, "input"));
  const outcome = await host.runSub(sub, given, { id: path, summary: `${path} · ${sub.id}` });
  if (outcome.ok) return outcome.value;
  throw new RunError(
    "RUN_SUB_FAILED",
    `Graph "${sub.id}" failed in step "${path}" of graph "${graph}": ${outcome.error.message}`,
    { details: outcome.error },
  );
}
