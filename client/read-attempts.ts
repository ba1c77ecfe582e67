/** Reads the attempts of a run from its Temporal history: the history is the record, there is no other. */

import type { Client, WorkflowHandle } from "@temporalio/client";
import { ActivityFailure, ApplicationFailure } from "@temporalio/client";
import {
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
} from "@temporalio/common/lib/internal-non-workflow/index.js";
import type {
  Activities,
  AttemptFailureDetails,
  AttemptReply,
  AttemptRequest,
  Charge,
} from "../activities/contract.ts";
import { fallbackOf } from "../graph/attempt-id.ts";
import type { Attempt } from "./run.ts";

export type History = Awaited<ReturnType<WorkflowHandle["fetchHistory"]>>;
export type LoadedDataConverter = Client["workflow"]["options"]["loadedDataConverter"];

type HistoryEvent = NonNullable<History["events"]>[number];

const ATTEMPT: keyof Activities = "signalbox.attempt";

/** The attempts in `history`, in the order in which they were scheduled. `isClosed`: whether the run has ended. */
export async function readAttempts(
  history: History,
  converter: LoadedDataConverter,
  isClosed: boolean,
): Promise<readonly Attempt[]> {
  const attempts = new Map<string, ReadAttempt>();
  for (const event of history.events ?? []) {
    const id = scheduledId(event);
    if (id === undefined) continue;
    const attempt = await readEvent(event, attempts.get(id), converter);
    if (attempt !== undefined) attempts.set(id, attempt);
  }
  const read = refuse([...attempts.values()]);
  const known = read.map(({ isAnswer: _isAnswer, ...attempt }) => attempt);
  return isClosed ? known.map(closeAttempt) : known;
}

/** `isAnswer`: it completed with a value, and not with tool calls. */
type ReadAttempt = Attempt & { readonly isAnswer?: boolean };

/**
 * An answer after which the same step asked again was refused by a rule that only zod knows: the workflow found out, and
 * of that no event tells.
 */
function refuse(attempts: readonly ReadAttempt[]): readonly ReadAttempt[] {
  return attempts.map((attempt, index) => {
    const { step, isAnswer } = attempt;
    const isAskedAgain = attempts.slice(index + 1).some((later) => later.step === step);
    return isAnswer && isAskedAgain
      ? { ...attempt, status: "failed", kind: "invalid_output" }
      : attempt;
  });
}

/** A run that is cancelled, terminated or failed by another step does not wait for its attempts: nothing tells their end. */
function closeAttempt(attempt: Attempt): Attempt {
  return attempt.status === "running"
    ? { ...attempt, status: "cancelled", kind: "cancelled" }
    : attempt;
}

/** The id of the event that scheduled the activity which `event` is about. */
function scheduledId(event: HistoryEvent): string | undefined {
  const scheduled = event.activityTaskScheduledEventAttributes ? event.eventId : undefined;
  const about =
    event.activityTaskStartedEventAttributes ??
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  return (scheduled ?? about?.scheduledEventId)?.toString();
}

async function readEvent(
  event: HistoryEvent,
  known: ReadAttempt | undefined,
  converter: LoadedDataConverter,
): Promise<ReadAttempt | undefined> {
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (scheduled?.activityType?.name === ATTEMPT) {
    const payloads = scheduled.input?.payloads;
    const { step, model } = await decodeFromPayloadsAtIndex<AttemptRequest>(converter, 0, payloads);
    const fallback = fallbackOf(scheduled.activityId ?? "");
    return { step, model, fallback, status: "running", tries: 1 };
  }
  if (known === undefined) return undefined;
  const started = event.activityTaskStartedEventAttributes;
  if (started) return { ...known, tries: started.attempt ?? 1 };
  return { ...known, ...(await readOutcome(event, converter)) };
}

async function readOutcome(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<Partial<ReadAttempt>> {
  const completed = event.activityTaskCompletedEventAttributes;
  if (completed) {
    const payloads = completed.result?.payloads;
    const {
      value: _value,
      toolCalls,
      ...measured
    } = await decodeFromPayloadsAtIndex<AttemptReply>(converter, 0, payloads);
    return { status: "completed", ...measured, isAnswer: toolCalls === undefined };
  }
  const canceled = event.activityTaskCanceledEventAttributes;
  if (canceled) {
    const payloads = canceled.details?.payloads;
    const charge = payloads && (await decodeFromPayloadsAtIndex<Charge>(converter, 0, payloads));
    return { status: "cancelled", kind: "cancelled", ...charge };
  }
  const failure = event.activityTaskFailedEventAttributes?.failure;
  const error = await decodeOptionalFailureToOptionalError(converter, failure);
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure)) {
    return { status: "failed", kind: "timeout", message: "no worker reported back" };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by activities/to-failure.ts.
  const details = cause.details?.[0] as AttemptFailureDetails | undefined;
  return { status: "failed", ...details, message: cause.message };
}
