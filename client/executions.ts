/** Finds the executions of a run: one that has continued as new is a chain of them, under one workflow id. */

import type { Client } from "@temporalio/client";
import { CONTINUED_MEMO, readContinuedMemo, type ContinuedMemo } from "../graph/continued-memo.ts";
import { isUnknownRun } from "./as-client-error.ts";
import {
  decodePayload,
  type HistoryEvent,
  type LoadedDataConverter,
} from "./trail/history-event.ts";

type Memo = NonNullable<HistoryEvent["workflowExecutionStartedEventAttributes"]>["memo"];

/** Of the first event of an execution; `undefined`: it is the first of its run. */
export function readContinued(
  event: HistoryEvent | undefined,
  converter: LoadedDataConverter,
): Promise<ContinuedMemo | undefined> {
  return readMemo(event?.workflowExecutionStartedEventAttributes?.memo, converter);
}

/** The Temporal run id of the execution that goes on with the run; `undefined`: none does, or the last event is another. */
export async function readSuccessor(
  last: HistoryEvent | undefined,
  converter: LoadedDataConverter,
): Promise<string | undefined> {
  const continued = last?.workflowExecutionContinuedAsNewEventAttributes;
  const memo = await readMemo(continued?.memo, converter);
  return memo && (continued?.newExecutionRunId || undefined);
}

/** What a memo says, as Temporal gives it. */
export async function readMemo(
  memo: Memo,
  converter: LoadedDataConverter,
): Promise<ContinuedMemo | undefined> {
  const payload = memo?.fields?.[CONTINUED_MEMO];
  return payload ? readContinuedMemo(await decodePayload(converter, payload)) : undefined;
}

/**
 * The Temporal run ids of the executions before one, the oldest first. Those that Temporal keeps no more are not among them.
 *
 * @param first - the first event of that one.
 */
export async function findEarlier(
  temporal: Client,
  id: string,
  first: HistoryEvent | undefined,
): Promise<readonly string[]> {
  const { loadedDataConverter } = temporal.workflow.options;
  const earlier: string[] = [];
  for (let event = first; await readContinued(event, loadedDataConverter);) {
    const runId = event?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (!runId) break;
    event = await readFirstEvent(temporal, id, runId);
    if (event === undefined) break;
    earlier.unshift(runId);
  }
  return earlier;
}

/** `undefined`: Temporal keeps it no more. */
async function readFirstEvent(
  { workflowService, options: { namespace } }: Client,
  workflowId: string,
  runId: string,
): Promise<HistoryEvent | undefined> {
  try {
    const { history } = await workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId },
      skipArchival: true,
      maximumPageSize: 1,
    });
    return history?.events?.[0];
  } catch (error) {
    if (isUnknownRun(error)) return undefined;
    throw error;
  }
}
