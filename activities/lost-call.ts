/** Calls of which nobody knows how they ended: their worker was lost, or the connection to their provider. */

import { CancelledFailure } from "@temporalio/common";
import { ProviderError } from "../plugins/contract.ts";
import { asProviderError } from "./as-provider-error.ts";
import { UnfitReplyError } from "./check-reply.ts";
import type { FailedAttempt } from "./failed-attempt.ts";
import { GuardrailError } from "./guarding/guard.ts";

/**
 * How often a call is made again under its key before another one is paid for: with Temporal's back-off for some four seconds, about
 * as long as a step is patient with a provider that is busy.
 */
const MOST_REPEATS = 4;

/** What it asked may have been answered, and billed. The workflow asks again, if the budget has room for it. */
export function lostCall(how: "lost" | "stopped"): ProviderError {
  const message = `the worker was ${how} in the middle of the call`;
  return new ProviderError("unavailable", message, { mayBeBilled: true });
}

/** A worker that stops cuts what is not done when its grace has passed; the run itself still wants the answer. */
export function isStopped(error: unknown): boolean {
  return error instanceof CancelledFailure && error.message === "WORKER_SHUTDOWN";
}

/**
 * The failure of a call that had been made before: that it cannot be made again, such as for want of a connection, says nothing of the
 * bill for the first time.
 */
export function asLost(error: unknown): unknown {
  // These have seen its reply, or look at it as at any other.
  if (error instanceof UnfitReplyError || error instanceof GuardrailError) return error;
  const { kind, message, details } = asProviderError(error);
  if (details.usage !== undefined || details.costUsd !== undefined) return error;
  return new ProviderError(kind, message, { ...details, mayBeBilled: true });
}

/**
 * Whether a failed call is worth making again under its key, at a provider that bills it once. Not after a deadline: there is no time
 * left for it.
 *
 * @param tries - of the attempt, as Temporal counts them.
 */
export function mayRepeat({ details, tries }: FailedAttempt, temporalTries: number): boolean {
  const { mayBeBilled, kind, waitMs } = details;
  const repeats = temporalTries - tries.calls - tries.waits;
  return (
    mayBeBilled === true && kind !== "timeout" && waitMs === undefined && repeats < MOST_REPEATS
  );
}
