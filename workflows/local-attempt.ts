/**
 * Makes an attempt as local activities, one for each of its tries: Temporal keeps nothing between tries of one. They have no id
 * that a replay compares, so what each gives says which attempt it was.
 */

import { ActivityCancellationType, proxyLocalActivities, sleep } from "@temporalio/workflow";
import type { Activities, AttemptRequest, LocalMark, TriesSoFar } from "../activities/contract.ts";
import { nameRetry } from "../graph/timer-words.ts";
import { readFailedAttempt } from "./attempt-outcome.ts";
import type { AttemptOutcome, CallLabel } from "./host.ts";
import type { OneAtATime } from "./one-at-a-time.ts";

/** The call ends at its own deadline; this is for guardrails around it, and for a journal that does not answer. */
const GRACE_MS = 120_000;

/**
 * As `attempt` of the host of activities, and the same failures.
 *
 * @param locals - those of the same execution.
 */
export async function attemptLocally(
  request: AttemptRequest,
  label: CallLabel,
  locals: OneAtATime,
): Promise<AttemptOutcome> {
  const startedAt = Date.now();
  const timeLeftMs = (): number => startedAt + label.timeLeftMs - Date.now();
  let before: TriesSoFar | undefined;
  try {
    for (;;) {
      const made = before;
      const outcome = await locals.run(() =>
        tryOnce(request, { ...label, timeLeftMs: timeLeftMs() }, made),
      );
      if (outcome.ok || outcome.failure.retry === undefined) return outcome;
      const { afterMs, tries } = outcome.failure.retry;
      before = tries;
      await sleep(afterMs, { summary: nameRetry(label.id) });
    }
  } catch (error) {
    // Nothing goes on between two tries.
    return readFailedAttempt(error, request, Date.now() - startedAt);
  }
}

async function tryOnce(
  request: AttemptRequest,
  { id, summary, timeLeftMs }: CallLabel,
  before: TriesSoFar | undefined,
): Promise<AttemptOutcome> {
  // A second try has no more time than the first one left.
  const deadlineMs = Math.max(1, Math.min(request.deadlineMs, timeLeftMs));
  const local = { id, timeLeftMs, ...(before && { before }) };
  const { "signalbox.attempt": call } = proxyLocalActivities<Activities>({
    startToCloseTimeout: deadlineMs + GRACE_MS,
    retry: { maximumAttempts: 1 },
    summary,
    // Not the default, whatever the SDK says of it. The worker's last word says what may still be billed.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  const startedAt = Date.now();
  try {
    return { ok: true, reply: unmarked(id, await call({ ...request, deadlineMs, local })) };
  } catch (error) {
    const outcome = readFailedAttempt(error, request, Date.now() - startedAt);
    return { ...outcome, failure: unmarked(id, outcome.failure) };
  }
}

/** Checks that it is of this attempt, and leaves out what says so. */
function unmarked<T extends LocalMark>(id: string, { of, ...told }: T): Omit<T, "of"> {
  if (of === undefined || of.id === id) return told;
  // A plain error fails the workflow task, not the run: a worker with the right code can still finish it.
  throw new Error(
    `The history holds attempt "${of.id}" where this code makes "${id}": the graph was changed under a run in flight.`,
  );
}
