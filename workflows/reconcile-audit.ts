/** Started by a schedule: looks for runs whose audit trail is missing. In a bundle of its own, without graphs. */

import { proxyActivities, workflowInfo } from "@temporalio/workflow";

export interface ReconcileRequest {
  /** Runs that ended before then have been looked at; ISO 8601. Absent: all that Temporal keeps. */
  readonly since?: string;
}

/** What came of a look. */
export interface Reconciled {
  /** Runs that ended before then have been looked at; ISO 8601. */
  readonly upTo: string;
  /** How many runs were looked at. */
  readonly runs: number;
  /** How many of them some sink did not have. */
  readonly missing: number;
  /** How many of those cannot be read, and are left out. */
  readonly unreadable: number;
  /** How many checkpoints were signed. */
  readonly checkpoints: number;
  /** How many records were older than they are to be kept. */
  readonly pruned: number;
}

export interface ReconcileActivities {
  "signalbox.reconcileAudit"(request: ReconcileRequest): Promise<Reconciled>;
}

/** The index of runs may learn of an end this much later than it was. */
const OVERLAP_MS = 10 * 60_000;

async function reconcile(): Promise<Reconciled> {
  const { "signalbox.reconcileAudit": look } = proxyActivities<ReconcileActivities>({
    startToCloseTimeout: "2 hours",
    heartbeatTimeout: "1 minute",
    retry: { initialInterval: "5 seconds", maximumAttempts: 3 },
    summary: "what is missing in the audit trail",
  });
  const upTo = readUpTo(workflowInfo().lastResult);
  return look(upTo === undefined ? {} : { since: new Date(upTo - OVERLAP_MS).toISOString() });
}

/** Of the last one that completed: after one that failed, the next begins where that did. */
function readUpTo(last: unknown): number | undefined {
  if (typeof last !== "object" || last === null || !("upTo" in last)) return undefined;
  const upTo = Date.parse(String(last.upTo));
  return Number.isNaN(upTo) ? undefined : upTo;
}

export { reconcile as "signalbox.reconcile" };
