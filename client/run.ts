/** A run as its users see it, and its attempts as the history tells them. */

import type { FailureKind } from "../graph/failure-kinds.ts";

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

/** One call to one model for one step. */
export interface Attempt {
  readonly step: string;
  /** `provider/model`. */
  readonly model: string;
  /** 0 for the first choice, 1 for the first fallback. */
  readonly fallback: number;
  readonly status: "running" | "completed" | "failed" | "cancelled";
  /** How often Temporal called the model: more than 1 when a short failure was retried. */
  readonly tries: number;
  readonly durationMs?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** In 10⁻⁹ USD, a whole number. Absent: not known. */
  readonly costNanoUsd?: number;
  /** The provider's id of the call. */
  readonly requestId?: string;
  /** Why it failed. `"timeout"` also stands for a worker that was lost. */
  readonly kind?: FailureKind;
  readonly message?: string;
  readonly httpStatus?: number;
}
