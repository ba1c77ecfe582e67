/** Fetches histories of runs as Temporal keeps them. */

import type { Client } from "@temporalio/client";
import { GRPC, isUnknownRun, readGrpc, unknownRun } from "./as-client-error.ts";
import type { History } from "./trail/history-event.ts";
import { readPartMemo } from "./trail/part-memo.ts";

/** The history of one execution. */
export interface KeptHistory {
  readonly workflowId: string;
  readonly history: History;
}

/**
 * The history of one run.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_RUN
 */
export async function fetchHistory(temporal: Client, id: string): Promise<History> {
  try {
    return await temporal.workflow.getHandle(id).fetchHistory();
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

/** The histories of the parts in which large maps of a run ran, and of the parts of those. Each is fetched when it is asked for. */
export async function* listPartHistories(
  temporal: Client,
  { events }: History,
): AsyncGenerator<KeptHistory> {
  const { loadedDataConverter } = temporal.workflow.options;
  for (const { startChildWorkflowExecutionInitiatedEventAttributes: started } of events ?? []) {
    const workflowId = started?.workflowId;
    if (!workflowId || !(await readPartMemo(started.memo, loadedDataConverter))) continue;
    const history = await fetchIfKept(temporal, workflowId);
    if (history === undefined) continue;
    yield { workflowId, history };
    yield* listPartHistories(temporal, history);
  }
}

/** A part may have been over long before its run. */
async function fetchIfKept(temporal: Client, id: string): Promise<History | undefined> {
  try {
    return await temporal.workflow.getHandle(id).fetchHistory();
  } catch (error) {
    if (isUnknownRun(error)) return undefined;
    throw error;
  }
}

/** What Temporal says of a query that it does not understand; `undefined` for any other error. */
export function readQueryRefusal(error: unknown): string | undefined {
  const refusal = readGrpc(error);
  return refusal?.code === GRPC.invalidArgument ? refusal.details : undefined;
}
