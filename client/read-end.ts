/** Reads how a run has ended, from the last event of its history: nothing more is asked of Temporal. */

import {
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
  TimeoutType,
} from "@temporalio/common";
import {
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
} from "@temporalio/common/lib/internal-non-workflow/index.js";
import { readingAside } from "../payloads/retrieve-payloads.ts";
import { readRunFailure } from "./run-failure.ts";
import type { Run, RunFailure } from "./run.ts";
import type { HistoryEvent, LoadedDataConverter } from "./trail/history-event.ts";

/**
 * Its result or its error. Nothing while it is going.
 *
 * @param last - the last event of the latest execution.
 */
export async function readEnd(
  last: HistoryEvent | undefined,
  converter: LoadedDataConverter,
): Promise<Pick<Run, "result" | "error">> {
  const completed = last?.workflowExecutionCompletedEventAttributes;
  if (completed) {
    const payloads = completed.result?.payloads;
    return { result: await decodeFromPayloadsAtIndex(readingAside(converter), 0, payloads) };
  }
  const error = await readError(last, converter);
  return error === undefined ? {} : { error };
}

async function readError(
  last: HistoryEvent | undefined,
  converter: LoadedDataConverter,
): Promise<RunFailure | undefined> {
  const failed = last?.workflowExecutionFailedEventAttributes;
  if (failed) {
    const reading = readingAside(converter);
    const cause = await decodeOptionalFailureToOptionalError(reading, failed.failure);
    return readRunFailure(cause, "Workflow execution failed");
  }
  const cause = last && endedFromOutside(last);
  return cause && readRunFailure(cause, cause.message);
}

/** In the words of Temporal's own client. */
function endedFromOutside(last: HistoryEvent): Error | undefined {
  if (last.workflowExecutionCanceledEventAttributes) {
    return new CancelledFailure("Workflow canceled");
  }
  const terminated = last.workflowExecutionTerminatedEventAttributes;
  if (terminated) {
    return new TerminatedFailure(terminated.reason || "Workflow execution terminated");
  }
  if (last.workflowExecutionTimedOutEventAttributes) {
    const message = "Workflow execution timed out";
    return new TimeoutFailure(message, undefined, TimeoutType.START_TO_CLOSE);
  }
  return undefined;
}
