/** Reads how an attempt inside Temporal ended, whichever kind of activity it was. */

import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  isCancellation,
  TimeoutFailure,
} from "@temporalio/workflow";
import type {
  AttemptFailureDetails,
  AttemptRequest,
  CancelledDetails,
} from "../activities/contract.ts";
import { isFailureKind } from "../graph/failure-kinds.ts";
import { boundCharge } from "../graph/token-bound.ts";
import { UNSTARTED_CALL, WHY_UNSTARTED } from "../graph/unstarted-call.ts";
import type { AttemptFailure, AttemptOutcome } from "./host.ts";
import { describeLoss } from "./temporal-outcome.ts";

/** What is not its failure, it throws. */
export function readFailedAttempt(
  error: unknown,
  request: AttemptRequest,
  durationMs: number,
): Extract<AttemptOutcome, { readonly ok: false }> {
  if (isCancellation(error)) {
    return {
      ok: false,
      failure: cancelledAttempt(error, request, durationMs),
      cancellation: error,
    };
  }
  const cause = causeOf(error);
  if (cause instanceof ApplicationFailure && isFailureKind(cause.type)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by activities/to-failure.ts.
    const details = cause.details?.[0] as AttemptFailureDetails;
    return { ok: false, failure: { ...details, message: cause.message } };
  }
  if (!(error instanceof ActivityFailure) && !(error instanceof TimeoutFailure)) throw error;
  return { ok: false, failure: lostAttempt(cause, request, durationMs) };
}

/** What a local activity fails with stands for itself. */
function causeOf(error: unknown): unknown {
  return error instanceof ActivityFailure ? error.cause : error;
}

/** A call that never began has no details, and costs nothing. */
function cancelledAttempt(
  error: unknown,
  { model }: AttemptRequest,
  durationMs: number,
): AttemptFailure {
  const cause = causeOf(error);
  const details = cause instanceof CancelledFailure ? cause.details : undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by activities/attempt.ts.
  const charge = (details?.[0] ?? {}) as CancelledDetails;
  const message = `${model}: the run no longer needs the answer`;
  return { model, kind: "cancelled", durationMs, tries: 1, ...charge, message };
}

/** No worker reported how the call ended: it died, or lost its connection, as often as Temporal allows. */
function lostAttempt(cause: unknown, request: AttemptRequest, durationMs: number): AttemptFailure {
  const { model } = request;
  if (cause instanceof TimeoutFailure && cause.timeoutType === "SCHEDULE_TO_START") {
    const message = `${model}: ${WHY_UNSTARTED}`;
    return { model, ...UNSTARTED_CALL, queuedMs: durationMs, message };
  }
  const message = `${model}: ${describeLoss(cause)}`;
  return { model, kind: "timeout", durationMs, tries: 1, ...boundCharge(request), message };
}
