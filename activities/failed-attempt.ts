/** What is made of a call that failed: its kind, what is kept of it, and whether Temporal asks the same model again. */

import { isFailureKind, retriesOf } from "../graph/failure-kinds.ts";
import { ProviderError } from "../plugins/contract.ts";
import { chargeForFailure } from "./charge.ts";
import { UnfitReplyError } from "./check-reply.ts";
import type { AttemptFailureDetails, AttemptRequest } from "./contract.ts";

/** The call that failed. */
export interface FailedCall {
  readonly request: AttemptRequest;
  readonly durationMs: number;
  /** 1 for the first call, 2 for the first retry. */
  readonly tries: number;
}

export interface FailedAttempt {
  readonly message: string;
  readonly details: AttemptFailureDetails;
  /**
   * Whether Temporal may try again. Only what cost nothing: a budget is reserved for one paid call at a time, so the
   * workflow itself repeats those.
   */
  readonly isRetryable: boolean;
  /** How long the provider asked to wait first. Absent: it did not say. */
  readonly retryAfterMs: number | undefined;
}

/** A caller that waits would rather have another model's answer. */
const DEFAULT_PATIENCE_MS = 5_000;

/** Reads a failed call. */
export function readFailedCall(
  error: unknown,
  { request, durationMs, tries }: FailedCall,
): FailedAttempt {
  const failure = asProviderError(error);
  const { kind, message } = failure;
  const { httpStatus, requestId, retryAfterMs } = failure.details;
  const { model, patienceMs = DEFAULT_PATIENCE_MS } = request;
  // Temporal's worker dies of a delay that is NaN or endless; a comparison with NaN is false.
  const waitMs = retryAfterMs ?? Number.NaN;
  const isLongWait = waitMs > patienceMs;
  const charge = chargeForFailure(failure, request);
  const isFree = Object.keys(charge).length === 0;
  return {
    message: `${model}: ${message}`,
    details: {
      model,
      kind,
      durationMs,
      tries,
      httpStatus,
      requestId,
      // JSON has no Infinity.
      ...(isLongWait && { waitMs: Math.min(waitMs, Number.MAX_SAFE_INTEGER) }),
      ...(error instanceof UnfitReplyError && { correction: error.correction }),
      ...charge,
    },
    isRetryable: isFree && !isLongWait && tries <= retriesOf(kind, request),
    retryAfterMs: waitMs >= 0 && !isLongWait ? waitMs : undefined,
  };
}

/** Whatever a plugin throws that is no ProviderError may hold a prompt or a key: only its class is kept. */
function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError && isFailureKind(error.kind)) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new ProviderError(
    "unavailable",
    `the provider plugin threw "${name}" without a known kind of failure`,
  );
}
