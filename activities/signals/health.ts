/** What the end of a call says of the health of its model, and of its provider. The one table of it. */

import type { FailureKind } from "../../graph/failure-kinds.ts";

/**
 * `"well"`: it answers. `"sick"`: it does not. `"dead"`: it will not, whatever is asked, until somebody does something.
 * `"replied"`: it wrote something that was of no use, so it is not down; that makes it no better than it was.
 * `"unknown"`: the request was at fault, or nobody waited for the end.
 */
export type Verdict = "well" | "replied" | "unknown" | "sick" | "dead";

export interface HealthOf {
  readonly model: Verdict;
  readonly provider: Verdict;
}

const OF_REQUEST: HealthOf = { model: "unknown", provider: "unknown" };
const REPLIED: HealthOf = { model: "replied", provider: "replied" };
/** Of that one model: others of the same provider may be fine. */
const OF_MODEL: HealthOf = { model: "sick", provider: "unknown" };
/** Of both: when several models of a provider fail so, it is the provider. */
const OF_BOTH: HealthOf = { model: "sick", provider: "sick" };
/** The account is at fault, and that serves all models. */
const OF_ACCOUNT: HealthOf = { model: "unknown", provider: "dead" };

const HEALTH: Readonly<Record<FailureKind, HealthOf>> = {
  rate_limited: OF_MODEL,
  overloaded: OF_MODEL,
  unavailable: OF_BOTH,
  timeout: OF_BOTH,
  malformed: OF_MODEL,
  not_found: OF_MODEL,
  auth: OF_ACCOUNT,
  insufficient_credit: OF_ACCOUNT,
  invalid_output: REPLIED,
  content_filtered: REPLIED,
  refused: REPLIED,
  context_length: REPLIED,
  bad_request: OF_REQUEST,
  guardrail_blocked: OF_REQUEST,
  budget_exceeded: OF_REQUEST,
  callback_error: OF_REQUEST,
  cancelled: OF_REQUEST,
};

/** An account that may not use this one model. */
export const OF_ACCESS: HealthOf = { model: "dead", provider: "unknown" };

const WELL: HealthOf = { model: "well", provider: "well" };

/** @param kind - absent: the call did not fail. */
export function healthOf(kind: FailureKind | undefined): HealthOf {
  return kind === undefined ? WELL : HEALTH[kind];
}
