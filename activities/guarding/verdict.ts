/** What is kept of a guardrail's look: never what it found, only of which kind and how often. */

import type { Finding, GuardAction } from "../../plugins/contract.ts";

/** One guardrail's look at one attempt. Kept in the history, as JSON. */
export interface GuardVerdict {
  /** Its name in the configuration. */
  readonly guardrail: string;
  readonly direction: "input" | "output";
  /** `"failed"`: it could not tell. */
  readonly outcome: "passed" | "found" | "failed";
  /** What was done about it; `"allow"`: it could not tell, and the user lets that pass. Absent: it passed. */
  readonly action?: GuardAction | "allow";
  readonly findings?: readonly FindingCount[];
  /** Why it could not tell. */
  readonly why?: string;
  /** Somebody let it pass before. */
  readonly isWaived?: true;
  readonly durationMs: number;
}

/** Findings of one kind. */
export interface FindingCount {
  readonly kind: string;
  readonly count: number;
  /** The highest among them. */
  readonly severity: Finding["severity"];
}

const RANK = { low: 0, medium: 1, high: 2 } as const;

/** Findings by kind, in the order in which the kinds were first found. */
export function countFindings(findings: readonly Finding[]): readonly FindingCount[] {
  const counts = new Map<string, FindingCount>();
  for (const { kind, severity } of findings) {
    const known = counts.get(kind) ?? { kind, count: 0, severity };
    const highest = RANK[severity] > RANK[known.severity] ? severity : known.severity;
    counts.set(kind, { kind, count: known.count + 1, severity: highest });
  }
  return [...counts.values()];
}
