/** Reads how a run has ended. */

import {
  WorkflowFailedError,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from "@temporalio/client";
import { readRunFailure } from "./run-failure.ts";
import type { Run } from "./run.ts";

/** Its result or its error. Nothing while it is going. */
export async function readEnd(
  handle: WorkflowHandle,
  { status }: WorkflowExecutionDescription,
): Promise<Pick<Run, "result" | "error">> {
  if (status.name === "RUNNING") return {};
  try {
    return { result: await handle.result() };
  } catch (error) {
    if (error instanceof WorkflowFailedError)
      return { error: readRunFailure(error.cause, error.message) };
    throw error;
  }
}
