/** The activity of one attempt: a model call with heartbeats, whose failures carry their kind and their cost. */

import { activityInfo, CancelledFailure, Context } from "@temporalio/activity";
import { activityHost, withHeartbeats } from "./activity-host.ts";
import { boundCharge } from "../graph/token-bound.ts";
import { callProvider, honoursKeys, type KeptReply, type ModelAccess } from "./call-provider.ts";
import type { AttemptReply, AttemptRequest, TriesSoFar } from "./contract.ts";
import type { GuardVerdict } from "./guarding/verdict.ts";
import {
  asKept,
  isBeforeCall,
  NO_TRIES,
  queued,
  readFailedCall,
  type FailedAttempt,
} from "./failed-attempt.ts";
import { callKey, keepEntry, readEntry } from "./journal.ts";
import { asLost, isStopped, lostCall, mayRepeat } from "./lost-call.ts";
import { toFailure } from "./to-failure.ts";

/** What a heartbeat says of the try: a later one has to know whether it may have been billed. */
interface TryState extends TriesSoFar {
  readonly isCalling: boolean;
  /** Which try says so, as Temporal counts them. Absent: it was an older worker, which did not say. */
  readonly by?: number;
}

/** Where an attempt runs. */
interface AttemptPlace {
  /** By a worker that serves the queue of a provider. Default: `false`. */
  readonly isQueued?: boolean;
}

/**
 * Calls the model of `request`. Rejects with an `ApplicationFailure` whose type is the kind of failure, or, when the run
 * no longer needs the answer, with a `CancelledFailure` whose details say what may still be billed.
 */
export async function attempt(
  request: AttemptRequest,
  access: ModelAccess,
  place: AttemptPlace = {},
): Promise<AttemptReply> {
  const startedAt = performance.now();
  const { attempt: tries, workflowType: graph = "" } = activityInfo();
  const before = triesBefore(place);
  const verdicts: GuardVerdict[] = [...(request.guards ?? [])];
  const readFailed = (error: unknown, soFar: TriesSoFar): FailedAttempt => {
    const durationMs = Math.round(performance.now() - startedAt);
    return readFailedCall(error, { request, durationMs, tries: soFar, verdicts });
  };
  const calling = await nextCall(before, request, access);
  if (calling === undefined) throw toFailure(readFailed(lostCall("lost"), before.tries));
  const report = reporter();
  const state: TryState = { ...calling.tries, isCalling: true, by: tries };
  // Of a first try no sign says the same: that it may have called. One request to Temporal less for each attempt.
  if (tries > 1) report(state);
  try {
    const { key, kept } = calling;
    const call = (request.callsBefore ?? 0) + state.calls;
    const keep = (answer: KeptReply): Promise<void> => keepEntry(access.journal, key, answer);
    const wanted = { graph, request, call, verdicts, idempotencyKey: key, kept, keep };
    const host = activityHost();
    const reply = await withHeartbeats(() => callProvider(wanted, access, host), state);
    return { ...reply, ...knownOf(calling, tries) };
  } catch (caught) {
    const isKeyed = honoursKeys(request.model, access);
    // Under the same key Temporal's next try is the same call: it is left to that.
    const error = isStopped(caught) && !isKeyed ? lostCall("stopped") : caught;
    if (error instanceof CancelledFailure) {
      throw new CancelledFailure(error.message, [boundCharge(request)]);
    }
    const failed = readEnd(error, { before, calling, readFailed });
    const isRepeated = isKeyed && mayRepeat(failed, tries);
    // The end of a call that is made again is still not known: the next try takes it up.
    report(isRepeated ? state : { ...failed.tries, isCalling: false, by: tries });
    throw toFailure(isRepeated ? { ...failed, isRetryable: true } : failed);
  }
}

/**
 * What only the activity knows of a reply.
 *
 * @param made - tries, as Temporal counts them.
 */
function knownOf(
  { tries, kept }: NextCall,
  made: number,
): Pick<AttemptReply, "queuedMs" | "tries" | "isFromJournal"> {
  return {
    ...queued(tries),
    ...(made > 1 && { tries: tries.calls }),
    ...(kept && { isFromJournal: true }),
  };
}

interface EndedTry {
  readonly before: TriesBefore;
  readonly calling: NextCall;
  readonly readFailed: (error: unknown, soFar: TriesSoFar) => FailedAttempt;
}

function readEnd(error: unknown, { before, calling, readFailed }: EndedTry): FailedAttempt {
  if (calling.isTakenUp && calling.kept === undefined) {
    return readFailed(asLost(error), calling.tries);
  }
  const isCharged = !isBeforeCall(error);
  const failed = readFailed(error, isCharged ? calling.tries : before.tries);
  return calling.kept && isCharged ? asKept(failed) : failed;
}

/** The call that a try makes, or takes up. */
interface NextCall {
  /** The call included. */
  readonly tries: TriesSoFar;
  readonly key: string;
  /** It was made before, and nobody knows how that ended. */
  readonly isTakenUp: boolean;
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
    return { tries: { ...tries, calls }, key: callKey(calls), isTakenUp: false };
  }
  const key = callKey(tries.calls);
  // A journal may take its time; what the last try has told is said again, so that it stays known.
  const kept = await withHeartbeats(
    () => readEntry<KeptReply>(access.journal, key),
    activityInfo().heartbeatDetails,
  );
  // Under the same key it is one call, for whoever made it first.
  return kept || honoursKeys(model, access) ? { tries, key, kept, isTakenUp: true } : undefined;
}

interface TriesBefore {
  readonly tries: TriesSoFar;
  /** The last one ended without a word: its worker died, or lost its connection. */
  readonly wasLost: boolean;
}

function triesBefore(place: AttemptPlace): TriesBefore {
  const { attempt: tries, heartbeatDetails } = activityInfo();
  if (tries === 1) return { tries: waited(NO_TRIES, place), wasLost: false };
  const last: TryState | undefined = heartbeatDetails;
  // Only a first try gives no sign of its beginning: it is not even known whether it called.
  if (last === undefined) return { tries: waited({ calls: 1, waits: 0 }, place), wasLost: true };
  const { isCalling, by = tries - 1, ...soFar } = last;
  if (by === tries - 1 || isCalling) return { tries: waited(soFar, place), wasLost: isCalling };
  // A later try was lost before it could give a sign: it may have called.
  return { tries: waited({ ...soFar, calls: soFar.calls + 1 }, place), wasLost: true };
}

/** By two clocks, the server's and ours: as exact as they are alike. */
function waited(soFar: TriesSoFar, { isQueued = false }: AttemptPlace): TriesSoFar {
  if (!isQueued) return soFar;
  const waitedMs = Math.max(0, Date.now() - activityInfo().currentAttemptScheduledTimestampMs);
  return { ...soFar, queuedMs: (soFar.queuedMs ?? 0) + waitedMs };
}

function reporter(): (state: TryState) => void {
  const current = Context.current();
  return (state) => current.heartbeat(state);
}
