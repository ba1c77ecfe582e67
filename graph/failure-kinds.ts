/** The kinds of failure an attempt can end with, and what each one calls for. The one table of them. */

interface FailurePolicy {
  /** How many times the same model is asked again before the next one is tried. */
  readonly retries: 0 | 1;
  /** Whether another model may cure it. */
  readonly tryNextModel: boolean;
  /** Whether the provider may send a bill for such a call. */
  readonly mayBeBilled: boolean;
}

const free = { retries: 1, tryNextModel: true, mayBeBilled: false } as const;
const paid = { retries: 1, tryNextModel: true, mayBeBilled: true } as const;
const freeNext = { retries: 0, tryNextModel: true, mayBeBilled: false } as const;
const paidNext = { retries: 0, tryNextModel: true, mayBeBilled: true } as const;
const final = { retries: 0, tryNextModel: false, mayBeBilled: false } as const;

export const FAILURE_POLICIES = {
  rate_limited: free,
  overloaded: free,
  unavailable: free,
  timeout: paidNext,
  malformed: paid,
  invalid_output: paid,
  context_length: freeNext,
  content_filtered: paidNext,
  refused: paidNext,
  auth: freeNext,
  insufficient_credit: freeNext,
  not_found: freeNext,
  bad_request: freeNext,
  guardrail_blocked: { ...final, mayBeBilled: true },
  budget_exceeded: final,
  callback_error: final,
  cancelled: { ...final, mayBeBilled: true },
} as const satisfies Record<string, FailurePolicy>;

/** Why an attempt failed, such as `"rate_limited"`. Public API: see docs/errors.md. */
export type FailureKind = keyof typeof FAILURE_POLICIES;

/** Kinds that another call, to the same model or to the next, may cure: those `retryOn` and `fallbackOn` can name. */
export type CurableKind = {
  [K in FailureKind]: (typeof FAILURE_POLICIES)[K]["tryNextModel"] extends true ? K : never;
}[FailureKind];

/** For which kinds a call is made again, where that is not what the table says. */
export interface RecoveryPolicy {
  /** The same model is asked once more for these kinds only. Default: as the table of kinds says. */
  readonly retryOn?: readonly CurableKind[];
  /** The next model is tried for these kinds only. Default: as the table of kinds says. */
  readonly fallbackOn?: readonly CurableKind[];
}

/** How often the same model is asked again after a failure of this kind. */
export function retriesOf(kind: FailureKind, { retryOn }: RecoveryPolicy): number {
  if (retryOn === undefined) return FAILURE_POLICIES[kind].retries;
  return retryOn.some((listed) => listed === kind) ? 1 : 0;
}

/** Whether the next model is tried after a failure of this kind. */
export function fallsBack(kind: FailureKind, { fallbackOn }: RecoveryPolicy): boolean {
  if (fallbackOn === undefined) return FAILURE_POLICIES[kind].tryNextModel;
  return fallbackOn.some((listed) => listed === kind);
}

/** Tells a failure kind from any other string, such as the type of a failure read from a history. */
export function isFailureKind(text: unknown): text is FailureKind {
  return typeof text === "string" && Object.hasOwn(FAILURE_POLICIES, text);
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The keys of that very object.
export const FAILURE_KINDS = Object.keys(FAILURE_POLICIES) as readonly FailureKind[];

/** All that `retryOn` and `fallbackOn` can name. */
export const CURABLE_KINDS = FAILURE_KINDS.filter(
  (kind): kind is CurableKind => FAILURE_POLICIES[kind].tryNextModel,
);
