/** Turns whatever was thrown into problem+json. */

import type { ErrorRequestHandler } from "express";
import { ClientError, type ClientErrorCode } from "../client/client-error.ts";
import { PayloadError } from "../payloads/payload-error.ts";
import { API_ERRORS, ApiError, problemOf, type ApiErrorCode } from "./api-error.ts";
import { logError, type AppOptions } from "./app-options.ts";
import { exchangeOf } from "./exchange.ts";
import { readBodyError } from "./json-body.ts";
import { describeError } from "../worker/logging/logger.ts";

export function sendProblem(options: AppOptions): ErrorRequestHandler {
  const tell = internalErrorsTo(options);
  // Express knows an error handler by its four parameters.
  return (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = asApiError(error);
    const { status } = API_ERRORS[problem.code];
    const exchange = exchangeOf(response);
    const { requestId } = exchange;
    exchange.code = problem.code;
    if (status === 500) tell(error, requestId);
    const members = problemOf(problem, request.path);
    response
      .status(status)
      .set({ ...(status === 503 && RETRY_LATER), ...problem.headers })
      .type("application/problem+json")
      .send(JSON.stringify(status === 500 ? { ...members, requestId } : members));
  };
}

/** In seconds: about as long as Temporal, or a worker, takes to start anew. */
const RETRY_LATER = { "Retry-After": "5" };

/** Who is told of errors that are ours. */
export function internalErrorsTo({
  onInternalError,
  logger,
}: AppOptions): NonNullable<AppOptions["onInternalError"]> {
  if (onInternalError) return onInternalError;
  if (logger === undefined) return logError;
  return (error, requestId) =>
    logger.error({ requestId, error: describeError(error) }, "internal error");
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ClientError) {
    return new ApiError(CODES_OF_CLIENT[error.code], error.message, { cause: error });
  }
  if (error instanceof PayloadError) {
    const message =
      "What the run holds is encrypted with a key, or was put aside in a store, that the API does not have. The server's log says which.";
    return new ApiError("API_PAYLOADS_UNREADABLE", message, { cause: error });
  }
  if (error instanceof URIError) {
    const message = "The path is not percent-encoded UTF-8. Encode ids with encodeURIComponent.";
    return new ApiError("API_NOT_FOUND", message, { cause: error });
  }
  return (
    readBodyError(error) ??
    new ApiError(
      "API_INTERNAL",
      "The request failed on our side. The server's log says why, under the request's id.",
      {
        cause: error,
      },
    )
  );
}

const CODES_OF_CLIENT: Readonly<Record<ClientErrorCode, ApiErrorCode>> = {
  CLIENT_UNKNOWN_RUN: "API_UNKNOWN_RUN",
  CLIENT_RUN_EXISTS: "API_INTERNAL",
  CLIENT_KEY_REUSED: "API_KEY_REUSED",
  CLIENT_WORKER_UNAVAILABLE: "API_WORKER_UNAVAILABLE",
  CLIENT_TEMPORAL_UNAVAILABLE: "API_TEMPORAL_UNAVAILABLE",
  CLIENT_STEP_NOT_OPEN: "API_STEP_NOT_OPEN",
  CLIENT_INVALID_VALUE: "API_INVALID_INPUT",
  CLIENT_UNKNOWN_VERSION: "API_UNKNOWN_VERSION",
  CLIENT_INVALID_WORKSPACE: "API_INVALID_QUERY",
  CLIENT_INVALID_KEY: "API_INVALID_KEY",
  CLIENT_INVALID_FILTER: "API_INVALID_QUERY",
  CLIENT_INVALID_CURSOR: "API_INVALID_QUERY",
  CLIENT_INVALID_CONFIG: "API_INTERNAL",
};
