/** Asks whether Temporal answers, as cheaply as can be. */

import type { Client } from "@temporalio/client";

/** Whether it does within `timeoutMs`. Never rejects. */
export async function isReachable({ connection }: Client, timeoutMs: number): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + timeoutMs, () =>
      connection.workflowService.getSystemInfo({}),
    );
    return true;
  } catch {
    return false;
  }
}
