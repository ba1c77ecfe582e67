/** Takes decisions and events from outside into a run, as Temporal Updates that are checked before they are kept. */

import {
  ApplicationFailure,
  condition,
  defineQuery,
  defineUpdate,
  setHandler,
} from "@temporalio/workflow";
import { describeProblems, readValue } from "../graph/schema.ts";
import type { Label, Received, ReceiveRequest } from "./host.ts";

/** A decision or an event for one step of a run. */
export interface Letter {
  readonly kind: ReceiveRequest["kind"];
  /** The step's path. */
  readonly step: string;
  readonly value: unknown;
}

/** A step that waits for a letter. */
export interface OpenStep {
  readonly kind: ReceiveRequest["kind"];
  readonly step: string;
  readonly show: unknown;
}

/** Delivers a letter. Refused before it reaches the history: `MAIL_STEP_NOT_OPEN`, `MAIL_INVALID_VALUE`. */
export const deliver = defineUpdate<void, [Letter]>("signalbox.deliver");
/** The steps that wait, in the order in which they began to. */
export const openSteps = defineQuery<readonly OpenStep[]>("signalbox.openSteps");

interface Opened {
  readonly request: ReceiveRequest;
  received: Received | undefined;
}

export class Mailbox {
  readonly #open = new Map<string, Opened>();

  /** Registers the handlers. To be called before the run's first await, or early letters are lost. */
  constructor() {
    setHandler(deliver, (letter) => this.#take(letter), {
      validator: (letter) => this.#check(letter),
    });
    setHandler(openSteps, () =>
      [...this.#open.values()].map(({ request: { kind, step, show } }) => ({ kind, step, show })),
    );
  }

  /** Waits for a letter; `undefined` when the time is up first. */
  async receive(request: ReceiveRequest, { summary }: Label): Promise<Received | undefined> {
    const opened: Opened = { request, received: undefined };
    this.#open.set(request.step, opened);
    const hasCome = (): boolean => opened.received !== undefined;
    try {
      if (request.timeoutMs === undefined) await condition(hasCome);
      else await condition(hasCome, request.timeoutMs, { summary });
    } finally {
      // Also when it is cancelled, while the run goes on: nobody is asked in vain.
      this.#open.delete(request.step);
    }
    return opened.received;
  }

  #check({ kind, step, value }: Letter): void {
    const opened = this.#open.get(step);
    if (opened === undefined || opened.request.kind !== kind || opened.received !== undefined) {
      const open = [...this.#open.keys()].map((known) => `"${known}"`).join(", ") || "none";
      throw ApplicationFailure.nonRetryable(
        `Step "${step}" does not wait for ${kind === "event" ? "an event" : "a decision"} (steps that wait: ${open}).`,
        "MAIL_STEP_NOT_OPEN",
      );
    }
    const read = readValue(opened.request.schema, value);
    if (read.ok) return;
    throw ApplicationFailure.nonRetryable(
      `The ${kind === "event" ? "event" : "decision"} for step "${step}" does not fit: ${describeProblems(read.problems)}.`,
      "MAIL_INVALID_VALUE",
    );
  }

  #take({ step, value }: Letter): void {
    const opened = this.#open.get(step);
    const read = opened && readValue(opened.request.schema, value);
    if (opened && read?.ok) opened.received = { value: read.value };
  }
}
