/** Reads what events of a history say of one attempt. */

import { ActivityFailure, ApplicationFailure, TimeoutFailure } from "@temporalio/common";
import {
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
} from "@temporalio/common/lib/internal-non-workflow/index.js";
import type {
  AttemptFailureDetails,
  AttemptIdentity,
  AttemptReply,
  AttemptRequest,
  Charge,
} from "../../activities/contract.ts";
import { fallbackOf } from "../../graph/attempt-id.ts";
import { isFailureKind } from "../../graph/failure-kinds.ts";
import { boundCharge } from "../../graph/token-bound.ts";
import { UNSTARTED_CALL, WHY_UNSTARTED } from "../../graph/unstarted-call.ts";
import type { Attempt } from "../run.ts";
import type { AttemptOutcome } from "./fact.ts";
import type { HistoryEvent, LoadedDataConverter } from "./history-event.ts";

type Payloads = Parameters<typeof decodeFromPayloadsAtIndex>[2];

export function readRequest(
  converter: LoadedDataConverter,
  payloads: Payloads,
): Promise<AttemptRequest> {
  return decodeFromPayloadsAtIndex<AttemptRequest>(converter, 0, payloads);
}

/** @param id - its activity's. */
export function beginAttempt(
  id: string,
  { step, model, plan, isStandIn, arm }: Omit<AttemptIdentity, "id">,
): Attempt {
  const origin = {
    ...(plan && { plan }),
    ...(isStandIn && { isStandIn }),
    ...(arm !== undefined && { arm }),
  };
  return { step, model, fallback: fallbackOf(id), ...origin, status: "running", tries: 1 };
}

/** `undefined`: the event is no end. */
export async function readOutcome(
  event: HistoryEvent,
  request: AttemptRequest,
  converter: LoadedDataConverter,
): Promise<AttemptOutcome | undefined> {
  const completed = event.activityTaskCompletedEventAttributes;
  if (completed) {
    const { payloads } = completed.result ?? {};
    return readReply(await decodeFromPayloadsAtIndex<AttemptReply>(converter, 0, payloads));
  }
  const canceled = event.activityTaskCanceledEventAttributes;
  if (canceled) {
    const payloads = canceled.details?.payloads;
    const charge = payloads && (await decodeFromPayloadsAtIndex<Charge>(converter, 0, payloads));
    return { outcome: { status: "cancelled", kind: "cancelled", ...charge } };
  }
  const failed =
    event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
  if (!failed) return undefined;
  const error = await decodeOptionalFailureToOptionalError(converter, failed.failure);
  return { outcome: { status: "failed", ...readFailure(error, request) } };
}

export function readReply({
  value,
  escalated: _escalated,
  toolCalls,
  ...measured
}: AttemptReply): AttemptOutcome {
  const isAnswer = toolCalls === undefined;
  const content = isAnswer ? { value } : { toolCalls };
  return { outcome: { status: "completed", ...measured }, isAnswer, content };
}

function readFailure(error: Error | undefined, request: AttemptRequest): Partial<Attempt> {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && isFailureKind(cause.type)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by activities/to-failure.ts.
    const details = cause.details?.[0] as Partial<AttemptFailureDetails> | undefined;
    return readDetails(details ?? {}, cause.message);
  }
  // As workflows/temporal-host.ts charges it: nobody told the end of a call that may have been made.
  if (cause instanceof TimeoutFailure && cause.timeoutType === "SCHEDULE_TO_START") {
    return { ...UNSTARTED_CALL, message: WHY_UNSTARTED };
  }
  return { kind: "timeout", ...boundCharge(request), message: "no worker reported back" };
}

/** What the rest says is of use to the engine alone; a correction quotes what was wrong with a reply. */
export function readDetails(
  details: Partial<AttemptFailureDetails>,
  message: string,
): Partial<Attempt> {
  const { correction: _correction, guard: _guard, of: _of, retry: _retry, ...told } = details;
  return { ...told, message };
}
