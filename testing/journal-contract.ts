/** The contract of a journal as a list of checks: run against every journal here, and against yours. */

import type { ContractCheck } from "./contract/check.ts";
import { awayChecks } from "./keeping/away-checks.ts";
import { entryChecks } from "./keeping/entry-checks.ts";
import { lifecycleChecks } from "./keeping/lifecycle-checks.ts";
import type { JournalContractOptions } from "./keeping/subject.ts";

/**
 * The checks that a journal has to pass. `run` rejects with an `AssertionError` of node:assert. They use keys of their own, so that
 * they may follow each other in one place.
 */
export function journalContract(options: JournalContractOptions): readonly ContractCheck[] {
  return [...entryChecks(options), ...lifecycleChecks(options), ...awayChecks(options)];
}
