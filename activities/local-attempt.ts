/**
 * One try of an attempt that is a local activity. Temporal knows nothing of it until it has ended, and makes it again when its
 * worker was lost: what was begun and what came of it stands in the journal. It has no heartbeats, and needs none.
 */

import { activityInfo, CancelledFailure, Context } from "@temporalio/activity";
import type { ApplicationFailure } from "@temporalio/common";
import { boundCharge } from "../graph/token-bound.ts";
import { activityHost } from "./activity-host.ts";
import { callProvider, honoursKeys, type KeptReply, type ModelAccess } from "./call-provider.ts";
import type {
  AttemptIdentity,
  AttemptReply,
  AttemptRequest,
  CancelledDetails,
  LocalRetry,
  LocalTry,
  TriesSoFar,
} from "./contract.ts";
import { isBeforeCall, NO_TRIES, readFailedCall, type FailedAttempt } from "./failed-attempt.ts";
import { callKey, keepEntry, readEntry } from "./journal.ts";
import { lostCall } from "./lost-call.ts";
import { toFailure } from "./to-failure.ts";

/** As Temporal's retry policy in workflows/temporal-host.ts. */
const MOST_TRIES = 8;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

/** What the journal holds: that the call is made; then, in its place, what came of it. */
type Entry = { readonly begun: true } | KeptReply | { readonly failed: FailedAttempt };

/**
 * Calls the model of `request`. Rejects as `attempt` does; with what the failure says, the workflow knows whether and when there
 * is to be another try. Whatever it gives says which attempt it was.
 */
export async function attemptLocally(
  request: AttemptRequest,
  local: LocalTry,
  access: ModelAccess,
): Promise<AttemptReply> {
  const { workflowType: graph = "" } = activityInfo();
  const { before = NO_TRIES } = local;
  const calling = { ...before, calls: before.calls + 1 };
  const verdicts = [...(request.guards ?? [])];
  const end = new LocalEnd(request, local);
  const idempotencyKey = callKey(calling.calls, local.id);
  const keep = (entry: Entry): Promise<void> => keepEntry(access.journal, idempotencyKey, entry);
  const known = await readEntry<Entry>(access.journal, idempotencyKey);
  const read = (error: unknown, tries: TriesSoFar): FailedAttempt =>
    readFailedCall(error, { request, durationMs: end.durationMs(), tries, verdicts });
  if (known && "failed" in known) throw end.failure(known.failed);
  if (known && "begun" in known && !honoursKeys(request.model, access)) {
    throw end.failure(read(lostCall("lost"), calling));
  }
  const kept = known && "reply" in known ? known : undefined;
  const call = (request.callsBefore ?? 0) + calling.calls;
  try {
    const begin = (): Promise<void> => keep({ begun: true });
    const wanted = { graph, request, call, verdicts, idempotencyKey, kept, begin, keep };
    return end.reply(await callProvider(wanted, access, activityHost()), calling);
  } catch (error) {
    if (error instanceof CancelledFailure)
      throw end.cancellation(error, read(lostCall("lost"), calling));
    const isCharged = !isBeforeCall(error);
    const failed = read(error, isCharged ? calling : before);
    if (isCharged) await keep({ failed });
    throw end.failure(failed);
  }
}

/** How a try ends: a marker holds nothing of what the activity was given, so what it gives tells that too. */
class LocalEnd {
  readonly #request: AttemptRequest;
  readonly #local: LocalTry;
  readonly #of: AttemptIdentity;
  readonly #startedAt = performance.now();

  constructor(request: AttemptRequest, local: LocalTry) {
    const { step, model, plan, isStandIn, arm } = request;
    this.#request = request;
    this.#local = local;
    this.#of = {
      id: local.id,
      step,
      model,
      ...(plan && { plan }),
      ...(isStandIn && { isStandIn }),
      ...(arm !== undefined && { arm }),
    };
  }

  durationMs(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  reply(reply: AttemptReply, { calls }: TriesSoFar): AttemptReply {
    const isFirst = this.#local.before === undefined;
    return { ...reply, ...(!isFirst && { tries: calls }), of: this.#of };
  }

  /** Never one that Temporal tries again: the workflow does, which knows what the tries before it came to. */
  failure(failed: FailedAttempt): ApplicationFailure {
    const retry = this.#retry(failed);
    const details = { ...failed.details, of: this.#of, ...(retry && { retry }) };
    return toFailure({ ...failed, details, isRetryable: false, retryAfterMs: undefined });
  }

  /** @param lost - what it is for a worker that has to stop: the run goes on, and needs an answer. */
  cancellation(error: CancelledFailure, lost: FailedAttempt): Error {
    if (Context.current().cancellationDetails?.workerShutdown) return this.failure(lost);
    const details: CancelledDetails = { ...boundCharge(this.#request), of: this.#of };
    return new CancelledFailure(error.message, [details]);
  }

  #retry({ isRetryable, retryAfterMs, tries }: FailedAttempt): LocalRetry | undefined {
    const made = triesOf(tries);
    const backOffMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (made - 1));
    const afterMs = retryAfterMs ?? backOffMs;
    const isInTime = this.durationMs() + afterMs < this.#local.timeLeftMs;
    return isRetryable && made < MOST_TRIES && isInTime ? { afterMs, tries } : undefined;
  }
}

function triesOf({ calls, waits }: TriesSoFar): number {
  return calls + waits;
}
