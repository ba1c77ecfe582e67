/** The error for what the audit trail cannot seal, sign or open. */

export const AUDIT_ERROR_CODES = [
  "AUDIT_INVALID_KEY",
  "AUDIT_NOT_EXACT",
  "AUDIT_BROKEN_CONTENT",
] as const;

export type AuditErrorCode = (typeof AUDIT_ERROR_CODES)[number];

/** Something of the trail could not be made or opened. Its message shows no key and no content. See docs/errors.md. */
export class AuditError extends Error {
  override readonly name = "AuditError";
  readonly code: AuditErrorCode;

  constructor(code: AuditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
