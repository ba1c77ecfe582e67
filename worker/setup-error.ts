/** What can go wrong before the first run: ports, keys, and finding, reaching or starting a Temporal server. */

export const SETUP_ERROR_CODES = [
  "PORT_IN_USE",
  "TEMPORAL_NOT_FOUND",
  "TEMPORAL_UNREACHABLE",
  "TEMPORAL_START_FAILED",
  "KEYS_REQUIRED",
  "KEYS_INVALID",
  "VARIABLE_INVALID",
] as const;

/** One cause of a {@link SetupError}. */
export type SetupErrorCode = (typeof SETUP_ERROR_CODES)[number];

/** Signalbox cannot start on this machine as it is set up. Codes are public API: see docs/errors.md. */
export class SetupError extends Error {
  override readonly name = "SetupError";
  readonly code: SetupErrorCode;

  constructor(code: SetupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
