/** The contract of a router as a list of checks: run against every router here, and against yours. */

import type { ContractCheck } from "./contract/check.ts";
import { orderChecks } from "./ranking/order-checks.ts";
import { purityChecks } from "./ranking/purity-checks.ts";
import type { RouterContractOptions } from "./ranking/subject.ts";

/**
 * The checks that a router has to pass: with no models and with 400, with signals, without, and with such as make no
 * sense. `run` rejects with an `AssertionError` of node:assert.
 */
export function routerContract(options: RouterContractOptions): readonly ContractCheck[] {
  return [...purityChecks(options), ...orderChecks(options)];
}
