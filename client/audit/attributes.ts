/** The names of all that records of runs can say. Public API: docs/reference/audit-records.md has a row for each. */

import type { AuditRecord, AuditValue } from "../../audit/record.ts";

/**
 * OpenTelemetry's names where it has one.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-spans.md
 */
export const AUDIT_ATTRIBUTES = [
  "gen_ai.operation.name",
  "gen_ai.workflow.name",
  "gen_ai.provider.name",
  "gen_ai.request.model",
  "gen_ai.response.id",
  "gen_ai.usage.input_tokens",
  "gen_ai.usage.cache_read.input_tokens",
  "gen_ai.usage.output_tokens",
  "gen_ai.usage.reasoning.output_tokens",
  "error.type",
  "http.response.status_code",
  "signalbox.graph.version",
  "signalbox.by",
  "signalbox.is_incomplete",
  "signalbox.step",
  "signalbox.step.kind",
  "signalbox.step.run",
  "signalbox.status",
  "signalbox.models",
  "signalbox.fallbacks",
  "signalbox.reminders",
  "signalbox.how",
  "signalbox.temporal.run_id",
  "signalbox.attempt",
  "signalbox.model",
  "signalbox.place",
  "signalbox.plan",
  "signalbox.is_stand_in",
  "signalbox.arm",
  "signalbox.tries",
  "signalbox.duration_ms",
  "signalbox.queued_ms",
  "signalbox.wait_ms",
  "signalbox.cost_nano_usd",
  "signalbox.is_estimate",
  "signalbox.may_be_billed",
  "signalbox.not_called",
  "signalbox.is_used",
  "signalbox.fallback.from",
  "signalbox.budget.cost_nano_usd",
  "signalbox.budget.tokens",
  "signalbox.budget.calls",
  "signalbox.budget.duration_ms",
  "signalbox.guardrail",
  "signalbox.guardrail.direction",
  "signalbox.guardrail.outcome",
  "signalbox.guardrail.action",
  "signalbox.guardrail.why",
  "signalbox.guardrail.is_waived",
  "signalbox.guardrail.findings",
  "signalbox.guardrail.counts",
  "signalbox.guardrail.severities",
  "signalbox.route.candidates",
  "signalbox.route.scores",
  "signalbox.route.reasons",
  "signalbox.route.unlisted_candidates",
  "signalbox.route.excluded",
  "signalbox.route.exclusions",
  "signalbox.route.unlisted_excluded",
  "signalbox.route.routers",
  "signalbox.route.problems",
  "signalbox.route.seed",
  "signalbox.route.input_tokens",
  "signalbox.route.output_tokens",
  "signalbox.route.cost_nano_usd",
  "signalbox.route.is_estimate",
  "signalbox.input.hmac",
  "signalbox.prompt.hmac",
  "signalbox.reply.hmac",
  "signalbox.decision.hmac",
  "signalbox.comment.hmac",
  "signalbox.result.hmac",
] as const;

export type AuditAttribute = (typeof AUDIT_ATTRIBUTES)[number];

/** What a record says; what is `undefined`, it does not. */
export type Said = Readonly<Partial<Record<AuditAttribute, AuditValue | undefined>>>;

/** In the order of their names, so that they are the same as text too. */
export function attributesOf(said: Said): AuditRecord["attributes"] {
  const members = Object.entries(said).filter(([, value]) => value !== undefined);
  const ordered = members.toSorted(([one], [other]) => (one < other ? -1 : 1));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What is undefined is gone.
  return Object.fromEntries(ordered) as AuditRecord["attributes"];
}
