/** Records of an audit trail to seal: of several runs, in words that JSON has to escape. */

import { AUDIT_TYPES, type AuditRecord } from "../../audit/record.ts";

const STARTED_MS = Date.parse("2026-11-25T08:00:00.000Z");

export function auditRecord(index: number, change: Partial<AuditRecord> = {}): AuditRecord {
  const run = `acme.support-${index % 5}`;
  return {
    id: `${run}#${index}`,
    at: new Date(STARTED_MS + index * 1_000).toISOString(),
    type: AUDIT_TYPES[index % AUDIT_TYPES.length] ?? "run.started",
    workspace: "acme",
    run,
    attributes: {
      "gen_ai.request.model": "openai/gpt-5-mini",
      "gen_ai.usage.input_tokens": 100 + index,
      "signalbox.cost_usd": index / 1e7,
      "signalbox.excluded": ["a/b", "c\\d"],
      "signalbox.is_used": index % 2 === 0,
      "signalbox.step": `müde "triage"\n€ 😀 \u0001`,
    },
    ...change,
  };
}

export function auditRecords(count: number): readonly AuditRecord[] {
  return Array.from({ length: count }, (_, index) => auditRecord(index));
}
