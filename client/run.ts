/** A run as its users see it, and its attempts as the history tells them. */

import type { Attempt } from "../workflows/run-record.ts";

export type { Attempt };

export type RunStatus =
  | "running"
  | "completed"
  | "failed"
  | "cancelled"
  | "terminated"
  | "timed_out"
  | "continued";

export interface Run {
  /** The workflow id. */
  readonly id: string;
  /** The graph's id, which is the workflow type. */
  readonly graph: string;
  readonly version?: string;
  readonly status: RunStatus;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. Absent while the run is going. */
  readonly closedAt?: string;
  /** The value of the graph's last step, once the run has completed. */
  readonly result?: unknown;
  /** Why the run failed. */
  readonly error?: RunFailure;
  /** In the order in which they were scheduled. */
  readonly attempts: readonly Attempt[];
}

/** Codes of ours are in docs/errors.md. */
export interface RunFailure {
  readonly code: string;
  readonly message: string;
}
