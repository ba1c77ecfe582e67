/** The activity of a guardrail that asks by itself: with heartbeats, and tried again when it could not tell. */

import { activityInfo } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";
import { activityHost, withHeartbeats } from "./activity-host.ts";
import type { GuardReply, GuardRequest } from "./contract.ts";
import { callGuardrail } from "./guarding/guard-call.ts";
import type { GuardAccess } from "./guarding/guardrails.ts";

/** A service may be away for a moment. After that its silence is its verdict. */
const MOST_TRIES = 3;

/** Rejects with an `ApplicationFailure` that says why it could not tell. */
export async function lookAt(
  request: GuardRequest,
  { guarding }: { readonly guarding: GuardAccess },
): Promise<GuardReply> {
  const said = await withHeartbeats(() => callGuardrail(request, guarding, activityHost()));
  const { outcome, why } = said.verdict;
  if (outcome !== "failed" || activityInfo().attempt >= MOST_TRIES) return said;
  throw ApplicationFailure.retryable(
    `guardrail "${request.guardrail}" could not tell: it ${why}`,
    "GUARDRAIL_FAILED",
  );
}
