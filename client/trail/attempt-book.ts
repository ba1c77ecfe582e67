/** The attempts of a run, as far as its history has told. */

import type { Verdict } from "../../workflows/run-record.ts";
import type { Attempt } from "../run.ts";
import type { AttemptOutcome } from "./fact.ts";

interface Entry {
  readonly scheduled: number;
  readonly id: string;
  attempt: Attempt;
  verdict: Verdict | undefined;
  isRefused: boolean;
}

/** An attempt, and the id of its activity. */
export interface KnownAttempt {
  readonly id: string;
  readonly attempt: Attempt;
}

export class AttemptBook {
  readonly #entries = new Map<number, Entry>();
  /** By the ids of their activities. */
  readonly #byId = new Map<string, Entry>();
  /** By step: the answer that it has come to and may go on with. */
  readonly #answers = new Map<string, Entry>();

  /** In the order in which they were scheduled. */
  list(): readonly Attempt[] {
    return [...this.#entries.values()].map((entry) => known(entry).attempt);
  }

  /** @param scheduled - what tells attempts apart. */
  begin(scheduled: number, id: string, attempt: Attempt): void {
    const entry = { scheduled, id, attempt, verdict: undefined, isRefused: false };
    this.#entries.set(scheduled, entry);
    this.#byId.set(id, entry);
  }

  /** What tells the attempt with this id apart. `undefined`: there is none yet. */
  scheduledOf(id: string): number | undefined {
    return this.#byId.get(id)?.scheduled;
  }

  called(scheduled: number, tries: number): void {
    const entry = this.#entries.get(scheduled);
    if (entry) entry.attempt = { ...entry.attempt, tries };
  }

  end(scheduled: number, { outcome, isAnswer = false }: AttemptOutcome): KnownAttempt | undefined {
    const entry = this.#entries.get(scheduled);
    if (entry === undefined) return undefined;
    entry.attempt = { ...entry.attempt, ...outcome };
    if (isAnswer) this.#answers.set(entry.attempt.step, entry);
    return known(entry);
  }

  /** It waited to be tried again, and is not needed any more. That costs nothing. */
  drop(id: string): KnownAttempt | undefined {
    const scheduled = this.scheduledOf(id);
    if (scheduled === undefined) return undefined;
    return this.end(scheduled, { outcome: { status: "cancelled", kind: "cancelled" } });
  }

  /** @param id - its activity's. */
  judge(id: string, verdict: Verdict): KnownAttempt | undefined {
    const entry = this.#byId.get(id);
    if (entry === undefined) return undefined;
    entry.verdict = { ...entry.verdict, ...verdict };
    return known(entry);
  }

  /**
   * Without a plan, an answer after which the same step asks again, or is given up, was refused by a rule that only zod knows:
   * the workflow found out, and of that no event tells.
   *
   * @returns the answer that is refused by this. `undefined`: there is none, or it is known.
   */
  refuseAnswerOf(step: string): KnownAttempt | undefined {
    const entry = this.#answers.get(step);
    this.#answers.delete(step);
    if (entry === undefined || entry.attempt.plan !== undefined) return undefined;
    entry.isRefused = true;
    return entry.verdict?.status === "failed" ? undefined : known(entry);
  }

  /** A run that is cancelled, terminated or failed by another step does not wait for its attempts: nothing tells their end. */
  closeAll(): readonly KnownAttempt[] {
    const open = [...this.#entries.values()].filter(({ attempt }) => attempt.status === "running");
    for (const entry of open) {
      entry.attempt = { ...entry.attempt, status: "cancelled", kind: "cancelled" };
    }
    return open.map(known);
  }
}

function known({ id, attempt, verdict, isRefused }: Entry): KnownAttempt {
  const refusal = isRefused ? ({ status: "failed", kind: "invalid_output" } as const) : {};
  return { id, attempt: { ...attempt, ...refusal, ...verdict } };
}
