/** One attempt of a run in process: its tries, as Temporal makes them, on a clock that jumps. */

import { createHash } from "node:crypto";
import { callProvider, type ModelAccess } from "../activities/call-provider.ts";
import type { AttemptReply, AttemptRequest, Charge, TriesSoFar } from "../activities/contract.ts";
import {
  isBeforeCall,
  NO_TRIES,
  readFailedCall,
  type FailedAttempt,
} from "../activities/failed-attempt.ts";
import type { CallHost } from "../activities/watch-call.ts";
import { boundCharge } from "../graph/token-bound.ts";
import type { AttemptOutcome, CallLabel } from "../workflows/host.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** As Temporal's retry policy in workflows/temporal-host.ts. */
export const FIRST_RETRY_DELAY_MS = 250;

export interface AttemptWorld {
  /** The graph's id. */
  readonly graph: string;
  readonly access: ModelAccess;
  readonly clock: VirtualClock;
  /** Aborted when the run no longer needs the answer. */
  readonly cancellation: AbortSignal;
}

/** Calls one model, and again when that failed and cost nothing. */
export async function attempt(
  request: AttemptRequest,
  { timeLeftMs }: CallLabel,
  world: AttemptWorld,
): Promise<AttemptOutcome> {
  const { clock, cancellation } = world;
  const beganAt = clock.now();
  const endsAt = beganAt + timeLeftMs;
  // What a call that is cancelled now may still be billed with: nothing before it began, and between two tries.
  let charge: Charge = {};
  let soFar = NO_TRIES;
  try {
    for (let tries = 1; ; tries++) {
      cancellation.throwIfAborted();
      charge = boundCharge(request);
      const tried = await tryOnce(request, { ...world, endsAt }, soFar);
      if (tried.ok) return tried;
      charge = {};
      const { message, details, isRetryable, retryAfterMs } = tried.failed;
      soFar = tried.failed.tries;
      const delayMs = retryAfterMs ?? FIRST_RETRY_DELAY_MS * 2 ** (tries - 1);
      if (!isRetryable || clock.now() + delayMs > endsAt) {
        return { ok: false, failure: { ...details, message } };
      }
      await clock.sleep(delayMs, cancellation);
    }
  } catch (error) {
    if (!cancellation.aborted) throw error;
    const durationMs = clock.now() - beganAt;
    const { model } = request;
    const message = `${model}: the run no longer needs the answer`;
    const failure = { model, kind: "cancelled", durationMs, tries: 1, ...charge, message } as const;
    return { ok: false, failure, cancellation: error };
  }
}

interface TryWorld extends AttemptWorld {
  /** When the attempt's time is up. */
  readonly endsAt: number;
}

type Tried =
  | { readonly ok: true; readonly reply: AttemptReply }
  | { readonly ok: false; readonly failed: FailedAttempt };

async function tryOnce(
  request: AttemptRequest,
  { graph, access, clock, cancellation, endsAt }: TryWorld,
  before: TriesSoFar,
): Promise<Tried> {
  const callHost: CallHost = {
    cancellation,
    now: () => clock.now(),
    sleep: (durationMs, signal) => clock.sleep(durationMs, signal),
  };
  const startedAt = clock.now();
  // A second try has no more time than the first one left, as with Temporal's own deadline of all tries.
  const deadlineMs = Math.min(request.deadlineMs, endsAt - startedAt);
  const calling = { ...before, calls: before.calls + 1 };
  const verdicts = [...(request.guards ?? [])];
  try {
    const call = (request.callsBefore ?? 0) + calling.calls;
    const idempotencyKey = keyOf(`${graph} ${request.step} ${request.model} ${call}`);
    const wanted = { graph, request: { ...request, deadlineMs }, call, idempotencyKey, verdicts };
    const reply = await callProvider(wanted, access, callHost);
    return { ok: true, reply: before === NO_TRIES ? reply : { ...reply, tries: calling.calls } };
  } catch (error) {
    cancellation.throwIfAborted();
    const durationMs = clock.now() - startedAt;
    const tries = isBeforeCall(error) ? before : calling;
    return { ok: false, failed: readFailedCall(error, { request, durationMs, tries, verdicts }) };
  }
}

export function keyOf(call: string): string {
  return createHash("sha256").update(call).digest("hex");
}
