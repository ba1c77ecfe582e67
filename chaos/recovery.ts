/** How long it takes after a fault until work goes on, and until all that the fault left hanging has ended. Read from the histories. */

import type { HistoryEvent } from "../client/trail/history-event.ts";
import { quantile } from "../bench/measure.ts";
import type { Outcome } from "./evidence.ts";
import type { Injected } from "./inject.ts";

/** The faults of one kind. Times in milliseconds. */
export interface Recovery {
  readonly fault: string;
  readonly count: number;
  /** From the fault's end, or a worker's death, until any attempt completed. */
  readonly nextP50Ms: number;
  readonly nextMaxMs: number;
  /** Until the last attempt that had been open when the fault began had ended; of faults that met any. */
  readonly openP50Ms: number;
  readonly openMaxMs: number;
}

/** From when it was asked for until it ended, in milliseconds since 1970. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly isCompleted: boolean;
}

export function measureRecovery(
  faults: readonly Injected[],
  outcomes: readonly Outcome[],
): readonly Recovery[] {
  const spans = outcomes.flatMap(({ executions }) =>
    executions.flatMap(({ history }) => spansOf(history.events ?? [])),
  );
  const names = [...new Set(faults.map(({ name }) => name))].toSorted();
  return names.map((fault) => {
    const ofKind = faults.filter(({ name }) => name === fault);
    const next = ofKind.flatMap((one) => untilNext(one, spans));
    const open = ofKind.flatMap((one) => untilOpenEnded(one, spans));
    return {
      fault,
      count: ofKind.length,
      nextP50Ms: Math.round(quantile(next, 0.5)),
      nextMaxMs: Math.round(Math.max(...next)),
      openP50Ms: Math.round(quantile(open, 0.5)),
      openMaxMs: Math.round(Math.max(...open)),
    };
  });
}

/** After the last attempt of all there is nothing to recover. */
function untilNext({ countsFrom }: Injected, spans: readonly Span[]): readonly number[] {
  const ends = spans.filter(({ to, isCompleted }) => isCompleted && to >= countsFrom);
  return ends.length === 0 ? [] : [Math.min(...ends.map(({ to }) => to)) - countsFrom];
}

function untilOpenEnded({ at, countsFrom }: Injected, spans: readonly Span[]): readonly number[] {
  const open = spans.filter(({ from, to }) => from < at && to > at);
  if (open.length === 0) return [];
  return [Math.max(0, Math.max(...open.map(({ to }) => to)) - countsFrom)];
}

function spansOf(events: readonly HistoryEvent[]): readonly Span[] {
  const began = new Map<number, number>();
  const spans: Span[] = [];
  for (const event of events) {
    if (event.activityTaskScheduledEventAttributes) {
      began.set(Number(event.eventId), timeOf(event));
      continue;
    }
    const completed = event.activityTaskCompletedEventAttributes;
    const ended =
      completed ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    const from = began.get(Number(ended?.scheduledEventId));
    if (from === undefined) continue;
    spans.push({ from, to: timeOf(event), isCompleted: Boolean(completed) });
  }
  return spans;
}

function timeOf({ eventTime }: HistoryEvent): number {
  return Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / 1e6;
}
