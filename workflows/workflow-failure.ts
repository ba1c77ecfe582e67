/** The one place where an error of a run becomes the failure of a workflow: only Temporal's own failures fail one. */

import { ApplicationFailure } from "@temporalio/workflow";
import type { RunError } from "./run-error.ts";
import type { Totals } from "./run-record.ts";

/** `type` is the code, `details[0]` what the error tells programs, `details[1]` what the run has used up. */
export function toWorkflowFailure(
  { code, message, details = null, cause }: RunError,
  totals: Totals,
): ApplicationFailure {
  return ApplicationFailure.create({
    type: code,
    message,
    nonRetryable: true,
    details: [details, totals],
    cause: cause instanceof Error ? cause : undefined,
  });
}
