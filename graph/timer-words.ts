/**
 * What the timers of a run are called: the workflow writes it, and whoever reads a history, person or program, knows by it
 * which step waits, and for what.
 */

/** The update by which decisions and events reach a run. */
export const DELIVER_UPDATE = "signalbox.deliver";

/** What a step waits for. */
export type WaitKind = "approval" | "event";

const WAITS = {
  approval: "waiting for a decision",
  event: "waiting for an event",
} as const satisfies Readonly<Record<WaitKind, string>>;

const TIMER = "timer";
const RETRY = "waiting to ask again";

/** Paths hold names of cases, which may be any text: the words are what stands last. */
const WORDS = new RegExp(
  `^(.*) · (?:(${WAITS.approval})(?: on [^·]+)?|(${WAITS.event})|${TIMER})(?: · reminder (\\d+))?$`,
  "s",
);

/** @param about - what the decision is on, such as `the budget`. Absent: the step says it. */
export function nameWait(step: string, kind: WaitKind, about?: string): string {
  return `${step} · ${WAITS[kind]}${about === undefined ? "" : ` on ${about}`}`;
}

/** @param wait - as {@link nameWait} gave it. */
export function nameReminder(wait: string, reminders: number): string {
  return reminders === 0 ? wait : `${wait} · reminder ${reminders}`;
}

export function nameTimer(step: string): string {
  return `${step} · ${TIMER}`;
}

/** @param attempt - its id. Of one that is made of local activities: others have no timers. */
export function nameRetry(attempt: string): string {
  return `${attempt} · ${RETRY}`;
}

/** Reads the id of the attempt that waits; `undefined`: the timer is for something else. */
export function readRetryName(name: string): string | undefined {
  const end = ` · ${RETRY}`;
  return name.endsWith(end) ? name.slice(0, -end.length) : undefined;
}

/** What a timer is for. */
export interface NamedTimer {
  readonly step: string;
  readonly kind: WaitKind | "timer";
  /** How often somebody was reminded before it was set. */
  readonly reminders: number;
}

/** Reads a name; `undefined`: it is none of ours, as in a hand-written workflow. */
export function readTimerName(name: string): NamedTimer | undefined {
  const [, step, approval, event, reminders = "0"] = WORDS.exec(name) ?? [];
  if (step === undefined) return undefined;
  const kind = event ? "event" : "timer";
  return { step, kind: approval ? "approval" : kind, reminders: Number(reminders) };
}
