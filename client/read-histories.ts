/** Fetches histories of runs as Temporal keeps them. */

import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  type Client,
} from "@temporalio/client";
import { ClientError } from "./client-error.ts";
import type { History } from "./trail/history-event.ts";

/** @see https://grpc.io/docs/guides/status-codes/ */
const GRPC_INVALID_ARGUMENT = 3;
const GRPC_NOT_FOUND = 5;

/**
 * The history of one run.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_RUN
 */
export async function fetchHistory(temporal: Client, id: string): Promise<History> {
  try {
    return await temporal.workflow.getHandle(id).fetchHistory();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new ClientError(
      "CLIENT_UNKNOWN_RUN",
      `There is no run "${id}", or Temporal no longer keeps it. Check the id.`,
      { cause: error },
    );
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
  return refusal?.code === GRPC_INVALID_ARGUMENT ? refusal.details : undefined;
}

function isNotFound(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || readGrpc(error)?.code === GRPC_NOT_FOUND;
}

/** The SDK wraps what Temporal's service throws, though not from every call. */
function readGrpc(error: unknown): { readonly code: number; readonly details: string } | undefined {
  // What is thrown below the SDK claims to be its ServiceError too, so that is asked last.
  if (isGrpcServiceError(error)) return error;
  return error instanceof ServiceError ? readGrpc(error.cause) : undefined;
}
