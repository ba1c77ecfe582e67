/** Takes decisions and events from outside into a run, as Temporal Updates that are checked before they are kept. */

import { ApplicationFailure, condition, defineUpdate, setHandler } from "@temporalio/workflow";
import { describeProblems, readValue } from "../graph/schema.ts";
import { DELIVER_UPDATE, nameReminder } from "../graph/timer-words.ts";
import type { OpenPart } from "./queries.ts";
import type { Label, Received, ReceiveRequest } from "./host.ts";

/** A decision or an event for one step of a run. */
export interface Letter {
  readonly kind: ReceiveRequest["kind"];
  /** The step's path. */
  readonly step: string;
  readonly value: unknown;
  /** Who sends it: a name or an address. */
  readonly by?: string;
  readonly comment?: string;
}

/** A step that waits for a letter. */
export interface OpenStep {
  readonly kind: ReceiveRequest["kind"];
  readonly step: string;
  readonly show: unknown;
  /** ISO 8601. */
  readonly since: string;
  /** When it goes on without. ISO 8601. */
  readonly until: string;
  /** How often somebody was reminded. */
  readonly reminders: number;
}

/**
 * Delivers a letter. Refused before it reaches the history: `MAIL_STEP_NOT_OPEN`, whose `details[0]` are the parts in flight, one of
 * which may have the step; `MAIL_INVALID_VALUE`.
 */
export const deliver = defineUpdate<void, [Letter]>(DELIVER_UPDATE);

interface Opened {
  readonly request: ReceiveRequest;
  readonly since: number;
  reminders: number;
  received: Received | undefined;
}

/** A step that waited in an earlier execution of the run, and will do so again in this one. */
export interface Reopened extends Pick<ReceiveRequest, "kind" | "step" | "schema"> {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly reminders: number;
}

export interface MailboxOptions {
  /** Letters for these are taken from the start: nobody outside knows of executions. */
  readonly reopened?: readonly Reopened[] | undefined;
  /** Gives the parts in flight. */
  readonly parts?: () => readonly OpenPart[];
}

export class Mailbox {
  readonly #open = new Map<string, Opened>();
  readonly #changed: () => void;
  readonly #parts: () => readonly OpenPart[];

  /**
   * Registers the handler. To be called before the run's first await, or early letters are lost.
   *
   * @param changed - told when a step begins to wait, is reminded of, or waits no more.
   */
  constructor(changed: () => void, { reopened = [], parts = () => [] }: MailboxOptions = {}) {
    this.#changed = changed;
    this.#parts = parts;
    for (const { since, reminders, ...wait } of reopened) {
      const request = { ...wait, show: undefined, timeoutMs: 0, isOpenEnded: true };
      this.#open.set(wait.step, { request, since, reminders, received: undefined });
    }
    setHandler(deliver, (letter) => this.#take(letter), {
      validator: (letter) => this.#check(letter),
    });
  }

  /** The steps that wait, in the order in which they began to. */
  open(): readonly OpenStep[] {
    return [...this.#open.values()].map(({ request, since, reminders }) => ({
      kind: request.kind,
      step: request.step,
      show: request.show,
      since: new Date(since).toISOString(),
      until: new Date(since + request.timeoutMs).toISOString(),
      reminders,
    }));
  }

  /** Whether a letter has come that its step has not gone on with. */
  hasMail(): boolean {
    return [...this.#open.values()].some(({ received }) => received !== undefined);
  }

  /** Waits for a letter; `undefined` when the time is up first. */
  async receive(request: ReceiveRequest, label: Label): Promise<Received | undefined> {
    const before = this.#open.get(request.step);
    const { since = Date.now(), reminders = 0, received } = before ?? {};
    const opened: Opened = { request, since, reminders, received };
    this.#open.set(request.step, opened);
    this.#changed();
    try {
      await this.#wait(opened, label);
    } finally {
      // Also when it is cancelled, while the run goes on: nobody is asked in vain.
      this.#open.delete(request.step);
      this.#changed();
    }
    return opened.received;
  }

  /** In one timer, or in one for each reminder. */
  async #wait(opened: Opened, { summary }: Label): Promise<void> {
    if (opened.received) return;
    const { timeoutMs, remindEveryMs = timeoutMs } = opened.request;
    const waitedMs = opened.reminders * remindEveryMs;
    // Of what comes after the last reminder, some may have passed in an earlier execution of the run.
    let passedMs = Date.now() - opened.since - waitedMs;
    for (let leftMs = timeoutMs - waitedMs; leftMs > 0; leftMs -= remindEveryMs) {
      const patienceMs = Math.min(remindEveryMs, leftMs) - passedMs;
      passedMs = Math.max(0, -patienceMs);
      const hasCome = await condition(
        () => opened.received !== undefined,
        Math.max(1, patienceMs),
        {
          summary: nameReminder(summary, opened.reminders),
        },
      );
      if (hasCome) return;
      if (leftMs > remindEveryMs) {
        opened.reminders += 1;
        this.#changed();
      }
    }
  }

  #check(letter: Letter): void {
    const { kind, step, value } = letter;
    const what = kind === "event" ? "event" : "decision";
    const opened = this.#open.get(step);
    if (opened === undefined || opened.request.kind !== kind || opened.received !== undefined) {
      const open = [...this.#open.keys()].map((known) => `"${known}"`).join(", ") || "none";
      throw ApplicationFailure.nonRetryable(
        `Step "${step}" does not wait for ${kind === "event" ? "an event" : "a decision"} (steps that wait: ${open}).`,
        "MAIL_STEP_NOT_OPEN",
        this.#parts(),
      );
    }
    const read = readValue(opened.request.schema, value);
    if (!read.ok)
      throw invalid(
        `The ${what} for step "${step}" does not fit: ${describeProblems(read.problems)}.`,
      );
    for (const name of ["by", "comment"] as const) {
      if (!["string", "undefined"].includes(typeof letter[name])) {
        throw invalid(`"${name}" of the ${what} for step "${step}" is no text.`);
      }
    }
  }

  #take({ step, value, by, comment }: Letter): void {
    const opened = this.#open.get(step);
    const read = opened && readValue(opened.request.schema, value);
    if (!opened || !read?.ok) return;
    opened.received = {
      value: read.value,
      ...(by !== undefined && { by }),
      ...(comment !== undefined && { comment }),
    };
  }
}

function invalid(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, "MAIL_INVALID_VALUE");
}
