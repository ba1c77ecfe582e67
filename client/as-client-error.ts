/** Tells what Temporal's client throws by codes of ours, where it is about a run or about Temporal being away. */

import {
  isGrpcServiceError,
  NamespaceNotFoundError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from "@temporalio/client";
import { ClientError, isClientError } from "./client-error.ts";

/** @see https://grpc.io/docs/guides/status-codes/ */
export const GRPC = { unknown: 2, invalidArgument: 3, notFound: 5, failedPrecondition: 9 } as const;

/** INVALID_ARGUMENT, PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED, UNAUTHENTICATED: Temporal did answer. */
const GRPC_REFUSALS: ReadonlySet<number> = new Set([3, 7, 9, 12, 16]);

/** Of an error about one run. Gives what is no concern of ours back as it is, such as a failed run. */
export function asClientError(error: unknown, id: string): unknown {
  if (error instanceof NamespaceNotFoundError) return error;
  if (isUnknownRun(error)) return unknownRun(id, error);
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    const message = `There is already a run "${id}". Read that one, or start another with a new id.`;
    return new ClientError("CLIENT_RUN_EXISTS", message, { cause: error });
  }
  if (grpcCode(error) === GRPC.failedPrecondition) {
    const message = `No worker answers for run "${id}". Start one, or see what its log says; then try again.`;
    return new ClientError("CLIENT_WORKER_UNAVAILABLE", message, { cause: error });
  }
  return asUnavailable(error);
}

/** Tells that Temporal is away; gives every other error back as it is. */
export function asUnavailable(error: unknown): unknown {
  const code = grpcCode(error);
  if (code === undefined || code === GRPC.notFound || GRPC_REFUSALS.has(code)) return error;
  const message = "Temporal does not answer. Runs that were started go on; try again in a moment.";
  return new ClientError("CLIENT_TEMPORAL_UNAVAILABLE", message, { cause: error });
}

export function unknownRun(id: string, cause?: unknown): ClientError {
  const message = `There is no run "${id}", or Temporal no longer keeps it. Check the id.`;
  return new ClientError("CLIENT_UNKNOWN_RUN", message, { cause });
}

/** What reading a run gives; `undefined`: Temporal does not have it yet, or no more. Any other error stays one. */
export async function ifKnown<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isClientError(error, "CLIENT_UNKNOWN_RUN")) return undefined;
    throw error;
  }
}

export function isUnknownRun(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || grpcCode(error) === GRPC.notFound;
}

export function grpcCode(error: unknown): number | undefined {
  return readGrpc(error)?.code;
}

/** What Temporal's service says of a call. The SDK wraps what it throws, though not from every call. */
export function readGrpc(
  error: unknown,
): { readonly code: number; readonly details: string } | undefined {
  // What is thrown below the SDK claims to be its ServiceError too, so that is asked last.
  if (isGrpcServiceError(error)) return error;
  return error instanceof ServiceError ? readGrpc(error.cause) : undefined;
}
