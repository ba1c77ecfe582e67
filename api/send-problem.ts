/** Turns whatever was thrown into problem+json. */

import type { ErrorRequestHandler } from "express";
import { ClientError, type ClientErrorCode } from "../client/client-error.ts";
import { API_ERRORS, ApiError, problemOf, type ApiErrorCode } from "./api-error.ts";
import { logError, type AppOptions } from "./app-options.ts";
import { readBodyError } from "./json-body.ts";

export function sendProblem({ onInternalError = logError }: AppOptions): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = asApiError(error);
    const { status } = API_ERRORS[problem.code];
    if (status === 500) onInternalError(error);
    response
      .status(status)
      .set(problem.headers)
      .type("application/problem+json")
      .send(JSON.stringify(problemOf(problem, request.path)));
  };
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ClientError) {
    return new ApiError(CODES_OF_CLIENT[error.code], error.message, { cause: error });
  }
  if (error instanceof URIError) {
    const message = "The path is not percent-encoded UTF-8. Encode ids with encodeURIComponent.";
    return new ApiError("API_NOT_FOUND", message, { cause: error });
  }
  return (
    readBodyError(error) ??
    new ApiError("API_INTERNAL", "The request failed on our side. The server's log says why.", {
      cause: error,
    })
  );
}

const CODES_OF_CLIENT: Readonly<Record<ClientErrorCode, ApiErrorCode>> = {
  CLIENT_UNKNOWN_RUN: "API_UNKNOWN_RUN",
  CLIENT_RUN_EXISTS: "API_INTERNAL",
  CLIENT_KEY_REUSED: "API_KEY_REUSED",
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
