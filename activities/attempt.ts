/** The activity of one attempt: a model call with heartbeats, whose failures carry their kind and their cost. */

import { activityInfo, CancelledFailure, Context } from "@temporalio/activity";
import { activityHost, withHeartbeats } from "./activity-host.ts";
import { boundCharge } from "../graph/token-bound.ts";
import { ProviderError } from "../plugins/contract.ts";
import { callProvider, honoursKeys, type KeptReply, type ModelAccess } from "./call-provider.ts";
import type { AttemptReply, AttemptRequest } from "./contract.ts";
import type { GuardVerdict } from "./guarding/verdict.ts";
import {
  isBeforeCall,
  NO_TRIES,
  readFailedCall,
  type FailedAttempt,
  type TriesSoFar,
} from "./failed-attempt.ts";
import { callKey, keepReply, readKept } from "./journal.ts";
import { toFailure } from "./to-failure.ts";

/** What a heartbeat says of the try: a later one has to know whether it may have been billed. */
interface TryState extends TriesSoFar {
  readonly isCalling: boolean;
}

/**
 * Calls the model of `request`. Rejects with an `ApplicationFailure` whose type is the kind of failure, or, when the run
 * no longer needs the answer, with a `CancelledFailure` whose details say what may still be billed.
 */
export async function attempt(request: AttemptRequest, access: ModelAccess): Promise<AttemptReply> {
  const startedAt = performance.now();
  const { attempt: tries, workflowType: graph = "" } = activityInfo();
  const before = triesBefore();
  const verdicts: GuardVerdict[] = [...(request.guards ?? [])];
  const readFailed = (error: unknown, soFar: TriesSoFar): FailedAttempt => {
    const durationMs = Math.round(performance.now() - startedAt);
    return readFailedCall(error, { request, durationMs, tries: soFar, verdicts });
  };
  const calling = await nextCall(before, request, access);
  if (calling === undefined) throw toFailure(readFailed(lostCall(), before.tries));
  const report = reporter();
  const state: TryState = { ...calling.tries, isCalling: true };
  // Of a first try no sign says the same: that it may have called. One request to Temporal less for each attempt.
  if (tries > 1) report(state);
  try {
    const { key, kept } = calling;
    const call = (request.callsBefore ?? 0) + state.calls;
    const keep = (answer: KeptReply): Promise<void> => keepReply(access.journal, key, answer);
    const wanted = { graph, request, call, verdicts, idempotencyKey: key, kept, keep };
    const host = activityHost();
    const reply = await withHeartbeats(() => callProvider(wanted, access, host), state);
    return tries === 1 ? reply : { ...reply, tries: state.calls };
  } catch (error) {
    if (error instanceof CancelledFailure) {
      throw new CancelledFailure(error.message, [boundCharge(request)]);
    }
    const failed = readFailed(error, isBeforeCall(error) ? before.tries : calling.tries);
    report({ ...failed.tries, isCalling: false });
    throw toFailure(failed);
  }
}

/** The call that a try makes, or takes up. */
interface NextCall {
  /** The call included. */
  readonly tries: TriesSoFar;
  readonly key: string;
  /** What it was answered before its worker was lost. Absent: nothing that is known. */
  readonly kept?: KeptReply | undefined;
}

/** @returns `undefined`: the call that was lost may not be made again here. */
async function nextCall(
  { tries, wasLost }: TriesBefore,
  { model }: AttemptRequest,
  access: ModelAccess,
): Promise<NextCall | undefined> {
  if (!wasLost) {
    const calls = tries.calls + 1;
    return { tries: { ...tries, calls }, key: await callKey(calls) };
  }
  const key = await callKey(tries.calls);
  // A journal may take its time; what the last try has told is said again, so that it stays known.
  const kept = await withHeartbeats(
    () => readKept<KeptReply>(access.journal, key),
    activityInfo().heartbeatDetails,
  );
  // Under the same key it is one call, for whoever made it first.
  return kept || honoursKeys(model, access) ? { tries, key, kept } : undefined;
}

interface TriesBefore {
  readonly tries: TriesSoFar;
  /** The last one ended without a word: its worker died, or lost its connection. */
  readonly wasLost: boolean;
}

function triesBefore(): TriesBefore {
  const { attempt: tries, heartbeatDetails } = activityInfo();
  if (tries === 1) return { tries: NO_TRIES, wasLost: false };
  const last: TryState | undefined = heartbeatDetails;
  // Only a first try gives no sign of its beginning: it is not even known whether it called.
  if (last === undefined) return { tries: { calls: 1, waits: 0 }, wasLost: true };
  const { isCalling, ...soFar } = last;
  return { tries: soFar, wasLost: isCalling };
}

/** What it asked may have been answered, and billed. The workflow asks again, if the budget has room for it. */
function lostCall(): ProviderError {
  const message = "the worker was lost in the middle of the call";
  return new ProviderError("unavailable", message, { mayBeBilled: true });
}

function reporter(): (state: TryState) => void {
  const current = Context.current();
  return (state) => current.heartbeat(state);
}
