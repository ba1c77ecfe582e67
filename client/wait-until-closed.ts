/** Waits for the end of a run, for a limited time. Temporal's own `handle.result()` could not be told to stop. */

import type { Client } from "@temporalio/client";

/** `temporal.api.enums.v1.HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT`. */
const CLOSE_EVENT = 2;

/** The server answers a long poll this long before the poll's deadline. */
const POLL_MARGIN_MS = 1_000;

/**
 * Waits until a run has ended, however it ends.
 *
 * @param timeoutMs - default: as long as it takes.
 * @returns whether it has ended. Rejects with what Temporal's service throws.
 */
export async function waitUntilClosed(
  temporal: Client,
  id: string,
  timeoutMs?: number,
): Promise<boolean> {
  if (timeoutMs === undefined) return pollUntilClosed(temporal, id);
  const timeout = AbortSignal.timeout(Math.ceil(timeoutMs));
  const deadline = Date.now() + timeoutMs + POLL_MARGIN_MS;
  // A worker's connection knows deadlines but no abort signal: the last poll is left behind, to end at its deadline.
  const poll = temporal.connection.withDeadline(deadline, () =>
    pollUntilClosed(temporal, id, timeout),
  );
  return Promise.race([poll, falseOnAbort(timeout)]);
}

async function pollUntilClosed(
  { workflow, options: { namespace } }: Client,
  id: string,
  signal?: AbortSignal,
): Promise<boolean> {
  let nextPageToken: Uint8Array | undefined;
  for (;;) {
    const answer = await workflow.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId: id },
      skipArchival: true,
      waitNewEvent: true,
      // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- The enum is in a package that is not ours to import.
      historyEventFilterType: CLOSE_EVENT,
      nextPageToken,
    });
    const [end] = answer.history?.events ?? [];
    // One that has continued as new goes on under the same id.
    const goesOn = Boolean(end?.workflowExecutionContinuedAsNewEventAttributes);
    if (end && !goesOn) return true;
    if (signal?.aborted) return false;
    nextPageToken = goesOn ? undefined : answer.nextPageToken;
  }
}

function falseOnAbort(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(false), { once: true });
  });
}
