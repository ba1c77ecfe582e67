/** Reads how a run has ended. */

import {
  ActivityFailure,
  ApplicationFailure,
  WorkflowFailedError,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from "@temporalio/client";
import type { GivenUp } from "../workflows/give-up.ts";
import type { Run, RunFailure } from "./run.ts";

/** Its result or its error. Nothing while it is going. */
export async function readEnd(
  handle: WorkflowHandle,
  { status }: WorkflowExecutionDescription,
): Promise<Pick<Run, "result" | "error">> {
  if (status.name === "RUNNING") return {};
  try {
    return { result: await handle.result() };
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { error: readFailure(error) };
    throw error;
  }
}

function readFailure({ cause, message }: WorkflowFailedError): RunFailure {
  // "Activity task failed" says nothing: what the activity failed with does.
  const failure = cause instanceof ActivityFailure ? (cause.cause ?? cause) : cause;
  if (!(failure instanceof ApplicationFailure)) {
    return { code: failure?.name ?? "Error", message: failure?.message ?? message };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by workflows/workflow-failure.ts; other failures have none.
  const details = failure.details?.[0] as Partial<GivenUp> | null | undefined;
  const step = typeof details?.step === "string" ? { step: details.step } : {};
  return { code: failure.type ?? "Error", message: failure.message, ...step };
}
