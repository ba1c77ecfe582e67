/** Fetches histories of runs as Temporal keeps them. */

import type { Client } from "@temporalio/client";
import { GRPC, ifKnown, isUnknownRun, readGrpc, unknownRun } from "./as-client-error.ts";
import { isClientError } from "./client-error.ts";
import { findEarlier, readSuccessor } from "./executions.ts";
import type { History } from "./trail/history-event.ts";
import { readPartMemo } from "./trail/part-memo.ts";

/** The history of one execution. */
export interface KeptHistory {
  readonly workflowId: string;
  readonly history: History;
}

/**
 * The histories of one run: of a run that has continued as new, one for each execution that Temporal still keeps, in their order.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_RUN
 */
export async function* fetchHistories(
  temporal: Client,
  id: string,
): AsyncGenerator<History, void, undefined> {
  let last = await fetchHistory(temporal, id);
  let hasBegun = false;
  for (const runId of await findEarlier(temporal, id, last.events?.[0])) {
    const reading = fetchHistory(temporal, id, runId);
    // Temporal may have dropped the oldest since they were found. What comes behind one that was read would not follow it, though.
    const history = await (hasBegun ? reading : ifKnown(reading));
    if (history === undefined) continue;
    hasBegun = true;
    yield history;
  }
  for (;;) {
    yield last;
    // It may have gone on while the others were read.
    const { loadedDataConverter } = temporal.workflow.options;
    const next = await readSuccessor(last.events?.at(-1), loadedDataConverter);
    if (next === undefined) return;
    last = await fetchHistory(temporal, id, next);
  }
}

async function fetchHistory({ workflow }: Client, id: string, runId?: string): Promise<History> {
  try {
    return await workflow.getHandle(id, runId).fetchHistory();
  } catch (error) {
    throw isUnknownRun(error) ? unknownRun(id, error) : error;
  }
}

/** The histories of all runs that a query of Temporal's visibility finds, such as `SignalboxGraph = "support"`. */
export async function* listHistories(
  { workflow }: Client,
  query: string,
): AsyncGenerator<KeptHistory> {
  // A few ahead: enough to keep the reader busy, and little to hold.
  const found = workflow.list({ query }).intoHistories({ concurrency: 4, bufferLimit: 8 });
  for await (const { workflowId, history } of found) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The SDK's type leaves room for JSON; this is what `fetchHistory` gives.
    yield { workflowId, history: history as History };
  }
}

/**
 * The histories of the parts in which large maps of a run ran, and of the parts of those: those that Temporal still keeps. Each is
 * fetched when it is asked for.
 */
export async function* listPartHistories(
  temporal: Client,
  { events }: History,
): AsyncGenerator<KeptHistory> {
  const { loadedDataConverter } = temporal.workflow.options;
  for (const { startChildWorkflowExecutionInitiatedEventAttributes: started } of events ?? []) {
    const workflowId = started?.workflowId;
    if (!workflowId || !(await readPartMemo(started.memo, loadedDataConverter))) continue;
    for await (const history of fetchKept(temporal, workflowId)) {
      yield { workflowId, history };
      yield* listPartHistories(temporal, history);
    }
  }
}

/** A part may have been over long before its run. */
async function* fetchKept(temporal: Client, id: string): AsyncGenerator<History> {
  try {
    yield* fetchHistories(temporal, id);
  } catch (error) {
    if (!isClientError(error, "CLIENT_UNKNOWN_RUN")) throw error;
  }
}

/** What Temporal says of a query that it does not understand; `undefined` for any other error. */
export function readQueryRefusal(error: unknown): string | undefined {
  const refusal = readGrpc(error);
  return refusal?.code === GRPC.invalidArgument ? refusal.details : undefined;
}
