/** Why a run failed, in our words. */

import { ActivityFailure, ApplicationFailure } from "@temporalio/common";
import type { GivenUp } from "../workflows/give-up.ts";
import type { RunFailure } from "./run.ts";

/** @param cause - what Temporal says that the workflow failed with. */
export function readRunFailure(cause: Error | undefined, otherwise: string): RunFailure {
  // "Activity task failed" says nothing: what the activity failed with does.
  const failure = cause instanceof ActivityFailure ? (cause.cause ?? cause) : cause;
  if (!(failure instanceof ApplicationFailure)) {
    return { code: failure?.name ?? "Error", message: failure?.message ?? otherwise };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by workflows/workflow-failure.ts; other failures have none.
  const details = failure.details?.[0] as Partial<GivenUp> | null | undefined;
  const step = typeof details?.step === "string" ? { step: details.step } : {};
  return { code: failure.type ?? "Error", message: failure.message, ...step };
}
