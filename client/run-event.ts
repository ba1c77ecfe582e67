/**
 * What happens in a run, one event for each thing that matters, derived from its Temporal history: the same ones with the
 * same ids however often and whenever they are read. Never holds an input, a prompt, a reply, a decision itself, or the message of
 * an error, which may quote any of them.
 */

import type { AttemptOrigin, Reservation, Route } from "../activities/contract.ts";
import type { OpenStep } from "../workflows/mailbox.ts";
import type { Attempt, RunStatus, RunFailure } from "./run.ts";

interface EventBase {
  /**
   * Unique in its run, and in order: the number of the history's event, and a place where that tells several things, as in `12.1`.
   * Of a run that has continued as new, behind the number of the execution: `2-15` in the second. Of what a part of the run tells: the
   * id of the part's start, and that, as in `17/12.1`.
   */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The first of a run. */
export interface RunStarted extends EventBase {
  readonly type: "run.started";
  readonly graph: string;
  readonly version?: string;
  readonly workspace?: string;
  /** Which key asked for it, or whoever else said who they are. */
  readonly by?: string;
  /** SHA-256 of the input, as Temporal keeps it, in hex. */
  readonly inputSha256?: string;
  /** Temporal does not keep the first executions of the run any more: what happened in them is not told. */
  readonly isIncomplete?: true;
}

/** Which models a step may use, and why. */
export interface RouteDecided extends EventBase {
  readonly type: "route.decided";
  /** As it was recorded, its step among the rest. */
  readonly route: Route;
}

export interface AttemptStarted extends EventBase, AttemptOrigin {
  readonly type: "attempt.started";
  /** Unique in its run; the id of its activity, such as `draft#1`. */
  readonly attemptId: string;
  readonly step: string;
  readonly model: string;
  /** Its place in the ranking: 0 for the first choice. */
  readonly fallback: number;
  /** What budgets hold for it until it has ended. Absent: no budget applies. */
  readonly reserved?: Reservation;
}

/**
 * An attempt without what may quote its contents: messages quote what people and programs have thrown, and providers may add anything.
 * Those are for whoever reads the run.
 */
export type ToldAttempt = Omit<Attempt, "message" | "rejected" | "metadata">;

export interface AttemptEnded extends EventBase {
  readonly type: "attempt.ended";
  readonly attemptId: string;
  /** All that the record has of it but words, its status and cost among the rest. */
  readonly attempt: ToldAttempt;
}

/** What a plan, a guardrail or the step's schema made of a reply that had come. */
export interface AttemptJudged extends EventBase {
  readonly type: "attempt.judged";
  readonly attemptId: string;
  readonly step: string;
  readonly model: string;
  readonly verdict: Pick<Attempt, "isUsed" | "kind" | "guards">;
}

/** Of steps that are no model's: a tool, a sub-graph, a timer; and of the parts in which a large map runs. */
export interface StepStarted extends EventBase {
  readonly type: "step.started";
  /**
   * Its path. Of a part: that of its first item, as in `files[200]`. Of a tool that a model called: the id of its attempt, and a number,
   * as in `draft#0/1`.
   */
  readonly step: string;
  readonly kind: "tool" | "sub" | "part" | "timer";
  /** Of a sub-graph: its own run. Of a part: its workflow id. */
  readonly run?: string;
}

export interface StepEnded extends EventBase {
  readonly type: "step.ended";
  readonly step: string;
  readonly kind: "tool" | "sub" | "part" | "timer";
  readonly status: "completed" | "failed" | "cancelled";
  /** Of a sub-graph or a part: what it has cost, in 10⁻⁹ USD. Absent: it did not tell. */
  readonly costNanoUsd?: number;
}

/** A step waits for a decision or an event; again with each reminder. */
export interface StepWaiting extends EventBase {
  readonly type: "step.waiting";
  readonly step: string;
  readonly kind: OpenStep["kind"];
  readonly reminders: number;
}

/** A decision or an event came, the time was up, or nobody needs it any more. */
export interface StepDecided extends EventBase {
  readonly type: "step.decided";
  readonly step: string;
  readonly kind: OpenStep["kind"];
  readonly how: "received" | "timeout" | "cancelled";
  readonly by?: string;
  readonly comment?: string;
}

/**
 * Somebody has set the run back, by Temporal's reset: what was told before is a copy, and what came after that point is done again. What
 * the execution that was left behind did beyond it stands in the history of that one alone.
 */
export interface RunReset extends EventBase {
  readonly type: "run.reset";
  /** Temporal's id of the execution that goes on. */
  readonly execution: string;
}

export interface CancelRequested extends EventBase {
  readonly type: "run.cancel_requested";
}

/** The last of a run. */
export interface RunEnded extends EventBase {
  readonly type: "run.ended";
  readonly status: RunStatus;
  readonly costUsd?: number;
  readonly fallbacks?: number;
  readonly models?: readonly string[];
  readonly error?: Pick<RunFailure, "code" | "step">;
}

export type RunEvent =
  | RunStarted
  | RouteDecided
  | AttemptStarted
  | AttemptEnded
  | AttemptJudged
  | StepStarted
  | StepEnded
  | StepWaiting
  | StepDecided
  | RunReset
  | CancelRequested
  | RunEnded;

/** One that has no place yet. */
export type NewRunEvent = WithoutPlace<RunEvent>;

type WithoutPlace<Event> = Event extends RunEvent ? Omit<Event, keyof EventBase> : never;
