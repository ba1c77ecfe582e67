/** The schedule by which workers look for what is missing in the audit trail. */

import { ScheduleAlreadyRunning, type Client, type ScheduleOptions } from "@temporalio/client";
import { auditQueueOf, RECONCILE_WORKFLOW, scheduleIdOf } from "./audit-names.ts";

const MINUTE_MS = 60_000;

/** Makes sure that there is one, as often as that. One that somebody has paused stays so. */
export async function ensureSchedule(
  { schedule }: Client,
  taskQueue: string,
  everyMinutes: number,
): Promise<void> {
  const scheduleId = scheduleIdOf(taskQueue);
  const everyMs = Math.round(everyMinutes * MINUTE_MS);
  const wanted = {
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: "startWorkflow",
      workflowType: RECONCILE_WORKFLOW,
      workflowId: scheduleId,
      taskQueue: auditQueueOf(taskQueue),
    },
    // What one look has missed is found by the next.
    policies: { overlap: "SKIP", catchupWindow: "1 minute" },
  } satisfies Omit<ScheduleOptions, "scheduleId">;
  try {
    await schedule.create({ scheduleId, ...wanted });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const handle = schedule.getHandle(scheduleId);
    const { spec } = await handle.describe();
    if (spec.intervals?.length === 1 && spec.intervals[0]?.every === everyMs) return;
    await handle.update(({ state }) => ({ ...wanted, state }));
  }
}
