/**
 * One try of an attempt that is a local activity. Temporal knows nothing of it until it has ended, and makes it again when its
 * worker was lost: what was begun and what came of it stands in the journal. It has no heartbeats, and needs none.
 */

import { activityInfo, CancelledFailure, Context } from "@temporalio/activity";
import type { ApplicationFailure } from "@temporalio/common";
import { canonicalJson } from "../graph/canonical-json.ts";
import { sha256 } from "../graph/sha256.ts";
import { boundCharge } from "../graph/token-bound.ts";
import { activityHost } from "./activity-host.ts";
import { callProvider, honoursKeys, type KeptReply, type ModelAccess } from "./call-provider.ts";
import type {
  AttemptReply,
  AttemptRequest,
  CancelledDetails,
  LocalRetry,
  LocalTry,
  MarkedAttempt,
  TriesSoFar,
} from "./contract.ts";
import {
  asKept,
  isBeforeCall,
  NO_TRIES,
  readFailedCall,
  type FailedAttempt,
} from "./failed-attempt.ts";
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
  if (known && "failed" in known) throw await end.failure(asKept(known.failed));
  if (known && "begun" in known && !honoursKeys(request.model, access)) {
    throw await end.failure(read(lostCall("lost"), calling));
  }
  const kept = known && "reply" in known ? known : undefined;
  const call = (request.callsBefore ?? 0) + calling.calls;
  try {
    const begin = (): Promise<void> => keep({ begun: true });
    const wanted = { graph, request, call, verdicts, idempotencyKey, kept, begin, keep };
    const reply = await callProvider(wanted, access, activityHost());
    return await end.reply(kept ? { ...reply, isFromJournal: true } : reply, calling);
  } catch (error) {
    if (error instanceof CancelledFailure)
      throw await end.cancellation(error, read(lostCall("lost"), calling));
    const isCharged = !isBeforeCall(error);
    const failed = read(error, isCharged ? calling : before);
    if (isCharged) await keep({ failed });
    throw await end.failure(kept && isCharged ? asKept(failed) : failed);
  }
}

/** How a try ends: a marker holds nothing of what the activity was given, so what it gives tells that too. */
class LocalEnd {
  readonly #request: AttemptRequest;
  readonly #local: LocalTry;
  /** Is made while the model is asked. */
  readonly #promptSha256: Promise<string>;
  readonly #startedAt = performance.now();

  constructor(request: AttemptRequest, local: LocalTry) {
    this.#request = request;
    this.#local = local;
    this.#promptSha256 = sha256(canonicalJson(request.messages));
  }

  durationMs(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  async reply(reply: AttemptReply, { calls }: TriesSoFar): Promise<AttemptReply> {
    const isFirst = this.#local.before === undefined;
    return { ...reply, ...(!isFirst && { tries: calls }), of: await this.#mark() };
  }

  /** Never one that Temporal tries again: the workflow does, which knows what the tries before it came to. */
  async failure(failed: FailedAttempt): Promise<ApplicationFailure> {
    const retry = this.#retry(failed);
    const of = await this.#mark();
    const details = { ...failed.details, of, ...(retry && { retry }) };
    return toFailure({ ...failed, details, isRetryable: false, retryAfterMs: undefined });
  }

  /** @param lost - what it is for a worker that has to stop: the run goes on, and needs an answer. */
  async cancellation(error: CancelledFailure, lost: FailedAttempt): Promise<Error> {
    if (Context.current().cancellationDetails?.workerShutdown) return this.failure(lost);
    const details: CancelledDetails = { ...boundCharge(this.#request), of: await this.#mark() };
    return new CancelledFailure(error.message, [details]);
  }

  async #mark(): Promise<MarkedAttempt> {
    const { step, model, plan, isStandIn, arm, reserved } = this.#request;
    return {
      id: this.#local.id,
      step,
      model,
      ...(plan && { plan }),
      ...(isStandIn && { isStandIn }),
      ...(arm !== undefined && { arm }),
      ...(reserved && { reserved }),
      promptSha256: await this.#promptSha256,
    };
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
