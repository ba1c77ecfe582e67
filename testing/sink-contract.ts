/** The contract of a sink as a list of checks: run against every sink here, and against yours. */

import type { ContractCheck } from "./contract/check.ts";
import { awayChecks } from "./trails/away-checks.ts";
import { chainChecks } from "./trails/chain-checks.ts";
import { checkpointChecks } from "./trails/checkpoint-checks.ts";
import { contentChecks } from "./trails/content-checks.ts";
import { lifecycleChecks } from "./trails/lifecycle-checks.ts";
import { pruneChecks } from "./trails/prune-checks.ts";
import { readChecks } from "./trails/read-checks.ts";
import type { SinkContractOptions } from "./trails/subject.ts";

/**
 * The checks that a sink has to pass. `run` rejects with an `AssertionError` of node:assert. They use workspaces of their own, so that
 * they may follow each other in one place. A check with a `skip` is to be left out.
 */
export function sinkContract(options: SinkContractOptions): readonly ContractCheck[] {
  return [
    ...chainChecks(options),
    ...readChecks(options),
    ...pruneChecks(options),
    ...contentChecks(options),
    ...checkpointChecks(options),
    ...lifecycleChecks(options),
    ...awayChecks(options),
  ];
}
