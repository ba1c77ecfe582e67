/** The HTTP status that usually comes with a kind of failure. Plugins import no values of graph/: this is their list of kinds. */

import type { FailureKind } from "../../graph/failure-kinds.ts";

/** `undefined`: such a failure has no status of its own, because no answer came or because it was a 200. */
export const TYPICAL_STATUS: Readonly<Record<FailureKind, number | undefined>> = {
  rate_limited: 429,
  overloaded: 503,
  unavailable: 500,
  timeout: undefined,
  malformed: 200,
  invalid_output: undefined,
  context_length: 400,
  content_filtered: undefined,
  refused: undefined,
  auth: 401,
  insufficient_credit: 402,
  not_found: 404,
  bad_request: 400,
  guardrail_blocked: undefined,
  budget_exceeded: undefined,
  callback_error: undefined,
  cancelled: undefined,
};

/** Tells a kind of failure from any other value, such as one that was read from a file. */
export function isKnownKind(value: unknown): value is FailureKind {
  return typeof value === "string" && Object.hasOwn(TYPICAL_STATUS, value);
}
