/** What can go wrong with what runs hold: keys, stores, and what was encrypted or put aside. */

export const PAYLOAD_ERROR_CODES = [
  "PAYLOADS_INVALID_KEYS",
  "PAYLOADS_INVALID_STORE",
  "PAYLOADS_MISSING_PACKAGE",
  "PAYLOADS_PLAIN_FAILURES",
  "PAYLOADS_UNKNOWN_KEY",
  "PAYLOADS_WRONG_KEY",
  "PAYLOADS_UNREADABLE",
  "PAYLOADS_NO_STORE",
  "PAYLOADS_NOT_FOUND",
  "PAYLOADS_DAMAGED",
  "PAYLOADS_STORE_FAILED",
] as const;

/** One cause of a {@link PayloadError}. */
export type PayloadErrorCode = (typeof PAYLOAD_ERROR_CODES)[number];

/** Inputs, replies or results cannot be kept or read as things are set up. Codes are public API: see docs/errors.md. */
export class PayloadError extends Error {
  override readonly name = "PayloadError";
  readonly code: PayloadErrorCode;

  constructor(code: PayloadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
