/** The activity of one attempt: a model call with heartbeats, whose failures carry their kind. */

import { activityInfo, CancelledFailure, Context, heartbeat } from "@temporalio/activity";
import { callProvider, type CallHost, type ModelAccess } from "./call-provider.ts";
import type { AttemptReply, AttemptRequest } from "./contract.ts";
import { toFailure } from "./to-failure.ts";

/** Also how soon a call learns that its run was cancelled: Temporal says so in the answer to a heartbeat. */
const HEARTBEAT_MS = 1_000;

/** Calls the model of `request`. Rejects with an `ApplicationFailure` whose type is the kind of failure. */
export async function attempt(request: AttemptRequest, access: ModelAccess): Promise<AttemptReply> {
  const startedAt = performance.now();
  const beat = setInterval(heartbeat, HEARTBEAT_MS);
  try {
    return await callProvider(request, access, activityHost());
  } catch (error) {
    if (error instanceof CancelledFailure) throw error;
    throw toFailure(error, {
      model: request.model,
      durationMs: Math.round(performance.now() - startedAt),
      tries: activityInfo().attempt,
    });
  } finally {
    clearInterval(beat);
  }
}

function activityHost(): CallHost {
  const current = Context.current();
  return {
    cancellation: current.cancellationSignal,
    now: () => performance.now(),
    sleep,
    // Bound to this call: progress may come from a connection that was opened before it, outside its async context.
    reportProgress: () => current.heartbeat(),
  };
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
