/** Answers a request by its route: checks what came, calls the handler, sends what it gives. */

import { context } from "@opentelemetry/api";
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { listProblems } from "../graph/schema.ts";
import { ApiError } from "./api-error.ts";
import { ANYBODY } from "./caller.ts";
import { exchangeOf } from "./exchange.ts";
import type { OpenStreams } from "./open-streams.ts";
import type { Route, RouteRequest } from "./route.ts";

export function answerBy(route: Route, streams: OpenStreams): RequestHandler {
  return async (request, response) => {
    const hangUp = hangUpOf(response);
    const { trace = context.active() } = exchangeOf(response);
    const read = readRequest(route, request, response, hangUp.signal);
    // Bodies are read by the events of a socket, which may know nothing of the request.
    const answer = await context.with(trace, () => route.handle(read));
    if (response.destroyed) return;
    response.status(answer.status).set(answer.headers ?? {});
    if ("write" in answer) {
      exchangeOf(response).isStream = true;
      streams.add(response, () => hangUp.abort());
      await answer.write(response);
      response.end();
    } else if ("text" in answer) response.set("Content-Type", answer.type).send(answer.text);
    else response.json(answer.json);
  };
}

/** Everything of it has gone through the route's own schemas, which is what its handler is typed by. */
function readRequest(
  { params, query, body, checksBody }: Route,
  request: Request,
  response: Response,
  hungUp: AbortSignal,
): RouteRequest<never, never, never> {
  const read = {
    params: readPart("path", params, request.params),
    query: readPart("query", query, request.query),
    body: body && readPart("body", checksBody ? z.unknown() : body, request.body),
    caller: exchangeOf(response).caller ?? ANYBODY,
    header: (name: string) => request.get(name),
    hungUp,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- See above.
  return read as RouteRequest<never, never, never>;
}

function readPart(
  part: "path" | "query" | "body",
  schema: z.ZodType | undefined,
  value: unknown,
): unknown {
  if (schema === undefined) return {};
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const problems = listProblems(error);
  const names = problems.map(({ path }) => `"${path}"`).join(", ");
  throw new ApiError(
    part === "body" ? "API_INVALID_INPUT" : "API_INVALID_QUERY",
    `The ${part} does not fit, at ${names}. GET /openapi.json shows what it may be.`,
    { members: { problems } },
  );
}

function hangUpOf(response: Response): AbortController {
  const hangUp = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) hangUp.abort();
  });
  return hangUp;
}
