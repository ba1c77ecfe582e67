/** The activity of a guardrail that asks by itself: with heartbeats, and tried again when it could not tell. */

import { activityInfo } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";
import { activityHost, withHeartbeats } from "./activity-host.ts";
import type { AttemptJournal } from "../plugins/contract.ts";
import type { GuardReply, GuardRequest } from "./contract.ts";
import { callGuardrail } from "./guarding/guard-call.ts";
import type { GuardAccess } from "./guarding/guardrails.ts";
import { callKey, keepEntry, readEntry } from "./journal.ts";

/** What guardrails of this worker can reach. */
interface GuardHost {
  readonly guarding: GuardAccess;
  readonly journal?: AttemptJournal | undefined;
}

/** A service may be away for a moment. After that its silence is its verdict. */
const MOST_TRIES = 3;

/**
 * A verdict is kept until Temporal has it, so that a service that is paid is asked once. Where a worker was lost before its answer came,
 * it is asked again: the guarded call waits for the verdict, and is made once in any case.
 *
 * Rejects with an `ApplicationFailure` that says why it could not tell.
 */
export async function lookAt(
  request: GuardRequest,
  { guarding, journal }: GuardHost,
): Promise<GuardReply> {
  const key = callKey(1);
  const { attempt: tries } = activityInfo();
  const said = await withHeartbeats(async () => {
    const kept = tries > 1 ? await readEntry<GuardReply>(journal, key) : undefined;
    if (kept) return kept;
    const fresh = await callGuardrail(request, guarding, activityHost());
    if (fresh.verdict.outcome !== "failed") await keepEntry(journal, key, fresh);
    return fresh;
  });
  const { outcome, why } = said.verdict;
  if (outcome !== "failed" || tries >= MOST_TRIES) return said;
  throw ApplicationFailure.retryable(
    `guardrail "${request.guardrail}" could not tell: it ${why}`,
    "GUARDRAIL_FAILED",
  );
}
