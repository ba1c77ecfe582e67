/** What the audit trail keeps of a run: one record for each thing that matters. JSON; holds no prompt, no reply, no decision itself. */

export const AUDIT_TYPES = [
  "run.started",
  "route.decided",
  "attempt.started",
  "attempt.ended",
  "attempt.judged",
  /** A reply that was paid for before was taken from the attempt journal. */
  "attempt.replayed",
  /** A step goes on with another model, as the one before failed. */
  "fallback",
  "guardrail.verdict",
  "budget.reserved",
  "budget.settled",
  "step.started",
  "step.ended",
  "step.waiting",
  "step.decided",
  /** A run was set back to an earlier point, and what came after it is done again. */
  "run.reset",
  "run.cancel_requested",
  "run.ended",
  /** Of the trail itself: what was kept of prompts and replies is gone. */
  "content.erased",
  /** Of the trail itself: nothing of the run may be erased or pruned until the hold is released. */
  "hold.placed",
  "hold.released",
] as const;

export type AuditType = (typeof AUDIT_TYPES)[number];

export type AuditValue = string | number | boolean | readonly string[] | readonly number[];

/**
 * One thing that happened. The same history always makes the same records.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/ (names that begin with `gen_ai.`)
 */
export interface AuditRecord {
  /** Unique: what is written twice is kept once. The run's id, `#`, and the event it is made of, as in `default.support-1#17/12.1`. */
  readonly id: string;
  /** When it happened; ISO 8601 in UTC. */
  readonly at: string;
  readonly type: AuditType;
  readonly workspace: string;
  /** The run's id. */
  readonly run: string;
  /**
   * By name: OpenTelemetry's where there is one, such as `gen_ai.request.model`, and `signalbox.…` for the rest. A name without a value is
   * left out.
   */
  readonly attributes: Readonly<Record<string, AuditValue>>;
}
