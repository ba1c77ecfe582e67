/** `reward`: tells the routers that learn how good the reply of another step was. */

import type { RewardDefinition } from "../../graph/definition.ts";
import { callbackError, runCallback, wrongResult } from "../callback.ts";
import { placeOf, type StepContext } from "../step-context.ts";

/** Gives the number. Nothing is reported of a step that took no reply. */
export async function runReward(
  { id, of, value: callback }: RewardDefinition,
  context: StepContext,
): Promise<number> {
  const { run, path, view, host } = context;
  const place = placeOf(context, "value");
  const value = await runCallback(callback, view, place);
  if (typeof value !== "number") throw wrongResult(place, value, "a number");
  if (!(value >= 0 && value <= 1)) {
    throw callbackError(place, "it gave a number that is not from 0 to 1");
  }
  // A step of the same flow: what stands before the id is the same.
  const step = `${path.slice(0, path.length - id.length)}${of}`;
  const model = run.record.answerOf(step);
  if (model !== undefined) await host.reward({ step, model, value });
  return value;
}
