/** What a run remembers of itself, for whoever asks: its steps, attempts, decisions and costs. Plain data, no clock. */

import type {
  AttemptFailureDetails,
  AttemptOrigin,
  AttemptReply,
  Charge,
  GuardVerdict,
} from "../activities/contract.ts";
import type { StepKind } from "../graph/definition.ts";
import type { FailureKind } from "../graph/failure-kinds.ts";
import type { PartPlace } from "../graph/part-place.ts";
import { carryRecord, readDecision, type CarriedRecord, type DoneSteps } from "./carried-record.ts";
import { addTotals, addUp, NO_TOTALS } from "./totals.ts";

/** One call to one model for one step. */
export interface Attempt extends Charge, AttemptOrigin {
  /** Its path; `?judge` after that of the step stands for the judge of a plan. */
  readonly step: string;
  /** `provider/model`. */
  readonly model: string;
  /** Its place in the ranking: 0 for the first choice. Without a plan, 1 is the first fallback. */
  readonly fallback: number;
  readonly status: "running" | "completed" | "failed" | "cancelled";
  /** How often Temporal called the model: more than 1 when a failure that cost nothing was tried again. */
  readonly tries: number;
  readonly durationMs?: number;
  /** How long it waited in the queue of its provider, all tries together. Absent: the provider has none. */
  readonly queuedMs?: number;
  /** The provider's id of the call. */
  readonly requestId?: string;
  /** Why it failed. `"timeout"` also stands for a worker that was lost. */
  readonly kind?: FailureKind;
  readonly message?: string;
  /** Of a plan: false for a reply that came and that the step did not go on with. */
  readonly isUsed?: boolean;
  /** Why a reply was not good enough, or not the one that was picked; for people. */
  readonly rejected?: string;
  /** What each guardrail said, in the order in which they looked. */
  readonly guards?: readonly GuardVerdict[];
  readonly httpStatus?: number;
  /** It was not called at all, because of its breaker, a limit that the user set or a guardrail. */
  readonly notCalled?: true;
  /** Its end was taken from the journal: a worker that was lost had made the call. Absent: the model was called. */
  readonly isFromJournal?: true;
  /** How long the provider asked to wait: longer than the step had patience for. */
  readonly waitMs?: number;
  /** What else the provider said about the call. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What became of a reply that came: part of an attempt. */
export type Verdict = Pick<Attempt, "isUsed" | "rejected" | "kind" | "message" | "guards"> & {
  readonly status?: "failed";
};

/** Where a step stands. */
export interface StepState {
  /** Its path, with items and rounds, such as `files[2]/gist`. */
  readonly step: string;
  readonly kind: StepKind;
  readonly status: "running" | "completed" | "failed";
}

/** How a step that waited for somebody went on. */
export interface Decision {
  /** Its path. */
  readonly step: string;
  readonly kind: "approval" | "event";
  /** What was decided or came; or what stands in for it. */
  readonly value: unknown;
  /** `"timeout"`: nobody said anything in time. */
  readonly how: "received" | "timeout";
  /** Who, as the sender says. */
  readonly by?: string;
  readonly comment?: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Sums of a run. Money in 10⁻⁹ USD, whole numbers. */
export interface Totals {
  /** Everything that is charged, what failed included. */
  readonly spentNanoUsd: number;
  /** Part of it: calls whose reply was of no use. */
  readonly wastedNanoUsd: number;
  /** Part of it: replies that came and were not used, as a plan went on or picked another. */
  readonly unusedNanoUsd: number;
  /** Part of it, at most: calls that were cut off, of which nobody told what they cost. */
  readonly mayBeBilledNanoUsd: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Attempts that may be billed, whose price is not known: they are in no sum. */
  readonly callsWithoutPrice: number;
  readonly attempts: number;
  readonly failures: number;
  /** Time of all calls, added up, in milliseconds. */
  readonly callMs: number;
  /** Steps that were answered by another model than the first because one had failed. */
  readonly fallbacks: number;
  /** Models that answered, in the order of their first answer. */
  readonly models: readonly string[];
}

/** Told after every change. */
type Listener = () => void;

/** Told of an attempt that begins; gives what is to be told of its end. */
export type AttemptListener = (attempt: Attempt) => (end: Partial<Attempt>) => void;

/** Told of a decision. */
export type DecisionListener = (decision: Decision) => void;

/** Told of a step that begins; gives what is to be told of its end. */
export type StepListener = (step: string, kind: StepKind) => (end: StepEnd) => void;

/** How a step ended, for whoever watches steps. */
export interface StepEnd {
  /** What it failed with. Absent: it did not. */
  readonly failure?: string;
  /** The model whose reply it took. */
  readonly model?: string;
}

/** With what the engine alone has use for, and nobody is told: a correction quotes what was wrong with a reply. */
type AttemptEnd = Partial<Attempt> &
  Pick<AttemptFailureDetails, "correction" | "guard"> &
  Pick<AttemptReply, "escalated">;

export interface RecordOptions {
  /** What an earlier execution of the run handed on. */
  readonly carried?: CarriedRecord | undefined;
  /** Is told of the decisions. */
  readonly decided?: DecisionListener | undefined;
  /** Is told of the steps. */
  readonly stepping?: StepListener | undefined;
}

export class RunRecord {
  readonly attempts: Attempt[];
  readonly steps: Map<string, StepState>;
  readonly decisions: Decision[];
  /** The model whose reply each step took, by path. */
  readonly #answers: Map<string, string>;
  /** Of attempts that an earlier execution of the run made, and that are not among the others any more. */
  readonly #older: Totals;
  /** Of the sub-graphs and parts that have ended. */
  #subs: Totals;
  /** Parts of maps that are in flight. */
  readonly #parts = new Set<PartPlace>();
  readonly #mirror: AttemptListener;
  readonly #decided: DecisionListener;
  readonly #stepping: StepListener | undefined;
  readonly #stepEnds = new Map<string, (end: StepEnd) => void>();
  #changed: Listener = () => {};

