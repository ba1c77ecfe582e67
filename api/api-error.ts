/** Errors of the API, as RFC 9457 problem details. */

export const API_ERRORS = {
  API_INVALID_JSON: { status: 400, title: "The body is not JSON" },
  API_MALFORMED_REQUEST: { status: 400, title: "This is not HTTP" },
  API_INVALID_QUERY: { status: 400, title: "The query or the path does not fit" },
  API_INVALID_KEY: { status: 400, title: "The idempotency key does not fit" },
  API_UNAUTHENTICATED: { status: 401, title: "Who asks is not known" },
  API_FORBIDDEN: { status: 403, title: "The key may not do this" },
  API_NOT_FOUND: { status: 404, title: "No such resource" },
  API_UNKNOWN_GRAPH: { status: 404, title: "No such graph" },
  API_UNKNOWN_VERSION: { status: 404, title: "No such version of the graph" },
  API_UNKNOWN_RUN: { status: 404, title: "No such run" },
  API_NO_WORKER: { status: 404, title: "No worker beside this API" },
  API_NO_TRAIL: { status: 404, title: "No audit trail beside this API" },
  API_METHOD_NOT_ALLOWED: { status: 405, title: "Method not allowed" },
  API_REQUEST_TIMEOUT: { status: 408, title: "The request came too slowly" },
  API_KEY_REUSED: { status: 409, title: "The idempotency key was used for another request" },
  API_STEP_NOT_OPEN: { status: 409, title: "The step does not wait" },
  API_RUN_ENDED: { status: 409, title: "The run has ended" },
  API_BODY_TOO_LARGE: { status: 413, title: "The body is too large" },
  API_UNSUPPORTED_TYPE: { status: 415, title: "The body is of another type than JSON" },
  API_MISDIRECTED: { status: 421, title: "Another host was asked for" },
  API_INVALID_INPUT: { status: 422, title: "The input does not fit" },
  API_NOT_DECODED: { status: 422, title: "A payload cannot be decoded" },
  API_DECODED_TOO_LARGE: { status: 422, title: "The decoded payloads are too large" },
  API_RATE_LIMITED: { status: 429, title: "Too many requests" },
  API_HEADERS_TOO_LARGE: { status: 431, title: "The headers are too large" },
  API_PAYLOADS_UNREADABLE: { status: 500, title: "What the run holds cannot be read here" },
  API_TRAIL_UNREADABLE: { status: 500, title: "The audit trail cannot be read" },
  API_INTERNAL: { status: 500, title: "Something is wrong on our side" },
  API_WORKER_UNAVAILABLE: { status: 503, title: "No worker takes it" },
  API_NOT_READY: { status: 503, title: "Not ready" },
  API_TEMPORAL_UNAVAILABLE: { status: 503, title: "Temporal does not answer" },
  API_TRAIL_UNAVAILABLE: { status: 503, title: "The place of the audit trail does not answer" },
} as const;

export type ApiErrorCode = keyof typeof API_ERRORS;

/** Further members of the problem, such as `graphs` or `problems`. */
export type ProblemMembers = Readonly<Record<string, unknown>>;

/** A request cannot be met. Codes are public API: see docs/errors.md. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  readonly members: ProblemMembers;
  /** Of the answer, such as `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ApiErrorCode,
    message: string,
    options?: ErrorOptions & {
      members?: ProblemMembers;
      headers?: Readonly<Record<string, string>>;
    },
  ) {
    super(message, options);
    this.code = code;
    this.members = options?.members ?? {};
    this.headers = options?.headers ?? {};
  }
}

/** The body of a problem+json answer. */
export function problemOf(error: ApiError, instance: string): ProblemMembers {
  const { status, title } = API_ERRORS[error.code];
  const { code, message: detail, members } = error;
  return { type: `urn:signalbox:error:${code}`, title, status, detail, code, instance, ...members };
}
