/** The activity of one attempt: a model call with heartbeats, whose failures carry their kind and their cost. */

import { activityInfo, CancelledFailure, Context } from "@temporalio/activity";
import { boundCharge } from "../graph/token-bound.ts";
import { ProviderError } from "../plugins/contract.ts";
import { callProvider, type ModelAccess } from "./call-provider.ts";
import type { AttemptReply, AttemptRequest } from "./contract.ts";
import { toFailure } from "./to-failure.ts";
import type { CallHost } from "./watch-call.ts";

/** Also how soon a call learns that its run was cancelled: Temporal says so in the answer to a heartbeat. */
const HEARTBEAT_MS = 1_000;

/** What a heartbeat says of the try: a later one has to know whether it may have been billed. */
type TryState = "calling" | "failed";

/**
 * Calls the model of `request`. Rejects with an `ApplicationFailure` whose type is the kind of failure, or, when the run
 * no longer needs the answer, with a `CancelledFailure` whose details say what may still be billed.
 */
export async function attempt(request: AttemptRequest, access: ModelAccess): Promise<AttemptReply> {
  const startedAt = performance.now();
  const tries = activityInfo().attempt;
  const failed = (error: unknown, made = tries): Error =>
    toFailure(error, {
      request,
      durationMs: Math.round(performance.now() - startedAt),
      tries: made,
    });
  if (wasLost()) throw failed(lostCall(), tries - 1);
  const { heartbeat } = Context.current();
  const report = (state: TryState): void => heartbeat.call(Context.current(), state);
  report("calling");
  const beat = setInterval(report, HEARTBEAT_MS, "calling");
  try {
    const call = (request.callsBefore ?? 0) + tries;
    const reply = await callProvider(request, call, access, activityHost());
    return tries === 1 ? reply : { ...reply, tries };
  } catch (error) {
    if (error instanceof CancelledFailure) {
      throw new CancelledFailure(error.message, [boundCharge(request)]);
    }
    report("failed");
    throw failed(error);
  } finally {
    clearInterval(beat);
  }
}

/** Whether the try before this one ended without a word: its worker died, or lost its connection. */
function wasLost(): boolean {
  const { attempt: tries, heartbeatDetails } = activityInfo();
  const last: TryState | undefined = heartbeatDetails;
  return tries > 1 && last !== "failed";
}

/** What it asked may have been answered, and billed. The workflow asks again, if the budget has room for it. */
function lostCall(): ProviderError {
  const message = "the worker was lost in the middle of the call";
  return new ProviderError("unavailable", message, { mayBeBilled: true });
}

function activityHost(): CallHost {
  const current = Context.current();
  return {
    cancellation: current.cancellationSignal,
    now: () => performance.now(),
    sleep,
    // Bound to this call: progress may come from a connection that was opened before it, outside its async context.
    reportProgress: () => current.heartbeat("calling" satisfies TryState),
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
