/** The errors that end a run. They become the failure of the workflow, with the code as its type. */

export const RUN_ERROR_CODES = [
  "RUN_INVALID_INPUT",
  "RUN_CALLBACK_ERROR",
  "RUN_NO_CANDIDATE_LEFT",
  "RUN_BUDGET_EXCEEDED",
  "RUN_GUARDRAIL_BLOCKED",
  "RUN_DEADLINE_PASSED",
  "RUN_UNKNOWN_CASE",
  "RUN_MAP_TOO_LARGE",
  "RUN_MAP_NOT_JSON",
  "RUN_PART_FAILED",
  "RUN_TOOL_FAILED",
  "RUN_SUB_FAILED",
  "RUN_UNKNOWN_VERSION",
] as const;

export type RunErrorCode = (typeof RUN_ERROR_CODES)[number];

export function isRunErrorCode(code: string | null | undefined): code is RunErrorCode {
  return RUN_ERROR_CODES.some((known) => known === code);
}

/** A run cannot go on. Codes are public API: see docs/errors.md. */
export class RunError extends Error {
  override readonly name = "RunError";
  readonly code: RunErrorCode;
  /** For programs, such as the failed attempts; plain data. */
  readonly details: unknown;

  constructor(code: RunErrorCode, message: string, options?: ErrorOptions & { details?: unknown }) {
    super(message, options);
    this.code = code;
    this.details = options?.details;
  }
}

/** What something failed with, in one word. What is no error of ours says no more: a step is cancelled when its run is, or a sibling failed. */
export function nameFailure(error: unknown): string {
  return error instanceof RunError ? error.code : "cancelled";
}
