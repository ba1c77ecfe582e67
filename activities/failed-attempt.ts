/** What is made of a call that failed: its kind, what is kept of it, and whether the same model is asked again. */

import { FAILURE_POLICIES, isFailureKind } from "../graph/failure-kinds.ts";
import { ProviderError } from "../plugins/contract.ts";
import type { AttemptFailureDetails } from "./contract.ts";

/** The call that failed. */
export interface FailedCall {
  readonly model: string;
  readonly durationMs: number;
  /** 1 for the first call, 2 for the first retry. */
  readonly tries: number;
}

export interface FailedAttempt {
  readonly message: string;
  readonly details: AttemptFailureDetails;
  /** Whether the same model may be asked once more. */
  readonly isRetryable: boolean;
  /** How long the provider asked to wait first. Absent: it did not say. */
  readonly retryAfterMs: number | undefined;
}

/** Past this, another model is the better wait. */
const LONGEST_RETRY_DELAY_MS = 30_000;

/** Reads a failed call. */
export function readFailedCall(
  error: unknown,
  { model, durationMs, tries }: FailedCall,
): FailedAttempt {
  const { kind, message, details } = asProviderError(error);
  const { httpStatus, requestId } = details;
  // Temporal's worker dies of a delay that is NaN or endless; a comparison with NaN is false.
  const waitMs = details.retryAfterMs ?? Number.NaN;
  const isLongWait = waitMs > LONGEST_RETRY_DELAY_MS;
  return {
    message: `${model}: ${message}`,
    details: { model, kind, durationMs, httpStatus, requestId },
    isRetryable: !isLongWait && tries <= FAILURE_POLICIES[kind].retries,
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
