/** What a call inside an activity is lent: Node's clock, the run's cancellation, and heartbeats. */

import { Context } from "@temporalio/activity";
import type { CallHost } from "./watch-call.ts";

/** Also how soon a call learns that its run was cancelled: Temporal says so in the answer to a heartbeat. */
const HEARTBEAT_MS = 1_000;

/** @param details - what each heartbeat says. Default: nothing, it tells a long call from a dead worker. */
export function activityHost(details?: unknown): CallHost {
  const current = Context.current();
  return {
    cancellation: current.cancellationSignal,
    now: () => performance.now(),
    sleep,
    // Bound to this call: progress may come from a connection that was opened before it, outside its async context.
    reportProgress: () => current.heartbeat(details),
  };
}

/** Does `work` while heartbeats tell that it goes on, and where it stands. */
export async function withHeartbeats<T>(work: () => Promise<T>, details?: unknown): Promise<T> {
  const current = Context.current();
  const beat = setInterval(() => current.heartbeat(details), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}

function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, durationMs);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
