/** What events of a history say in our words, one fact for each that says anything. Decoded; nothing is concluded yet. */

import type { Route } from "../../activities/contract.ts";
import type { NamedTimer, WaitKind } from "../../graph/timer-words.ts";
import type { Verdict } from "../../workflows/run-record.ts";
import type { RunStarted, StepEnded, StepStarted } from "../run-event.ts";
import type { Attempt, RunFailure, RunStatus } from "../run.ts";

/** `scheduled`: stands for the event by which the workflow asked for what the fact is about; unique in the run. */
export type Fact =
  | ({ readonly fact: "started" } & Omit<RunStarted, "id" | "at" | "type">)
  /** The run goes on in another execution. */
  | { readonly fact: "continued" }
  | { readonly fact: "route"; readonly route: Route }
  | {
      readonly fact: "attempt-scheduled";
      readonly scheduled: number;
      /** Its activity's. */
      readonly attemptId: string;
      readonly attempt: Attempt;
    }
  | { readonly fact: "attempt-called"; readonly scheduled: number; readonly tries: number }
  /** A try of one that is made of local activities. `end` is absent: there is to be another. */
  | {
      readonly fact: "attempt-local";
      readonly scheduled: number;
      readonly attemptId: string;
      readonly attempt: Attempt;
      readonly end?: AttemptOutcome;
    }
  /** Such a one was cancelled before it was tried again. */
  | { readonly fact: "attempt-dropped"; readonly attemptId: string }
  | ({ readonly fact: "attempt-ended"; readonly scheduled: number } & AttemptOutcome)
  /** By the ids of attempts. */
  | { readonly fact: "verdicts"; readonly verdicts: Readonly<Record<string, Verdict>> }
  | ({ readonly fact: "step-started"; readonly scheduled: number } & StartedStep)
  | ({ readonly fact: "step-ended"; readonly scheduled: number } & EndedStep)
  | { readonly fact: "wait-started"; readonly scheduled: number; readonly wait: NamedWait }
  | { readonly fact: "wait-fired" | "wait-dropped"; readonly scheduled: number }
  | {
      readonly fact: "letter";
      readonly kind: WaitKind;
      readonly step: string;
      readonly by?: string;
      readonly comment?: string;
    }
  | { readonly fact: "cancel-requested" }
  | { readonly fact: "totals"; readonly totals: EndTotals }
  | { readonly fact: "ended"; readonly status: RunStatus; readonly error?: RunFailure };

/** `isAnswer`: it completed with a value, and not with tool calls. */
export interface AttemptOutcome {
  readonly outcome: Partial<Attempt>;
  readonly isAnswer?: boolean;
}

export type StartedStep = Pick<StepStarted, "step" | "kind" | "run">;

export type EndedStep = Pick<StepEnded, "status" | "costNanoUsd">;

export interface NamedWait extends NamedTimer {
  readonly kind: WaitKind;
}

/** What a run writes on itself at its end. */
export interface EndTotals {
  readonly costUsd?: number;
  readonly fallbacks?: number;
  readonly models?: readonly string[];
}
