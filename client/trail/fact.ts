/** What events of a history say in our words, one fact for each that says anything. Decoded; nothing is concluded yet. */

import type {
  AttemptReply,
  AttemptRequest,
  MarkedAttempt,
  Reservation,
  Route,
} from "../../activities/contract.ts";
import type { NamedTimer, WaitKind } from "../../graph/timer-words.ts";
import type { Verdict } from "../../workflows/run-record.ts";
import type { RunStarted, StepEnded, StepStarted } from "../run-event.ts";
import type { Attempt, RunFailure, RunStatus } from "../run.ts";

/**
 * `scheduled`: stands for the event by which the workflow asked for what the fact is about; unique in the run. `content`: what no event
 * tells, and only its hash is kept of, or what is kept apart.
 */
export type Fact =
  | ({ readonly fact: "started"; readonly content?: Unread } & Omit<
      RunStarted,
      "id" | "at" | "type"
    >)
  /** The run was set back: it is done again from here on. `execution`: Temporal's id of the one that does. */
  | { readonly fact: "reset"; readonly execution: string }
  /** The run goes on in another execution. */
  | { readonly fact: "continued" }
  | { readonly fact: "route"; readonly route: Route }
  | {
      readonly fact: "attempt-scheduled";
      readonly scheduled: number;
      /** Its activity's. */
      readonly attemptId: string;
      readonly attempt: Attempt;
      readonly reserved?: Reservation | undefined;
      readonly content: AttemptRequest["messages"];
    }
  | { readonly fact: "attempt-called"; readonly scheduled: number; readonly tries: number }
  /** A try of one that is made of local activities. `end` is absent: there is to be another. */
  | {
      readonly fact: "attempt-local";
      readonly scheduled: number;
      readonly attemptId: string;
      readonly attempt: Attempt;
      readonly reserved?: Reservation | undefined;
      readonly end?: AttemptOutcome;
      /** All that is known of what was asked. */
      readonly contentSha256?: MarkedAttempt["promptSha256"];
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
      readonly content: unknown;
    }
  | { readonly fact: "cancel-requested" }
  | { readonly fact: "totals"; readonly totals: EndTotals }
  | {
      readonly fact: "ended";
      readonly status: RunStatus;
      readonly error?: RunFailure;
      readonly content?: Unread;
    };

/** `isAnswer`: it completed with a value, and not with tool calls. */
export interface AttemptOutcome {
  readonly outcome: Partial<Attempt>;
  readonly isAnswer?: boolean;
  readonly content?: ReplyContent;
}

/** Is decoded where it is wanted. */
export type Unread = () => Promise<unknown>;

/** What a model has said. */
export type ReplyContent = Pick<AttemptReply, "value" | "toolCalls">;

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
