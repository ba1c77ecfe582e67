/** The error for a configuration, or graphs, that a worker refuses to start with. */

export const CONFIG_ERROR_CODES = [
  "CONFIG_DUPLICATE_PROVIDER",
  "CONFIG_EMPTY_ALIAS",
  "CONFIG_UNKNOWN_PROVIDER",
  "CONFIG_INVALID_RECOVERY",
  "CONFIG_INVALID_PRICE",
  "CONFIG_INVALID_PREFERENCE",
  "CONFIG_UNKNOWN_ROUTER",
  "CONFIG_INVALID_LIMIT",
  "CONFIG_INVALID_QUEUE",
  "CONFIG_INVALID_GUARDRAIL",
  "CONFIG_INVALID_AUDIT",
  "CONFIG_NO_MODEL",
  "CONFIG_UNKNOWN_ALIAS",
  "CONFIG_UNKNOWN_GUARDRAIL",
  "CONFIG_UNKNOWN_TOOL",
  "CONFIG_UNKNOWN_SUB",
  "CONFIG_ACTIVITY_CLASH",
  "CONFIG_NO_GRAPHS",
  "CONFIG_EXPORT_NAME",
  "CONFIG_GRAPH_CHANGED",
] as const;

export type ConfigErrorCode = (typeof CONFIG_ERROR_CODES)[number];

/** A worker cannot start with what it was given. Codes are public API: see docs/errors.md. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: ConfigErrorCode;

  constructor(code: ConfigErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
