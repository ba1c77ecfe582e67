/** The small Temporal worker that looks for what is missing in the audit trail, beside the one for graphs. */

import { fileURLToPath } from "node:url";
import { existsSync } from "node:fs";
import { Context } from "@temporalio/activity";
import { bundleWorkflowCode, DefaultLogger, Worker } from "@temporalio/worker";
import type { WorkflowBundleOption } from "@temporalio/worker";
import type {
  Reconciled,
  ReconcileActivities,
  ReconcileRequest,
} from "../../workflows/reconcile-audit.ts";
import type { Temporal } from "../temporal.ts";
import { bundledParts } from "../worker-payloads.ts";
import { auditQueueOf, RECONCILE_ACTIVITY } from "./audit-names.ts";
import type { Look } from "./reconcile.ts";

export interface AuditWorkerOptions {
  readonly temporal: Pick<Temporal, "connection" | "namespace"> &
    Partial<Pick<Temporal, "dataConverter">>;
  /** Of the runs. */
  readonly taskQueue: string;
  readonly bundle: WorkflowBundleOption;
  readonly look: (look: Look) => Promise<Reconciled>;
  readonly graceMs: number;
}

/** Connects it; nothing runs yet. */
export function createAuditWorker(options: AuditWorkerOptions): Promise<Worker> {
  const { temporal, taskQueue, bundle, look, graceMs } = options;
  const { connection, namespace, dataConverter } = temporal;
  const activities: ReconcileActivities = {
    [RECONCILE_ACTIVITY]: (request: ReconcileRequest) => look({ ...request, onProgress: beat }),
  };
  return Worker.create({
    connection,
    namespace,
    ...(dataConverter && { dataConverter }),
    taskQueue: auditQueueOf(taskQueue),
    workflowBundle: bundle,
    activities,
    shutdownGraceTime: graceMs,
    maxHeartbeatThrottleInterval: "1 second",
    // There is one look at a time, every few minutes.
    maxCachedWorkflows: 0,
    maxConcurrentActivityTaskExecutions: 1,
    maxConcurrentWorkflowTaskExecutions: 1,
    maxConcurrentLocalActivityExecutions: 1,
    workflowTaskPollerBehavior: { type: "simple-maximum", maximum: 1 },
    activityTaskPollerBehavior: { type: "simple-maximum", maximum: 1 },
  });
}

/** @throws {CancelledFailure} when the look is to end. */
function beat(): void {
  const { cancellationSignal } = Context.current();
  cancellationSignal.throwIfAborted();
  Context.current().heartbeat();
}

/** Made when the package is built; else, and for failures that are to be encrypted, now. */
export async function bundleReconciler({
  dataConverter,
}: AuditWorkerOptions["temporal"]): Promise<WorkflowBundleOption> {
  const parts = bundledParts(dataConverter);
  const codePath = fileURLToPath(
    new URL("../../workflows/reconcile-audit.bundle.js", import.meta.url),
  );
  if (Object.keys(parts).length === 0 && existsSync(codePath)) return { codePath };
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const workflows = new URL(`../../workflows/reconcile-audit.${extension}`, import.meta.url);
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(workflows),
    logger: new DefaultLogger("WARN"),
    ...parts,
  });
}
