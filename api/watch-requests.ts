/** Writes down each request once it is over: a line of the log, and the metrics. No header, body or address goes into either. */

import { context } from "@opentelemetry/api";
import type { Request, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import type { ApiMetrics } from "./api-metrics.ts";
import { exchangeOf, type Exchange } from "./exchange.ts";

/** The `logger` is absent where nobody wants a log. */
export function watchRequests(metrics: ApiMetrics, logger: Logger | undefined): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once("close", () => {
      const ms = performance.now() - startedAt;
      const exchange = exchangeOf(response);
      metrics.count(request.method, response.statusCode, ms / 1_000, exchange);
      if (logger === undefined) return;
      const { trace = context.active() } = exchange;
      context.with(trace, () => writeLine(logger, request, response, ms));
    });
    next();
  };
}

function writeLine(logger: Logger, request: Request, response: Response, ms: number): void {
  const exchange = exchangeOf(response);
  const { requestId, route, caller, code } = exchange;
  logger[response.statusCode >= 500 ? "error" : "info"](
    {
      requestId,
      method: request.method,
      // The pattern: what callers put in a path is theirs.
      route: route?.path,
      status: response.headersSent ? response.statusCode : undefined,
      ms: Math.round(ms * 10) / 10,
      caller: caller?.id,
      workspace: caller?.workspace,
      run: runOf(request, response, exchange),
      code,
      hungUp: response.writableFinished ? undefined : true,
    },
    "request",
  );
}

/** Of the path, or of the run that was started. Unknown ones are left out: who knows what they are. */
function runOf(
  { params }: Request,
  response: Response,
  { route, code }: Exchange,
): string | undefined {
  if (code === "API_UNKNOWN_RUN" || !response.headersSent) return undefined;
  if (route?.path.startsWith("/v1/runs/{id}") && response.statusCode < 400) {
    return typeof params["id"] === "string" ? params["id"] : undefined;
  }
  const location = response.getHeader("Location");
  const [, id] = /^\/v1\/runs\/([^/]+)$/.exec(typeof location === "string" ? location : "") ?? [];
  return id === undefined ? undefined : decodeURIComponent(id);
}