  /**
   * @param mirror - is told of the attempts too.
   */
  constructor(
    mirror: AttemptListener = () => () => {},
    { carried, decided = () => {}, stepping }: RecordOptions = {},
  ) {
    const { attempts = [], steps = [], decisions = [], answers = {} } = carried ?? {};
    this.#mirror = mirror;
    this.#decided = decided;
    this.#stepping = stepping;
    this.attempts = [...attempts];
    this.steps = new Map(steps.map((state) => [state.step, state]));
    this.decisions = decisions.map(readDecision);
    this.#answers = new Map(Object.entries(answers));
    this.#older = carried?.older ?? NO_TOTALS;
    this.#subs = carried?.subs ?? NO_TOTALS;
  }

  onChange(listener: Listener): void {
    this.#changed = listener;
  }

  beginStep(step: string, kind: StepKind): void {
    this.steps.set(step, { step, kind, status: "running" });
    if (this.#stepping) this.#stepEnds.set(step, this.#stepping(step, kind));
    this.#changed();
  }

  /** @param failure - what it failed with. */
  endStep(step: string, status: "completed" | "failed", failure?: string): void {
    const state = this.steps.get(step);
    if (state) this.steps.set(step, { ...state, status });
    this.#tellEnd(step, status === "failed" ? (failure ?? status) : undefined);
    this.#changed();
  }

  #tellEnd(step: string, failure: string | undefined): void {
    const model = this.#answers.get(step);
    this.#stepEnds.get(step)?.({ ...(failure && { failure }), ...(model && { model }) });
    this.#stepEnds.delete(step);
  }

  /** Adds an attempt; gives what is to be told of its end. */
  beginAttempt(attempt: Attempt): (end: AttemptEnd) => void {
    const index = this.attempts.push(attempt) - 1;
    const mirrored = this.#mirror(attempt);
    this.#changed();
    return ({ correction: _correction, guard: _guard, escalated: _escalated, ...end }) => {
      mirrored(end);
      this.attempts[index] = { ...(this.attempts[index] ?? attempt), ...end };
      this.#changed();
    };
  }

  /** Of a step that has taken a reply: whose. */
  setAnswer(step: string, model: string): void {
    this.#answers.set(step, model);
  }

  /** The model whose reply a step took. `undefined`: none, such as when it was skipped. */
  answerOf(step: string): string | undefined {
    return this.#answers.get(step);
  }

  addDecision(decision: Decision): void {
    this.decisions.push(decision);
    this.#decided(decision);
    this.#changed();
  }

  addSub(totals: Totals): void {
    this.#subs = addTotals(this.#subs, totals);
    this.#changed();
  }

  /** Adds a part of a map; gives what is to be told of its end. */
  beginPart(part: PartPlace): () => void {
    this.#parts.add(part);
    this.#changed();
    return () => {
      this.#parts.delete(part);
      this.#changed();
    };
  }

  /** Those in flight, in the order in which they began. */
  openParts(): readonly PartPlace[] {
    return [...this.#parts];
  }

  /** Whether a call is in flight, or a part, which may be making some. */
  isCalling(): boolean {
    return this.#parts.size > 0 || this.attempts.some(({ status }) => status === "running");
  }

  /** Sub-graphs and parts included. */
  totals(): Totals {
    return addTotals(addTotals(this.#older, addUp(this.attempts)), this.#subs);
  }

  /** What another execution needs to go on with it. Nothing may be in flight. */
  carry(done: DoneSteps): CarriedRecord {
    const { attempts, steps, decisions } = this;
    const record = { attempts, steps: [...steps.values()], decisions, answers: this.#answers };
    return carryRecord({ ...record, older: this.#older, subs: this.#subs }, done);
  }
}
