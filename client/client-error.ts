/** The error for a request to the client that cannot be met. */

export const CLIENT_ERROR_CODES = [
  "CLIENT_UNKNOWN_RUN",
  "CLIENT_RUN_EXISTS",
  "CLIENT_KEY_REUSED",
  "CLIENT_TEMPORAL_UNAVAILABLE",
  "CLIENT_WORKER_UNAVAILABLE",
  "CLIENT_STEP_NOT_OPEN",
  "CLIENT_INVALID_VALUE",
  "CLIENT_UNKNOWN_VERSION",
  "CLIENT_INVALID_WORKSPACE",
  "CLIENT_INVALID_KEY",
  "CLIENT_INVALID_FILTER",
  "CLIENT_INVALID_CURSOR",
  "CLIENT_INVALID_CONFIG",
] as const;

export type ClientErrorCode = (typeof CLIENT_ERROR_CODES)[number];

/** Whether it is the client's error of this code. */
export function isClientError(error: unknown, code: ClientErrorCode): error is ClientError {
  return error instanceof ClientError && error.code === code;
}

/** A run cannot be started, found or reached. Codes are public API: see docs/errors.md. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
