/** The error for a graph that cannot be run as it is written. */

export const GRAPH_ERROR_CODES = [
  "GRAPH_INVALID_ID",
  "GRAPH_DUPLICATE_STEP",
  "GRAPH_UNKNOWN_NEED",
  "GRAPH_INVALID_DURATION",
  "GRAPH_LOCAL_TOO_LONG",
  "GRAPH_INVALID",
  "GRAPH_UNKNOWN_ALIAS",
  "GRAPH_INVALID_INPUT",
  "GRAPH_INVALID_VERSION",
  "GRAPH_VERSION_CONFLICT",
] as const;

export type GraphErrorCode = (typeof GRAPH_ERROR_CODES)[number];

/** A graph cannot be run as written. Codes are public API: see docs/errors.md. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly code: GraphErrorCode;

  constructor(code: GraphErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
