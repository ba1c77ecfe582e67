/** The one place where an error of a run becomes the failure of a workflow: only Temporal's own failures fail one. */

import { ApplicationFailure } from "@temporalio/workflow";
import type { AccountState } from "./ledger.ts";
import type { RunError } from "./run-error.ts";
import type { Totals } from "./run-record.ts";

/**
 * `type` is the code, `details[0]` what the error tells programs, `details[1]` what the run has used up, `details[2]`, of a part
 * alone, what has become of its accounts.
 */
export function toWorkflowFailure(
  { code, message, details = null, cause }: RunError,
  totals: Totals,
  accounts?: readonly AccountState[],
): ApplicationFailure {
  return ApplicationFailure.create({
    type: code,
    message,
    nonRetryable: true,
    details: accounts === undefined ? [details, totals] : [details, totals, accounts],
    cause: cause instanceof Error ? cause : undefined,
  });
}
