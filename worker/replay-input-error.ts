/** The error for a history that cannot be replayed at all, which is no verdict on the code. */

export const REPLAY_INPUT_ERROR_CODES = [
  "REPLAY_NO_FILE",
  "REPLAY_NOT_JSON",
  "REPLAY_NOT_A_HISTORY",
  "REPLAY_DECODED_HISTORY",
  "REPLAY_UNKNOWN_GRAPH",
  "REPLAY_UNKNOWN_VERSION",
] as const;

export type ReplayInputErrorCode = (typeof REPLAY_INPUT_ERROR_CODES)[number];

/** A history was not replayed. Codes are public API: see docs/errors.md. */
export class ReplayInputError extends Error {
  override readonly name = "ReplayInputError";
  readonly code: ReplayInputErrorCode;

  constructor(code: ReplayInputErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
