/**
 * What happens in a run, one event for each thing that matters, derived from its Temporal history: the same ones with the
 * same ids however often and whenever they are read. Never holds an input, a prompt, a reply or a decision itself.
 */

import type { Route } from "../activities/contract.ts";
import type { OpenStep } from "../workflows/mailbox.ts";
import type { Attempt, RunStatus, RunFailure } from "./run.ts";

interface EventBase {
  /** Unique in its run, and in order: the number of the history's event, and a place where that tells several things, as in `12.1`. */
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
}

/** Which models a step may use, and why. */
export interface RouteDecided extends EventBase {
  readonly type: "route.decided";
  /** As it was recorded, its step among the rest. */
  readonly route: Route;
}

export interface AttemptStarted extends EventBase {
  readonly type: "attempt.started";
  readonly step: string;
  readonly model: string;
  /** Its place in the ranking: 0 for the first choice. */
  readonly fallback: number;
}

export interface AttemptEnded extends EventBase {
  readonly type: "attempt.ended";
  /** All that the record has of it, its status and cost among them. */
  readonly attempt: Attempt;
}

/** What a plan or a guardrail made of a reply that had come. */
export interface AttemptJudged extends EventBase {
  readonly type: "attempt.judged";
  readonly step: string;
  readonly model: string;
  readonly verdict: Pick<Attempt, "isUsed" | "rejected" | "kind" | "guards">;
}

/** Of steps that are no model's: a tool, a sub-graph, a timer. */
export interface StepStarted extends EventBase {
  readonly type: "step.started";
  readonly step: string;
  readonly kind: "tool" | "sub" | "timer";
  /** Of a sub-graph: its own run. */
  readonly run?: string;
}

export interface StepEnded extends EventBase {
  readonly type: "step.ended";
  readonly step: string;
  readonly kind: "tool" | "sub" | "timer";
  readonly status: "completed" | "failed" | "cancelled";
}

/** A step waits for a decision or an event; again with each reminder. */
export interface StepWaiting extends EventBase {
  readonly type: "step.waiting";
  readonly step: string;
  readonly kind: OpenStep["kind"];
  readonly reminders: number;
}

/** A decision or an event came, or the time was up. */
export interface StepDecided extends EventBase {
  readonly type: "step.decided";
  readonly step: string;
  readonly kind: OpenStep["kind"];
  readonly how: "received" | "timeout";
  readonly by?: string;
  readonly comment?: string;
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
  readonly error?: RunFailure;
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
  | CancelRequested
  | RunEnded;
