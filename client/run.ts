/** A run as its users see it, as its history and Temporal's visibility tell it. */

import type { Route } from "../activities/contract.ts";
import type { OpenStep } from "../workflows/mailbox.ts";
import type { Attempt } from "../workflows/run-record.ts";

export type { Attempt };

export const RUN_STATUSES = [
  "running",
  "completed",
  "failed",
  "cancelled",
  "terminated",
  "timed_out",
  "continued",
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

/** What a list shows of a run. */
export interface RunSummary {
  /** The workflow id; begins with the workspace. */
  readonly id: string;
  /** The graph's id, which is the workflow type. */
  readonly graph: string;
  readonly version?: string;
  readonly workspace?: string;
  readonly status: RunStatus;
  /** ISO 8601. Of a run that has continued as new: when its first execution began. */
  readonly startedAt: string;
  /** ISO 8601. Absent while the run is going. */
  readonly closedAt?: string;
  /** What it has cost, in USD. Temporal knows it, as the next two, once the run has ended. */
  readonly costUsd?: number;
  /** Steps that were answered by another model than their first choice, because that one failed. */
  readonly fallbacks?: number;
  /** The models that answered, as `provider/model`. */
  readonly models?: readonly string[];
}

export interface Run extends RunSummary {
  /** The run has continued as new, and Temporal does not keep its first executions any more: their steps and attempts are missing. */
  readonly isIncomplete?: true;
  /** The trace that it belongs to, in 32 hexadecimal digits, whether or not that is recorded. Absent: nobody traced it so far. */
  readonly traceId?: string;
  /** The value of the graph's last step, once the run has completed. */
  readonly result?: unknown;
  /** Why the run failed. */
  readonly error?: RunFailure;
  /** In the order in which they were scheduled; those of each part of a large map together, where it began. */
  readonly attempts: readonly Attempt[];
  /** Which models each step might use, and why, in the order in which it was decided; of sub-graphs, their own runs tell. */
  readonly routes: readonly RecordedRoute[];
  /** In the order in which they began; of those that asked for something, such as a model. Sub-graphs have their own runs. */
  readonly steps: readonly RunStep[];
  /** What it has cost so far, sub-graphs that have ended included. In 10⁻⁹ USD, a whole number. */
  readonly spentNanoUsd: number;
  /** The steps that wait for a decision or an event, in the order in which they began to. */
  readonly waiting: readonly WaitingStep[];
}

/** A decision as it was recorded, and when. */
export interface RecordedRoute extends Route {
  /** ISO 8601. */
  readonly decidedAt: string;
}

/** A step that waits; what it shows to whoever decides only a worker can tell. */
export type WaitingStep = Pick<OpenStep, "kind" | "step" | "since"> &
  Partial<Pick<OpenStep, "show" | "until" | "reminders">>;

/** One step of a run. */
export interface RunStep {
  /** Its path, with items and rounds, such as `files[2]/gist`. */
  readonly step: string;
  readonly kind: "model" | "tool" | "sub" | "approval" | "event" | "timer";
  readonly status: "running" | "waiting" | "completed" | "failed" | "cancelled";
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly endedAt?: string;
  /** Of a model's: the one whose answer was taken. */
  readonly model?: string;
  /** Of a model's. */
  readonly attempts?: number;
  /** Of a model's: how many candidates failed before the one that answered. */
  readonly fallbacks?: number;
  /** 10⁻⁹ USD, a whole number. */
  readonly costNanoUsd?: number;
  /** Of a sub-graph: its own run. */
  readonly run?: string;
}

/** Codes of ours are in docs/errors.md. */
export interface RunFailure {
  readonly code: string;
  readonly message: string;
  /** The path of the step that was given up, or whose callback failed. Absent: the error is about no step. */
  readonly step?: string;
}

/** Which runs a list is to show. All that are given have to hold. */
export interface RunFilters {
  readonly graph?: string;
  readonly version?: string;
  readonly workspace?: string;
  readonly status?: RunStatus;
  /** ISO 8601; inclusive. */
  readonly startedFrom?: string;
  /** ISO 8601; exclusive. */
  readonly startedBefore?: string;
  /** USD; inclusive. Only runs that have ended have a cost. */
  readonly costFrom?: number;
  /** USD; exclusive. */
  readonly costBelow?: number;
  /** A model that answered, as `provider/model`. */
  readonly model?: string;
  /** Whether a step was answered by another model because the first had failed. Only runs that have ended know. */
  readonly fallback?: boolean;
  /** Whether the runs that other runs started for their sub-graphs are among them. Default: no. */
  readonly includesSubRuns?: boolean;
}

export interface ListOptions extends RunFilters {
  /** Runs on a page, 1 to 100. Default: 20. */
  readonly limit?: number;
  /** Where to go on: `next` of the page before, with the same filters. */
  readonly cursor?: string;
}

/**
 * In Temporal's order: first the runs that are going, the newest start first; then those that have ended, the latest end
 * first. A run that ends between two pages can be on both.
 */
export interface RunPage {
  readonly runs: readonly RunSummary[];
  /** Absent: there are no more. */
  readonly next?: string;
}
