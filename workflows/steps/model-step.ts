/** `step` and `maybe`: one model call, which `maybe` may skip. */

import type { ModelStepDefinition } from "../../graph/definition.ts";
import { callModel } from "../call-model.ts";
import { runBooleanCallback } from "../callback.ts";
import { placeOf, type StepContext } from "../step-context.ts";

export async function runModelStep(
  { call, when }: ModelStepDefinition,
  context: StepContext,
): Promise<unknown> {
  const { view } = context;
  if (when && !(await runBooleanCallback(when, view, placeOf(context, "when")))) return undefined;
  return callModel(call, context);
}
