/** Reads the marker of an attempt that was a local activity: nothing told of it before, and nothing else does. */

import { ApplicationFailure, CancelledFailure } from "@temporalio/common";
import {
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
} from "@temporalio/common/lib/internal-non-workflow/index.js";
import type {
  Activities,
  AttemptFailureDetails,
  AttemptReply,
  CancelledDetails,
  MarkedAttempt,
} from "../../activities/contract.ts";
import type { AttemptOutcome, Fact } from "./fact.ts";
import { readMarker, type HistoryEvent, type LoadedDataConverter } from "./history-event.ts";
import { beginAttempt, readDetails, readReply } from "./read-attempt.ts";

const ATTEMPT: keyof Activities = "signalbox.attempt";

/** `undefined`: the event is something else, or a marker that nobody has put a name to. */
export async function readLocalAttempt(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<Fact | undefined> {
  const marker = readMarker(event);
  if (marker?.activityType !== ATTEMPT) return undefined;
  const { result, failure } = marker;
  const told = result
    ? toldByReply(await decodeFromPayloadsAtIndex<AttemptReply>(converter, 0, result))
    : toldByFailure(await decodeOptionalFailureToOptionalError(converter, failure));
  if (told?.of === undefined) return undefined;
  const { of, end } = told;
  const { id, reserved, promptSha256 } = of;
  return {
    fact: "attempt-local",
    scheduled: Number(event.eventId),
    attemptId: id,
    attempt: { ...beginAttempt(id, of), ...(told.tries && { tries: told.tries }) },
    reserved,
    ...(end && { end }),
    ...(promptSha256 !== undefined && { contentSha256: promptSha256 }),
  };
}

interface Told {
  readonly of: MarkedAttempt | undefined;
  readonly tries?: number;
  /** Absent: it is to be tried again. */
  readonly end?: AttemptOutcome;
}

function toldByReply({ of, ...reply }: AttemptReply): Told {
  return { of, end: readReply(reply) };
}

function toldByFailure(error: Error | undefined): Told | undefined {
  if (error instanceof CancelledFailure) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by activities/local-attempt.ts.
    const { of, ...charge } = (error.details?.[0] ?? {}) as CancelledDetails;
    return { of, end: { outcome: { status: "cancelled", kind: "cancelled", ...charge } } };
  }
  if (!(error instanceof ApplicationFailure)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The same.
  const details = (error.details?.[0] ?? {}) as AttemptFailureDetails;
  const { of, retry, tries } = details;
  if (retry) return { of, tries };
  return { of, end: { outcome: { status: "failed", ...readDetails(details, error.message) } } };
}
