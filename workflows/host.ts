/** What the interpreter needs from the world around it. Temporal is one such world, a unit test another. */

import type {
  AttemptFailureDetails,
  AttemptReply,
  AttemptRequest,
  CandidateQueue,
  GuardReply,
  GuardRequest,
  RewardReport,
  Route,
  RouteRequest,
} from "../activities/contract.ts";
import type { Amounts } from "../graph/budget.ts";
import type { GraphDefinition } from "../graph/definition.ts";
import type { Schema } from "../graph/schema.ts";
import type { Totals, Verdict } from "./run-record.ts";

/** Every call rejects only when the run, or the isolated part of it, is over, such as when it was cancelled. */
export interface Host {
  /** Milliseconds since 1970; the same in every replay. */
  now(): number;
  /** Decides which models a step may use; recorded, so that a replay never decides again. */
  route(question: RouteQuestion): Promise<Route>;
  /** Calls one model. A call that was cancelled is an outcome too: it may be billed. */
  attempt(request: AttemptRequest, label: AttemptLabel): Promise<AttemptOutcome>;
  /** Has a guardrail look that asks by itself. Not ok: no worker could tell what it says. */
  guard(
    request: GuardRequest,
    label: CallLabel & { readonly deadlineMs: number },
  ): Promise<GuardOutcome>;
  /** Calls a tool of the configuration. */
  callTool(request: ToolRequest, label: CallLabel): Promise<Outcome>;
  /** Runs another graph as a run of its own. */
  runSub(request: SubRequest, label: CallLabel): Promise<SubOutcome>;
  /** A durable timer. */
  sleep(durationMs: number, label: Label): Promise<void>;
  /** Waits for a decision or an event; `undefined` when `timeoutMs` passes without. */
  receive(request: ReceiveRequest, label: Label): Promise<Received | undefined>;
  /** Keeps what became of replies, by the ids of their attempts: no event of theirs tells it. */
  keepVerdicts(verdicts: Verdicts): void;
  /** Reports how good a model's reply to a step was. A report that does not get through is no failure. */
  reward(report: Omit<RewardReport, "graph">): Promise<void>;
  /** Runs a part of which the run does not wait for everything: when it ends or fails, what it started is cancelled. */
  isolate<T>(part: (host: Host) => Promise<T>): Promise<T>;
}

/** What a step asks of a route; the host knows which run it is. */
export type RouteQuestion = Omit<RouteRequest, "graph" | "run" | "workspace">;

/** By the ids of attempts. */
export type Verdicts = Readonly<Record<string, Verdict>>;

export interface Label {
  /** Unique among the calls of a run, and the same in every replay. */
  readonly id: string;
  /** One line for people, such as `draft · openai/gpt-5-mini (fallback 1)`. */
  readonly summary: string;
}

export interface CallLabel extends Label {
  /** The call is given up when this has passed, all its tries together. */
  readonly timeLeftMs: number;
}

export interface AttemptLabel extends CallLabel {
  /** Where it waits for a worker. Absent: where the run itself does. */
  readonly queue?: CandidateQueue;
  /** As the step's settings say. */
  readonly placement?: "local" | undefined;
}

export interface ToolRequest {
  readonly tool: string;
  readonly input: unknown;
  readonly deadlineMs: number;
}

export interface SubRequest {
  readonly graph: GraphDefinition;
  readonly input: unknown;
  /** What it may use up, on top of its own budget. */
  readonly limits: Partial<Amounts>;
}

export interface ReceiveRequest {
  readonly kind: "approval" | "event";
  /** The step's path. */
  readonly step: string;
  readonly schema: Schema;
  /** What the person who decides is shown. */
  readonly show: unknown;
  readonly timeoutMs: number;
  /** The step itself has no deadline: only that of the run ends the wait. */
  readonly isOpenEnded: boolean;
  /** Default: nobody is reminded. */
  readonly remindEveryMs?: number | undefined;
}

/** What came, after the schema had its say. */
export interface Received {
  readonly value: unknown;
  /** Who sent it, as the sender says. */
  readonly by?: string;
  readonly comment?: string;
}

/** How a call that has no kinds of failure ended. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: OutcomeError };

export type GuardOutcome =
  | { readonly ok: true; readonly value: GuardReply }
  | Extract<Outcome, { readonly ok: false }>;

/** How a sub-graph ended, and what it used up. Absent: it did not tell. */
export type SubOutcome = Outcome & { readonly totals?: Totals };

export interface OutcomeError {
  /** Such as the code of the run error that ended a sub-graph. */
  readonly code: string;
  readonly message: string;
}

export type AttemptOutcome =
  | { readonly ok: true; readonly reply: AttemptReply }
  | { readonly ok: false; readonly failure: AttemptFailure; readonly cancellation?: unknown };

/** A failed attempt and what it said. Cancelled: `cancellation` is what the host's other calls reject with. */
export interface AttemptFailure extends AttemptFailureDetails {
  readonly message: string;
}
