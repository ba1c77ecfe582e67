/** The one place where a failed call becomes a Temporal failure. */

import { ApplicationFailure, ApplicationFailureCategory } from "@temporalio/common";
import type { FailedAttempt } from "./failed-attempt.ts";

/** The failure of one attempt: `type` is the kind, `details[0]` an `AttemptFailureDetails`. */
export function toFailure({
  message,
  details,
  isRetryable,
  retryAfterMs,
}: FailedAttempt): ApplicationFailure {
  return ApplicationFailure.create({
    type: details.kind,
    message,
    nonRetryable: !isRetryable,
    nextRetryDelay: retryAfterMs,
    details: [details],
    // Expected and on record: the fallback deals with it, the worker's log need not warn of it.
    category: ApplicationFailureCategory.BENIGN,
  });
}
