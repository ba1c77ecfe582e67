/**
 * What a run tells of itself, event by event: a fold over the facts of its history. Pure: the same facts make the same events
 * with the same ids, however many are given at a time.
 */

import type { NewRunEvent, RunEvent } from "../run-event.ts";
import type { Attempt } from "../run.ts";
import { AttemptBook } from "./attempt-book.ts";
import type { EndTotals, Fact, StartedStep } from "./fact.ts";
import { asked, cancelled, decided, ended, judged } from "./tell.ts";
import { Waits } from "./waits.ts";

/** Where a fact stands in the history. */
export interface Place {
  /** What the history's event is called in the run: its number, and in executions that go on with a run theirs before it. */
  readonly event: string;
  /** ISO 8601. */
  readonly at: string;
  /** `"task"`: the workflow has gone on. `"command"`: it asks for something, as part of that. */
  readonly by: "task" | "command" | "other";
}

type BegunAttempt = Pick<
  Extract<Fact, { readonly fact: "attempt-scheduled" }>,
  "scheduled" | "attemptId" | "attempt" | "reserved"
>;

const NOWHERE: Place = { event: "", at: "", by: "other" };

export class Trail {
  readonly #attempts = new AttemptBook();
  readonly #waits = new Waits();
  /** Those that have begun and not ended. */
  readonly #steps = new Map<number, StartedStep>();
  /** By step: timers of an execution that has ended, until the next one goes on with them. */
  readonly #suspended = new Map<string, StartedStep>();
  #totals: EndTotals = {};
  /** Beside the attempts that are known: by sub-graphs, and in executions that Temporal keeps no more. */
  #otherNanoUsd = 0;
  #hasBegun = false;
  #hasEnded = false;
  #place = NOWHERE;
  /** How many events were made of the history's event at `#place`. */
  #told = 0;
  /** The workflow has gone on, and its commands are what comes next. */
  #isInTask = false;

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get attempts(): readonly Attempt[] {
    return this.#attempts.list();
  }

