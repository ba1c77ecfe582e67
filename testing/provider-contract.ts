/** The contract of a provider as a list of checks: run against every provider here, and against yours. */

import { abortChecks } from "./contract/abort-checks.ts";
import type { ContractCheck } from "./contract/check.ts";
import { failureChecks } from "./contract/failure-checks.ts";
import { lifecycleChecks } from "./contract/lifecycle-checks.ts";
import { replyChecks } from "./contract/reply-checks.ts";
import { requestChecks } from "./contract/request-checks.ts";
import type { ProviderContractOptions } from "./contract/subject.ts";

/**
 * The checks that a provider has to pass, each with a fake vendor of its own on 127.0.0.1. `run` rejects with an
 * `AssertionError` of node:assert.
 *
 * A list, and not calls of `describe` and `it`: runners differ in how they skip, time out and nest, and a list fits
 * all of them in one line; and a test can count the checks that a broken provider fails.
 */
export function providerContract(options: ProviderContractOptions): readonly ContractCheck[] {
  return [
    ...lifecycleChecks(options),
    ...requestChecks(options),
    ...replyChecks(options),
    ...failureChecks(options),
    ...abortChecks(options),
  ];
}
