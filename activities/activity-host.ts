/** What a call inside an activity is lent: Node's clock, the run's cancellation, and heartbeats. */

import { Context } from "@temporalio/activity";
import type { CallHost } from "./watch-call.ts";

/** Also how soon a call learns that its run was cancelled: Temporal says so in the answer to a heartbeat. */
const HEARTBEAT_MS = 1_000;

export function activityHost(): CallHost {
  const current = Context.current();
  return {
    cancellation: current.cancellationSignal,
    now: () => performance.now(),
    sleep,
  };
}

/**
 * Does `work` while heartbeats tell that it goes on, and where it stands. What is quick sends none: each is a request that
 * Temporal has to store.
 *
 * @param details - what each heartbeat says. Default: nothing, it tells a long call from a dead worker.
 */
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