  /** What it has cost so far, sub-graphs that have ended included, parts not. In 10⁻⁹ USD. */
  get spentNanoUsd(): number {
    return this.attempts.reduce(
      (sum, { costNanoUsd = 0 }) => sum + costNanoUsd,
      this.#otherNanoUsd,
    );
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Adds what executions have cost that cannot be read. */
  addBefore(spentNanoUsd: number): void {
    this.#otherNanoUsd += spentNanoUsd;
  }

  /** @param fact - absent: the event says nothing by itself. */
  read(place: Place, fact: Fact | undefined): readonly RunEvent[] {
    const settled = place.by === "command" ? [] : this.settle();
    this.#place = place;
    this.#told = 0;
    if (place.by === "task") this.#isInTask = true;
    return fact === undefined ? settled : [...settled, ...this.#tell(this.#conclude(fact))];
  }

  /**
   * To be called where all commands of the workflow's last turn have been read, as at the end of what Temporal has to give.
   * The next event would say so too, but may be days away.
   */
  settle(): readonly RunEvent[] {
    if (!this.#isInTask) return [];
    this.#isInTask = false;
    return this.#tell(this.#waits.settle().map(decided));
  }

  #conclude(fact: Fact): readonly NewRunEvent[] {
    switch (fact.fact) {
      case "started": {
        const { fact: _fact, content: _content, ...started } = fact;
        if (this.#hasBegun) return [];
        this.#hasBegun = true;
        return [{ type: "run.started", ...started }];
      }
      case "continued":
        this.#suspend();
        return [];
      case "reset":
        return [{ type: "run.reset", execution: fact.execution }];
      case "route":
        return [{ type: "route.decided", route: fact.route }];
      case "attempt-scheduled":
      case "attempt-called":
      case "attempt-ended":
      case "attempt-local":
      case "attempt-dropped":
      case "verdicts":
        return this.#concludeAttempt(fact);
      case "step-started":
      case "step-ended":
        return this.#concludeStep(fact);
      case "wait-started":
      case "wait-fired":
      case "wait-dropped":
      case "letter":
        return this.#concludeWait(fact);
      case "cancel-requested":
        return [{ type: "run.cancel_requested" }];
      case "totals":
        this.#totals = fact.totals;
        return [];
      case "ended":
        return this.#concludeRun(fact);
    }
  }

  #concludeAttempt(
    fact: Extract<Fact, { readonly fact: `attempt-${string}` | "verdicts" }>,
  ): readonly NewRunEvent[] {
    switch (fact.fact) {
      case "attempt-scheduled":
        return this.#beginAttempt(fact);
      case "attempt-called":
        this.#attempts.called(fact.scheduled, fact.tries);
        return [];
      case "attempt-ended":
        return ended(this.#attempts.end(fact.scheduled, fact));
      case "attempt-local":
        return this.#concludeLocal(fact);
      case "attempt-dropped":
        return ended(this.#attempts.drop(fact.attemptId));
      case "verdicts":
        return Object.entries(fact.verdicts).flatMap(([id, verdict]) =>
          judged(this.#attempts.judge(id, verdict)),
        );
    }
  }

  #beginAttempt({ scheduled, attemptId, attempt, reserved }: BegunAttempt): readonly NewRunEvent[] {
    const refused = this.#attempts.refuseAnswerOf(attempt.step);
    this.#attempts.begin(scheduled, attemptId, attempt);
    return [...judged(refused), asked(attemptId, attempt, reserved)];
  }

  /** Each try tells of itself when it has ended, the first one of the whole attempt too. */
  #concludeLocal(fact: Extract<Fact, { readonly fact: "attempt-local" }>): readonly NewRunEvent[] {
    const known = this.#attempts.scheduledOf(fact.attemptId);
    const begun = known === undefined ? this.#beginAttempt(fact) : [];
    const scheduled = known ?? fact.scheduled;
    this.#attempts.called(scheduled, fact.attempt.tries);
    return fact.end ? [...begun, ...ended(this.#attempts.end(scheduled, fact.end))] : begun;
  }

  #concludeStep(fact: Extract<Fact, { readonly fact: `step-${string}` }>): readonly NewRunEvent[] {
    if (fact.fact === "step-started") {
      const { fact: _fact, scheduled, ...started } = fact;
      this.#steps.set(scheduled, started);
      const isNews = !this.#suspended.delete(started.step);
      return isNews ? [{ type: "step.started", ...started }] : [];
    }
    const { fact: _fact, scheduled, ...end } = fact;
    const started = this.#steps.get(scheduled);
    this.#steps.delete(scheduled);
    // What a part has cost is known from its own history.
    if (started?.kind === "sub") this.#otherNanoUsd += end.costNanoUsd ?? 0;
    return started ? [{ type: "step.ended", step: started.step, kind: started.kind, ...end }] : [];
  }

  #concludeWait(
    fact: Extract<Fact, { readonly fact: `wait-${string}` | "letter" }>,
  ): readonly NewRunEvent[] {
    switch (fact.fact) {
      case "wait-started":
        return this.#waits.begin(fact.scheduled, fact.wait)
          ? [{ type: "step.waiting", ...fact.wait }]
          : [];
      case "wait-fired":
        this.#waits.fire(fact.scheduled);
        return [];
      case "wait-dropped":
        return this.#waits.drop(fact.scheduled).map(decided);
      case "letter": {
        const { fact: _fact, content: _content, ...letter } = fact;
        this.#waits.receive(letter.step);
        return [{ type: "step.decided", how: "received", ...letter }];
      }
    }
  }

  /** The execution ends, the run does not: what it waits for is set again by the next one. */
  #suspend(): void {
    this.#waits.suspend();
    for (const started of this.#steps.values()) this.#suspended.set(started.step, started);
    this.#steps.clear();
  }

  #concludeRun({
    status,
    error,
  }: Extract<Fact, { readonly fact: "ended" }>): readonly NewRunEvent[] {
    this.#hasEnded = true;
    const { code, step } = error ?? {};
    const refused = step === undefined ? undefined : this.#attempts.refuseAnswerOf(step);
    this.#suspend();
    const steps = [...this.#suspended.values()];
    this.#suspended.clear();
    return [
      ...judged(refused),
      ...this.#waits.closeAll().map(decided),
      ...this.#attempts.closeAll().flatMap(ended),
      ...steps.map(cancelled),
      {
        type: "run.ended",
        status,
        ...this.#totals,
        ...(code !== undefined && { error: { code, ...(step !== undefined && { step }) } }),
      },
    ];
  }

  /** The number of the history's event alone, where that tells one thing. */
  #tell(events: readonly NewRunEvent[]): readonly RunEvent[] {
    const { event: name, at } = this.#place;
    const before = this.#told;
    const isOnly = before === 0 && events.length === 1;
    this.#told += events.length;
    return events.map((event, index) => ({
      id: isOnly ? name : `${name}.${before + index + 1}`,
      at,
      ...event,
    }));
  }
}
