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
import { fallbackOf, VERDICTS_MEMO } from "../graph/attempt-id.ts";
import type { Verdict } from "../workflows/run-record.ts";
import type { Attempt } from "./run.ts";

export type History = Awaited<ReturnType<WorkflowHandle["fetchHistory"]>>;
export type LoadedDataConverter = Client["workflow"]["options"]["loadedDataConverter"];

type HistoryEvent = NonNullable<History["events"]>[number];

const ATTEMPT: keyof Activities = "signalbox.attempt";

/** What is known of the run beside its history. */
export interface RunEnd {
  readonly isClosed: boolean;
  /** The path of the step that the run gave up. Absent: none. */
  readonly givenUpStep?: string | undefined;
}

/** The attempts in `history`, in the order in which they were scheduled. */
export async function readAttempts(
  history: History,
  converter: LoadedDataConverter,
  { isClosed, givenUpStep }: RunEnd,
): Promise<readonly Attempt[]> {
  const attempts = new Map<string, ReadAttempt>();
  const verdicts = new Map<string, Verdict>();
  for (const event of history.events ?? []) {
    for (const [id, verdict] of await readVerdicts(event, converter)) {
      verdicts.set(id, { ...verdicts.get(id), ...verdict });
    }
    const id = scheduledId(event);
    if (id === undefined) continue;
    const attempt = await readEvent(event, attempts.get(id), converter);
    if (attempt !== undefined) attempts.set(id, attempt);
  }
  const read = refuse([...attempts.values()], givenUpStep);
  const known = read.map(({ id, isAnswer: _isAnswer, ...attempt }) => ({
    ...attempt,
    ...verdicts.get(id),
  }));
  return isClosed ? known.map(closeAttempt) : known;
}

/** `id`: its activity's. `isAnswer`: it completed with a value, and not with tool calls. */
type ReadAttempt = Attempt & { readonly id: string; readonly isAnswer?: boolean };

/** What a plan made of replies: the workflow tells it, as no event of theirs does. */
async function readVerdicts(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<readonly (readonly [string, Verdict])[]> {
  const memo = event.workflowPropertiesModifiedEventAttributes?.upsertedMemo?.fields ?? {};
  const payload = memo[VERDICTS_MEMO];
  if (payload === undefined) return [];
  const told = decodeFromPayloadsAtIndex<Readonly<Record<string, Verdict>>>(converter, 0, [
    payload,
  ]);
  return Object.entries(await told);
}

/**
 * Without a plan, an answer after which the same step asked again, or was given up, was refused by a rule that only zod knows: the
 * workflow found out, and of that no event tells.
 */
function refuse(
  attempts: readonly ReadAttempt[],
  givenUpStep: string | undefined,
): readonly ReadAttempt[] {
  return attempts.map((attempt, index) => {
    const { step, isAnswer, plan } = attempt;
    if (plan !== undefined) return attempt;
    const isAskedAgain = attempts.slice(index + 1).some((later) => later.step === step);
    return isAnswer && (isAskedAgain || step === givenUpStep)
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
    const request = await decodeFromPayloadsAtIndex<AttemptRequest>(converter, 0, payloads);
    const { step, model, plan, isStandIn, arm } = request;
    const id = scheduled.activityId ?? "";
    const origin = {
      ...(plan && { plan }),
      ...(isStandIn && { isStandIn }),
      ...(arm !== undefined && { arm }),
    };
    const fallback = fallbackOf(id);
    return { id, step, model, fallback, ...origin, status: "running", tries: 1 };
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
