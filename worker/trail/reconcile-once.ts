/** Looks for what is missing in the audit trail, at once and in this process, as a worker's schedule has it done. */

import type { Client } from "@temporalio/client";
import type { Reconciled } from "../../workflows/reconcile-audit.ts";
import type { Config } from "../config.ts";
import { openKeeping } from "./open-keeping.ts";
import { closeSinks, openAuditSinks } from "../audit-sinks.ts";

export interface ReconcileOnceOptions {
  readonly config: Pick<Config, "audit">;
  /** With the data converter of the workers. */
  readonly temporal: Client;
  /** Of the runs. */
  readonly taskQueue: string;
  /** Only runs that ended then or later; ISO 8601. Default: all that Temporal keeps. */
  readonly since?: string | undefined;
}

export interface ReconciledOnce extends Reconciled {
  /** The ids of the sinks. */
  readonly sinks: readonly string[];
}

/**
 * `undefined`: the configuration keeps no trail.
 *
 * @throws {AuditError} AUDIT_INCOMPLETE when a sink does not work; AUDIT_INVALID_KEY.
 * @throws {ClientError} CLIENT_TEMPORAL_UNAVAILABLE
 */
export async function reconcileOnce({
  config: { audit = {} },
  since,
  ...options
}: ReconcileOnceOptions): Promise<ReconciledOnce | undefined> {
  if (audit === false) return undefined;
  const sinks = openAuditSinks(audit);
  try {
    const { look } = openKeeping({ ...options, audit, sinks });
    const found = await look(since === undefined ? {} : { since });
    return { ...found, sinks: sinks.map(({ id }) => id) };
  } finally {
    await closeSinks(sinks);
  }
}
