/** What is made of a call that failed: its kind, what is kept of it, and whether Temporal asks the same model again. */

import { retriesOf } from "../graph/failure-kinds.ts";
import { asProviderError } from "./as-provider-error.ts";
import { chargeForFailure } from "./charge.ts";
import { UnfitReplyError } from "./check-reply.ts";
import type { AttemptFailureDetails, AttemptRequest, TriesSoFar } from "./contract.ts";
import { GuardrailError } from "./guarding/guard.ts";
import type { GuardVerdict } from "./guarding/verdict.ts";
import { NotCalledError } from "./signals/call-with-leave.ts";

export const NO_TRIES: TriesSoFar = { calls: 0, waits: 0 };

/** The call that failed. */
export interface FailedCall {
  readonly request: AttemptRequest;
  readonly durationMs: number;
  /** This call included, if it was made. */
  readonly tries: TriesSoFar;
  /** What guardrails said before it failed. */
  readonly verdicts: readonly GuardVerdict[];
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
  /** For the next try, if there is one. */
  readonly tries: TriesSoFar;
}

/** A caller that waits would rather have another model's answer. */
const DEFAULT_PATIENCE_MS = 5_000;

/** A run waits once for the end of a cool-down, and then for the probe, its own or another call's. */
const MOST_WAITS = 4;
/** What is left of a wait that ended a little early, by another clock. */
const MOMENT_MS = 1_000;

/** Reads a failed call. */
export function readFailedCall(error: unknown, call: FailedCall): FailedAttempt {
  return error instanceof NotCalledError ? readRefusal(error, call) : readFailure(error, call);
}

function readFailure(
  error: unknown,
  { request, durationMs, tries, verdicts }: FailedCall,
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
  const failed = {
    message: `${model}: ${message}`,
    details: {
      model,
      kind,
      durationMs,
      ...queued(tries),
      tries: tries.calls,
      httpStatus,
      requestId,
      ...(isLongWait && wait(waitMs)),
      ...(tries.calls === 0 && { notCalled: true as const }),
      ...correctionOf(error),
      ...(verdicts.length > 0 && { guards: verdicts }),
      ...charge,
    },
  };
  return {
    ...failed,
    isRetryable: isFree && !isLongWait && tries.calls <= retriesOf(kind, request),
    retryAfterMs: waitMs >= 0 && !isLongWait ? waitMs : undefined,
    tries: { ...tries, lastFailure: failed },
  };
}

/** Whether it ended before the model was called. */
export function isBeforeCall(error: unknown): boolean {
  if (error instanceof NotCalledError) return true;
  return error instanceof GuardrailError && error.stop.direction === "input";
}

/** What it failed by was in the journal: the call that is told of was made by another try. */
export function asKept(failed: FailedAttempt): FailedAttempt {
  return { ...failed, details: { ...failed.details, isFromJournal: true } };
}

/** What the model is told when it is asked again. */
function correctionOf(error: unknown): Pick<AttemptFailureDetails, "correction" | "guard"> {
  if (error instanceof UnfitReplyError) return { correction: error.correction };
  if (!(error instanceof GuardrailError)) return {};
  return { correction: error.correction, guard: error.stop };
}

/** A call that was not made. When it was to repeat one that failed, that one's failure is the one to tell of. */
function readRefusal(
  error: NotCalledError,
  { request, durationMs, tries }: FailedCall,
): FailedAttempt {
  const { model, patienceMs = DEFAULT_PATIENCE_MS } = request;
  const { kind, retryAfterMs } = error.refusal;
  const { lastFailure, calls } = tries;
  // What is no number is not waited for.
  const isLongWait = !(retryAfterMs <= patienceMs);
  const isRetryable = !isLongWait && isWorthWaiting(error, request, tries);
  const own = {
    message: `${model}: ${error.message}`,
    details: {
      model,
      kind,
      durationMs,
      ...queued(tries),
      tries: calls,
      ...(calls === 0 && { notCalled: true as const }),
      ...(isLongWait && wait(retryAfterMs)),
    },
  };
  return {
    ...(lastFailure === undefined
      ? own
      : {
          message: `${lastFailure.message}; then ${error.message}`,
          details: {
            ...lastFailure.details,
            ...queued(tries),
            ...(isLongWait && wait(retryAfterMs)),
          },
        }),
    isRetryable,
    retryAfterMs: isRetryable ? Math.max(0, retryAfterMs) : undefined,
    tries: { ...tries, waits: tries.waits + 1 },
  };
}

/**
 * A limit that the user set is waited for as a provider's would be. A breaker is not, while another model can be asked at once;
 * with none left, one cool-down is, and the probe after it: once that has failed, so has the attempt.
 */
function isWorthWaiting(
  { refusal }: NotCalledError,
  { isLast }: AttemptRequest,
  { waits }: TriesSoFar,
): boolean {
  if (waits >= MOST_WAITS) return false;
  if (refusal.kind === "rate_limited") return true;
  const isSoon = refusal.isProbing === true || refusal.retryAfterMs <= MOMENT_MS;
  return isLast === true && (waits === 0 || isSoon);
}

export function queued({ queuedMs }: TriesSoFar): Pick<AttemptFailureDetails, "queuedMs"> {
  return queuedMs === undefined ? {} : { queuedMs };
}

/** JSON has no Infinity. */
function wait(waitMs: number): Pick<AttemptFailureDetails, "waitMs"> {
  return Number.isNaN(waitMs) ? {} : { waitMs: Math.min(waitMs, Number.MAX_SAFE_INTEGER) };
}
