/** Fetches histories of runs as Temporal keeps them. */

import type { Client } from "@temporalio/client";
import { GRPC, isUnknownRun, readGrpc, unknownRun } from "./as-client-error.ts";
import type { History } from "./trail/history-event.ts";

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
): AsyncGenerator<{ readonly workflowId: string; readonly history: History }> {
  // A few ahead: enough to keep the reader busy, and little to hold.
  const found = workflow.list({ query }).intoHistories({ concurrency: 4, bufferLimit: 8 });
  for await (const { workflowId, history } of found) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The SDK's type leaves room for JSON; this is what `fetchHistory` gives.
    yield { workflowId, history: history as History };
  }
}

/** What Temporal says of a query that it does not understand; `undefined` for any other error. */
export function readQueryRefusal(error: unknown): string | undefined {
  const refusal = readGrpc(error);
  return refusal?.code === GRPC.invalidArgument ? refusal.details : undefined;
}
