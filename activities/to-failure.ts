/** The one place where a failed call becomes a Temporal failure: its kind, whether to retry, what is kept of it. */

import { ApplicationFailure, ApplicationFailureCategory } from "@temporalio/common";
import { FAILURE_POLICIES, isFailureKind } from "../graph/failure-kinds.ts";
import { ProviderError } from "../plugins/contract.ts";
import type { AttemptFailureDetails } from "./contract.ts";

/** The call that failed. */
export interface FailedCall {
  readonly model: string;
  readonly durationMs: number;
  /** 1 for the first call, 2 for the first retry, as Temporal counts them. */
  readonly tries: number;
}

/** Past this, another model is the better wait. */
const LONGEST_RETRY_DELAY_MS = 30_000;

/** The failure of one attempt: `type` is the kind, `details[0]` an {@link AttemptFailureDetails}. */
export function toFailure(error: unknown, call: FailedCall): ApplicationFailure {
  const { kind, message, details } = asProviderError(error);
  const { model, durationMs, tries } = call;
  const kept: AttemptFailureDetails = {
    model,
    kind,
    durationMs,
    httpStatus: details.httpStatus,
    requestId: details.requestId,
  };
  // Temporal's worker dies of a delay that is NaN or endless; a comparison with NaN is false.
  const waitMs = details.retryAfterMs ?? Number.NaN;
  const isLongWait = waitMs > LONGEST_RETRY_DELAY_MS;
  return ApplicationFailure.create({
    type: kind,
    message: `${model}: ${message}`,
    nonRetryable: isLongWait || tries > FAILURE_POLICIES[kind].retries,
    nextRetryDelay: waitMs >= 0 && !isLongWait ? waitMs : undefined,
    details: [kept],
    // Expected and on record: the fallback deals with it, the worker's log need not warn of it.
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** Whatever a plugin throws that is no ProviderError may hold a prompt or a key: only its class is kept. */
function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError && isFailureKind(error.kind)) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new ProviderError(
    "unavailable",
    `the provider plugin threw "${name}" without a known kind of failure`,
  );
}
