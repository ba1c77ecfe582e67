/** Says in words where the code and a recorded history part, from what Temporal's SDK says of it. */

import { member, parseJson, type History, type HistoryEvent } from "./read-history.ts";

/** Where code and history part. */
export interface Difference {
  /** The path of the step with which the history goes on. Absent: not a step, or not known. */
  readonly step?: string;
  /** What the history holds there. */
  readonly expected: string;
  /** What this code does instead. */
  readonly found: string;
  /** The history's event. Absent: not known. */
  readonly eventId?: number;
  /** What Temporal's SDK says. */
  readonly message: string;
}

/** How the SDK words what its machines find; see `crates/sdk-core/src/worker/workflow/machines` of sdk-rust. */
const WORDINGS: readonly {
  readonly pattern: RegExp;
  readonly read: (match: RegExpExecArray, history: History) => Omit<Difference, "message">;
}[] = [
  {
    pattern:
      /Activity id of scheduled event '(.*?)' does not match activity id of activity command '(.*?)'/,
    read: ([, recorded = "", wanted = ""], history) => ({
      step: stepOf(recorded),
      expected: describeActivity(recorded),
      found: describeActivity(wanted),
      eventId: findActivity(history, recorded),
    }),
  },
  {
    pattern:
      /Child workflow (?:id|type) of scheduled event '(.*?)' does not match child workflow (?:id|type) of command '(.*?)'/,
    read: ([, recorded = "", wanted = ""]) => ({
      expected: `the child workflow "${recorded}"`,
      found: `the child workflow "${wanted}"`,
    }),
  },
  {
    pattern:
      /Activity type of scheduled event '(.*?)' does not match activity type of activity command '(.*?)'/,
    read: ([, recorded = "", wanted = ""]) => ({
      expected: `the activity "${recorded}"`,
      found: `the activity "${wanted}"`,
    }),
  },
  {
    pattern: /The history holds the route of step "(.*?)" where this code routes "(.*?)"/,
    read: ([, recorded = "", wanted = ""]) => ({
      step: recorded,
      expected: `the route of step "${recorded}"`,
      found: `the route of step "${wanted}"`,
    }),
  },
  {
    pattern: /The history holds attempt "(.*?)" where this code makes "(.*?)"/,
    read: ([, recorded = "", wanted = ""]) => ({
      step: stepOf(recorded),
      expected: describeActivity(recorded),
      found: describeActivity(wanted),
    }),
  },
  {
    pattern: /Missing associated machine for LocalActivity\((\d+)\)/,
    read: ([, sequence = ""], history) => ({
      ...findMarker(history, Number(sequence)),
      found: "nothing to match it",
    }),
  },
  {
    pattern: /No command scheduled for event HistoryEvent\(id: (\d+), (\w+)\)/,
    read: ([, id = ""], history) => ({
      ...describeEvent(history, id),
      found: "nothing to match it",
    }),
  },
  {
    pattern: /(\w[\w ]*) machine does not handle this event: HistoryEvent\(id: (\d+), (\w+)\)/,
    read: ([, machine = "", id = ""], history) => ({
      ...describeEvent(history, id),
      found: MACHINES[machine] ?? `a command of the kind "${machine}"`,
    }),
  },
];

/** What the code wanted, by the SDK's machine for it. */
const MACHINES: Readonly<Record<string, string>> = {
  Activity: "an attempt, or another activity",
  Timer: "a wait",
  "Child workflow": "a sub-graph",
  "Complete workflow": "the end of the run",
  "Fail workflow": "the failure of the run",
  "Local activity": "the route of a step, or a local attempt",
};

/** Where code and history part. */
export function explainDifference(error: Error, history: History): Difference {
  const message = readMessage(error);
  for (const { pattern, read } of WORDINGS) {
    const match = pattern.exec(message);
    if (match) return { ...read(match, history), message };
  }
  return { expected: "something else", found: `what it does not allow: ${message}`, message };
}

/** The SDK wraps what it found twice, the second time as Rust prints its own data. */
function readMessage({ message }: Error): string {
  const [, quoted] = /Failure \{ message: ("(?:[^"\\]|\\.)*")/.exec(message) ?? [];
  if (quoted === undefined) return message;
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

type EventFacts = Pick<Difference, "step" | "expected" | "eventId">;

function describeEvent({ events }: History, id: string): EventFacts {
  const event = events?.find(({ eventId }) => String(eventId) === id);
  return { ...describeContent(event), eventId: Number(id) };
}

function describeContent(event: HistoryEvent | undefined): Omit<EventFacts, "eventId"> {
  const activity = event?.activityTaskScheduledEventAttributes?.activityId;
  if (activity) return { step: stepOf(activity), expected: describeActivity(activity) };
  const child = event?.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId;
  if (child) return { expected: `the child workflow "${child}"` };
  if (event?.timerStartedEventAttributes) return { expected: "a wait" };
  if (event?.markerRecordedEventAttributes) return describeMarker(event);
  if (event?.workflowExecutionCompletedEventAttributes) return { expected: "the end of the run" };
  if (event?.workflowExecutionFailedEventAttributes) return { expected: "the failure of the run" };
  if (event?.upsertWorkflowSearchAttributesEventAttributes) {
    return { expected: "the search attributes that a run writes as it ends" };
  }
  return { expected: "another event" };
}

/** A local activity has its number in the run. */
function findMarker({ events }: History, sequence: number): EventFacts {
  const marker = events?.find((event) => member(readDetail(event, "data"), "seq") === sequence);
  return {
    ...(marker ? describeMarker(marker) : { expected: "a local activity" }),
    ...(marker && { eventId: Number(marker.eventId) }),
  };
}

/** A route, or an attempt that is local: its result says of which step, or which attempt. */
function describeMarker(event: HistoryEvent): Omit<EventFacts, "eventId"> {
  const result = readDetail(event, "result");
  const attempt = member(member(result, "of"), "id");
  if (typeof attempt === "string") {
    return { step: stepOf(attempt), expected: describeActivity(attempt) };
  }
  const type = member(readDetail(event, "data"), "activity_type");
  if (type === "signalbox.attempt") return { expected: "a local attempt" };
  const step = member(result, "step");
  return typeof step === "string"
    ? { step, expected: `the route of step "${step}"` }
    : { expected: "the route of a step" };
}

/** One of a marker's details; `undefined` where a codec has made it unreadable. */
function readDetail(event: HistoryEvent, name: string): unknown {
  const details = event.markerRecordedEventAttributes?.details;
  const data = details && Object.hasOwn(details, name) ? details[name]?.payloads?.[0]?.data : null;
  return data ? parseJson(data) : undefined;
}

function findActivity({ events }: History, id: string): number | undefined {
  const event = events?.find(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityId === id,
  );
  return event && Number(event.eventId);
}

function describeActivity(id: string): string {
  const step = stepOf(id);
  return step === id ? `step "${id}"` : `attempt "${id}" of step "${step}"`;
}

/** The ids of attempts and of a step's tools begin with the step's path; see graph/attempt-id.ts. */
function stepOf(activityId: string): string {
  return activityId.split("#", 1)[0] ?? activityId;
}
