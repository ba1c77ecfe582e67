/** The kinds of failure an attempt can end with, and what each one calls for. The one table of them. */

interface FailurePolicy {
  /** How many times the same model may be called again before the next one is tried. */
  readonly retries: 0 | 1;
  /** Whether another model may cure it. */
  readonly tryNextModel: boolean;
}

const again = { retries: 1, tryNextModel: true } as const satisfies FailurePolicy;
const next = { retries: 0, tryNextModel: true } as const satisfies FailurePolicy;
const final = { retries: 0, tryNextModel: false } as const satisfies FailurePolicy;

export const FAILURE_POLICIES = {
  rate_limited: again,
  overloaded: again,
  unavailable: again,
  timeout: next,
  malformed: again,
  invalid_output: again,
  context_length: next,
  content_filtered: next,
  refused: next,
  auth: next,
  insufficient_credit: next,
  not_found: next,
  bad_request: next,
  cancelled: final,
} as const satisfies Record<string, FailurePolicy>;

/** Why an attempt failed, such as `"rate_limited"`. Public API: see docs/errors.md. */
export type FailureKind = keyof typeof FAILURE_POLICIES;

/** Tells a failure kind from any other string, such as the type of a failure read from a history. */
export function isFailureKind(text: unknown): text is FailureKind {
  return typeof text === "string" && Object.hasOwn(FAILURE_POLICIES, text);
}
