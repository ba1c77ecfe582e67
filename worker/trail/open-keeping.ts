/** What a configuration and a connection make of the audit trail: how runs are read for it, and how what is missing is found. */

import type { Client } from "@temporalio/client";
import type { Sink } from "../../plugins/contract.ts";
import type { Reconciled } from "../../workflows/reconcile-audit.ts";
import { readAuditKey } from "../audit-sinks.ts";
import type { AuditOptions } from "../check-audit.ts";
import { trailReader, type ReadTrailOfRun } from "./read-run.ts";
import { reconcile, type Look } from "./reconcile.ts";

export interface Keeping {
  readonly read: ReadTrailOfRun;
  /** Looks once for what is missing, as {@link reconcile} does. */
  readonly look: (look?: Look) => Promise<Reconciled>;
}

export interface KeepingOptions {
  readonly audit: AuditOptions;
  readonly sinks: readonly Sink[];
  /** With the data converter of the workers. */
  readonly temporal: Client;
  /** Of the runs. */
  readonly taskQueue: string;
  /** Default: the process's. */
  readonly env?: NodeJS.ProcessEnv;
}

/** @throws {AuditError} AUDIT_INVALID_KEY */
export function openKeeping(options: KeepingOptions): Keeping {
  const { audit, sinks, temporal, taskQueue, env = process.env } = options;
  const signingKey = readAuditKey(audit, env);
  const read = trailReader(temporal, audit.content === "full");
  const { retentionDays } = audit;
  const looking = { temporal, taskQueue, sinks, read, signingKey, retentionDays };
  return { read, look: (look) => reconcile(looking, look) };
}
