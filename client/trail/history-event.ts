/** Temporal's own record of a run, event by event, and the small things that are read from it everywhere. */

import type { Client, WorkflowHandle } from "@temporalio/client";
import { decodeFromPayloadsAtIndex } from "@temporalio/common/lib/internal-non-workflow/index.js";

export type History = Awaited<ReturnType<WorkflowHandle["fetchHistory"]>>;
export type HistoryEvent = NonNullable<History["events"]>[number];
export type LoadedDataConverter = Client["workflow"]["options"]["loadedDataConverter"];

interface Payload {
  readonly data?: Uint8Array | null;
}

/** What a data converter has written. */
export async function decodePayload(
  converter: LoadedDataConverter,
  payload: Parameters<typeof decodeFromPayloadsAtIndex>[2] extends (infer P)[] | null | undefined
    ? P
    : never,
): Promise<unknown> {
  return decodeFromPayloadsAtIndex<unknown>(converter, 0, [payload]);
}

/** ISO 8601. */
export function timeOf({ eventTime }: HistoryEvent): string {
  const { seconds = 0, nanos = 0 } = eventTime ?? {};
  return new Date(Number(seconds) * 1_000 + Math.floor((nanos ?? 0) / 1e6)).toISOString();
}

/** JSON that no data converter has seen: search attributes, and the SDK's own notes. `undefined`: there is none. */
export function readPlainJson(payload: Payload | null | undefined): unknown {
  const { data } = payload ?? {};
  if (data === undefined || data === null) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(data));
  } catch {
    return undefined;
  }
}

type Marker = NonNullable<HistoryEvent["markerRecordedEventAttributes"]>;
type Payloads = NonNullable<Marker["details"]>[string]["payloads"];

/** What a local activity has left. */
export interface LocalMarker {
  readonly activityType: string;
  /** Absent: it gave nothing. */
  readonly result: Payloads;
  readonly failure: Marker["failure"];
}

/** `undefined`: the event is no marker of a local activity. */
export function readMarker(event: HistoryEvent): LocalMarker | undefined {
  const { details, failure } = event.markerRecordedEventAttributes ?? {};
  const note = readPlainJson(details?.["data"]?.payloads?.[0]);
  if (typeof note !== "object" || note === null || !("activity_type" in note)) return undefined;
  const { activity_type: activityType } = note;
  if (typeof activityType !== "string") return undefined;
  return { activityType, result: details?.["result"]?.payloads, failure };
}

/** The event that the workflow asked for what this one is about. */
export function scheduledIdOf(event: HistoryEvent): number | undefined {
  const about =
    event.activityTaskStartedEventAttributes ??
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  if (about) return Number(about.scheduledEventId);
  const child =
    event.startChildWorkflowExecutionFailedEventAttributes ??
    event.childWorkflowExecutionCompletedEventAttributes ??
    event.childWorkflowExecutionFailedEventAttributes ??
    event.childWorkflowExecutionCanceledEventAttributes ??
    event.childWorkflowExecutionTimedOutEventAttributes ??
    event.childWorkflowExecutionTerminatedEventAttributes;
  if (child) return Number(child.initiatedEventId);
  const timer = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes;
  return timer ? Number(timer.startedEventId) : undefined;
}
