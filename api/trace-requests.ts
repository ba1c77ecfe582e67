/**
 * A span for each request, below that of the caller where its `traceparent` names one. No header, body, address or query goes
 * into it. Costs next to nothing where nothing is traced.
 */

import {
  context,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from "@opentelemetry/api";
import type { Request, RequestHandler, Response } from "express";
import { exchangeOf } from "./exchange.ts";

export const traceRequests: RequestHandler = (request, response, next) => {
  const asked = propagation.extract(context.active(), request.headers);
  const { method } = request;
  const options = { kind: SpanKind.SERVER, attributes: { "http.request.method": method } };
  const span = trace.getTracer("signalbox").startSpan(method, options, asked);
  if (!isSpanContextValid(span.spanContext())) return next();
  const inside = trace.setSpan(asked, span);
  exchangeOf(response).trace = inside;
  response.once("close", () => endSpan(span, request, response));
  context.with(inside, next);
};

/** The pattern of the path: what callers put in it is theirs. */
function endSpan(span: Span, { method }: Request, response: Response): void {
  const { route, code, requestId } = exchangeOf(response);
  const { statusCode } = response;
  if (route !== undefined) span.updateName(`${method} ${route.path}`);
  span.setAttributes({
    "http.route": route?.path,
    "http.response.status_code": statusCode,
    "signalbox.request.id": requestId,
    ...(statusCode >= 400 && { "error.type": code ?? `${statusCode}` }),
  });
  if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
