/** The error for a command that cannot do what it was asked to. */

export const CLI_ERROR_CODES = [
  "CLI_NO_CONFIG",
  "CLI_NO_GRAPHS",
  "CLI_NO_FILE",
  "CLI_NOT_COMPILED",
  "CLI_BROKEN_MODULE",
  "CLI_INVALID_CONFIG",
  "CLI_UNKNOWN_GRAPH",
  "CLI_UNKNOWN_STEP",
  "CLI_INVALID_INPUT",
  "CLI_INPUT_MISFIT",
  "CLI_INVALID_QUERY",
  "CLI_API_UNREACHABLE",
  "CLI_API_NO_WORKER",
  "CLI_NOT_AN_API",
  "CLI_CANNOT_LISTEN",
  "CLI_PICTURE_TOO_LARGE",
  "CLI_FOLDER_NOT_EMPTY",
  "CLI_INVALID_NAME",
  "CLI_NO_TRAIL",
  "CLI_UNKNOWN_RECORD",
  "CLI_NO_PROOF",
  "CLI_RUN_HELD",
  "CLI_FILE_EXISTS",
  "CLI_NO_COMPILER",
  "CLI_DOES_NOT_COMPILE",
] as const;

export type CliErrorCode = (typeof CLI_ERROR_CODES)[number];

/** A command cannot go on. Codes are public API: see docs/errors.md. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
