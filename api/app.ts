/** The Express app: turns HTTP into calls of the client, and every error into problem+json. */

import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { ClientError, type ClientErrorCode } from "../client/client-error.ts";
import { API_ERRORS, ApiError, problemOf, type ApiErrorCode } from "./api-error.ts";
import { logError, type AppOptions } from "./app-options.ts";
import { listModelsRoute, metricsRoute } from "./models.ts";
import { readRunRoute, startRunRoute } from "./runs.ts";

const MAX_BODY_BYTES = 1_048_576;

/** Makes the app; {@link startApi} listens with it. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app
    .route("/healthz")
    .get((_request, response) => void response.json({ status: "ok" }))
    .all(allowOnly("GET, HEAD"));
  app
    .route("/v1/graphs")
    .get((_request, response) => {
      const versions = [...options.graphs.values()].flatMap((graph) => graph.versions);
      response.json({ graphs: versions.map((graph) => graph.toJSON()) });
    })
    .all(allowOnly("GET, HEAD"));
  app
    .route("/v1/graphs/:graph/runs")
    .post(
      requireJson,
      // Input may be any JSON value: the graph's schema decides, not the parser.
      express.json({ limit: MAX_BODY_BYTES, strict: false }),
      startRunRoute(options),
    )
    .all(allowOnly("POST"));
  app.route("/v1/runs/:id").get(readRunRoute(options)).all(allowOnly("GET, HEAD"));
  app.route("/v1/models").get(listModelsRoute(options)).all(allowOnly("GET, HEAD"));
  app.route("/metrics").get(metricsRoute(options)).all(allowOnly("GET, HEAD"));
  app.use(notFound);
  app.use(sendProblem(options));
  return app;
}

/** For the methods that a path does not have. */
function allowOnly(methods: string): RequestHandler {
  return (request, response) => {
    response.set("Allow", methods);
    throw new ApiError(
      "API_METHOD_NOT_ALLOWED",
      `"${request.path}" cannot be asked with ${request.method}. Use ${methods}.`,
    );
  };
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

function sendProblem({ onInternalError = logError }: AppOptions): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = asApiError(error);
    const { status } = API_ERRORS[problem.code];
    if (status === 500) onInternalError(error);
    response
      .status(status)
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
    bodyError(error) ??
    new ApiError("API_INTERNAL", "The request failed on our side. The server's log says why.", {
      cause: error,
    })
  );
}

const CODES_OF_CLIENT: Readonly<Record<ClientErrorCode, ApiErrorCode>> = {
  CLIENT_UNKNOWN_RUN: "API_UNKNOWN_RUN",
  CLIENT_RUN_EXISTS: "API_INTERNAL",
  CLIENT_STEP_NOT_OPEN: "API_INTERNAL",
  CLIENT_INVALID_VALUE: "API_INTERNAL",
  CLIENT_UNKNOWN_VERSION: "API_UNKNOWN_VERSION",
  CLIENT_TEMPORAL_UNAVAILABLE: "API_TEMPORAL_UNAVAILABLE",
};

/** What Express's body parser throws: `http-errors`, most with a `type`. Its message may quote the body. */
function bodyError(cause: unknown): ApiError | undefined {
  const fact = (name: string): unknown => (cause instanceof Error ? Reflect.get(cause, name) : 0);
  switch (fact("type")) {
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
    case undefined:
      // A body that cannot be decompressed: zlib's error, to which the parser adds no more than the status.
      if (fact("status") !== 400) return undefined;
      return new ApiError(
        "API_INVALID_JSON",
        `The body is not compressed as "Content-Encoding" says. Send it uncompressed.`,
        { cause },
      );
    default:
      return undefined;
  }
}
