/** What Temporal knows the reconciler by. See docs/reference/audit-trail.md. */

/** The schedule. */
export function scheduleIdOf(taskQueue: string): string {
  return `signalbox-audit-${taskQueue}`;
}

/** Where its looks wait: apart from runs, which are not to wait for them. */
export function auditQueueOf(taskQueue: string): string {
  return `${taskQueue}/audit`;
}

export const RECONCILE_WORKFLOW = "signalbox.reconcile";
export const RECONCILE_ACTIVITY = "signalbox.reconcileAudit";
