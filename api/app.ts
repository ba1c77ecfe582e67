/** The Express app: turns HTTP into calls of the client, and every error into problem+json. */

import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { ClientError, type ClientErrorCode } from "../client/client-error.ts";
import type { SignalboxClient } from "../client/signalbox-client.ts";
import type { AnyGraph } from "../graph/graph.ts";
import { API_ERRORS, ApiError, problemOf, type ApiErrorCode } from "./api-error.ts";
import { readRunRoute, startRunRoute } from "./runs.ts";

export interface AppOptions {
  readonly client: SignalboxClient;
  /** By id. */
  readonly graphs: ReadonlyMap<string, AnyGraph>;
  /** Links runs to the Temporal UI. */
  readonly temporalUi?: { readonly url: string; readonly namespace: string };
}

const MAX_BODY_BYTES = 1_048_576;

/** Makes the app; {@link startApi} listens with it. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.get("/healthz", (_request, response) => void response.json({ status: "ok" }));
  app.get("/v1/graphs", (_request, response) => {
    response.json({ graphs: [...options.graphs.values()].map((graph) => graph.toJSON()) });
  });
  app.post(
    "/v1/graphs/:graph/runs",
    requireJson,
    // Input may be any JSON value: the graph's schema decides, not the parser.
    express.json({ limit: MAX_BODY_BYTES, strict: false }),
    startRunRoute(options),
  );
  app.get("/v1/runs/:id", readRunRoute(options));
  app.use(notFound);
  app.use(sendProblem);
  return app;
}

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is("application/json")) return next();
  throw new ApiError(
    "API_UNSUPPORTED_TYPE",
    `Send the graph's input as JSON, with the header "Content-Type: application/json".`,
  );
};

const notFound: RequestHandler = (request) => {
  throw new ApiError(
    "API_NOT_FOUND",
    `There is nothing at ${request.method} "${request.path}". Try GET /v1/graphs, POST /v1/graphs/{graph}/runs or GET /v1/runs/{id}.`,
  );
};

// Express knows an error handler by its four parameters.
const sendProblem: ErrorRequestHandler = (error, request, response, next) => {
  if (response.headersSent) return next(error);
  const problem = asApiError(error);
  response
    .status(API_ERRORS[problem.code].status)
    .type("application/problem+json")
    .send(JSON.stringify(problemOf(problem, request.path)));
};

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ClientError) {
    return new ApiError(CODES_OF_CLIENT[error.code], error.message, { cause: error });
  }
  return (
    bodyError(error) ??
    new ApiError("API_INTERNAL", "The request failed on our side. The server's log says why.", {
      cause: error,
    })
  );
}

const CODES_OF_CLIENT: Readonly<Record<ClientErrorCode, ApiErrorCode>> = {
  CLIENT_UNKNOWN_RUN: "API_UNKNOWN_RUN",
  CLIENT_RUN_EXISTS: "API_INTERNAL",
  CLIENT_TEMPORAL_UNAVAILABLE: "API_TEMPORAL_UNAVAILABLE",
};

/** What Express's body parser throws: `http-errors` with a `type`. Its message may quote the body. */
function bodyError(cause: unknown): ApiError | undefined {
  const type = cause instanceof Error && "type" in cause ? cause.type : undefined;
  switch (type) {
    case "entity.too.large":
      return new ApiError("API_BODY_TOO_LARGE", "The body is larger than 1 MiB. Send less.", {
        cause,
      });
    case "entity.parse.failed":
    case "request.size.invalid":
    case "request.aborted":
      return new ApiError(
        "API_INVALID_JSON",
        "The body is not JSON. Check quotes, commas and brackets.",
        { cause },
      );
    case "encoding.unsupported":
    case "charset.unsupported":
      return new ApiError(
        "API_UNSUPPORTED_TYPE",
        "Send the body as UTF-8, uncompressed or with gzip.",
        { cause },
      );
    default:
      return undefined;
  }
}
