/** What a call was rejected with, as a failure with a kind. */

import { isFailureKind } from "../graph/failure-kinds.ts";
import { ProviderError } from "../plugins/contract.ts";

/** Whatever a plugin throws that is no ProviderError may hold a prompt or a key: only its class is kept. */
export function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError && isFailureKind(error.kind)) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new ProviderError(
    "unavailable",
    `the provider plugin threw "${name}" without a known kind of failure`,
  );
}
