/** The Express app: puts the routes in place, between the reading of requests and the telling of errors. */

import express, { type Express, type RequestHandler } from "express";
import { answerBy } from "./answer.ts";
import { ApiError } from "./api-error.ts";
import { createApiMetrics } from "./api-metrics.ts";
import type { AppOptions } from "./app-options.ts";
import { authenticate, requireScope, type Keys } from "./authenticate.ts";
import { createKeyCheck } from "./check-key.ts";
import { codecOriginsOf, letUiAsk } from "./codec/codec-origins.ts";
import { codecPage } from "./codec/codec-page.ts";
import { Sessions } from "./codec/sessions.ts";
import { crossOrigin } from "./cross-origin.ts";
import { exchangeOf } from "./exchange.ts";
import { docsPage } from "./docs-page.ts";
import { jsonBody } from "./json-body.ts";
import { refuseOtherHosts, requireHost } from "./hosts.ts";
import { trackStreams } from "./open-streams.ts";
import { limitCallers } from "./rate-limits.ts";
import { giveRequestId } from "./request-id.ts";
import type { Route } from "./route.ts";
import { answerHealth } from "./routes/health.ts";
import { createRoutes } from "./routes/index.ts";
import { securityHeaders } from "./security-headers.ts";
import { sendProblem } from "./send-problem.ts";
import { processMetrics } from "../worker/telemetry/process-metrics.ts";
import { traceRequests } from "./trace-requests.ts";
import { watchRequests } from "./watch-requests.ts";

/** Makes the app; {@link startApi} listens with it. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  // Ids of graphs differ by case, and so do the paths that name them.
  app.enable("case sensitive routing");
  app.set("trust proxy", options.trustedProxies ?? 0);
  const streams = trackStreams(options.stopping);
  const metrics = createApiMetrics(() => streams.count());
  options.stopping?.addEventListener("abort", processMetrics().include(metrics.registry));
  const routes = createRoutes(options, metrics);
  const sessions = new Sessions(options.sessionKeys);
  const check = createKeyCheck(options);
  const uiOrigins = codecOriginsOf(options);
  const guards = guardsOf(options, { check, ofSession: keyOfSession(sessions, uiOrigins) });

  app.use(giveRequestId);
  // Ahead of all that costs, and without a line in the log: it is asked every few seconds.
  app.get("/healthz", answerHealth);
  app.use(traceRequests, watchRequests(metrics, options.logger), securityHeaders(), requireHost);
  if (options.onlyLoopback) app.use(refuseOtherHosts);
  app.use(routes.filter(({ isCodec }) => isCodec).map(pathOf), letUiAsk(uiOrigins));
  if (options.corsOrigins?.length) app.use(crossOrigin(options.corsOrigins));
  for (const route of routes) {
    const handlers = [noteRoute(route), ...guards(route), ...(route.body ? jsonBody(route) : [])];
    app[route.method](pathOf(route), ...handlers, answerBy(route, streams));
  }
  for (const path of new Set(routes.map(pathOf))) {
    app.all(path, allowOnly(routes.filter((route) => pathOf(route) === path)));
  }
  app.use(docsPage());
  app.use(codecPage({ sessions, check, asksForKeys: options.authenticator !== undefined }));
  app.use(notFound);
  app.use(sendProblem(options));
  return app;
}

/** The Temporal UI has the payloads of each event decoded on their own. */
const CODEC_SHARE = 10;

/** What comes before a route's own work: who asks, whether they may, and not too often. */
function guardsOf(options: AppOptions, keys: Keys): (route: Route) => readonly RequestHandler[] {
  const whoAsks = authenticate(options, keys);
  const [limit, codecLimit] = [limitCallers(options), limitCallers(options, CODEC_SHARE)];
  return ({ access, isCodec }) => {
    if (access === "open") return [];
    const limited = isCodec ? codecLimit : limit;
    return [whoAsks, requireScope(access), ...(limited === undefined ? [] : [limited])];
  };
}

/** Only where the UI's own page asks, so that no other page can have it ask. */
function keyOfSession(sessions: Sessions, uiOrigins: ReadonlySet<string>): Keys["ofSession"] {
  return (request) =>
    uiOrigins.has(request.get("Origin") ?? "") ? sessions.read(request)?.key : undefined;
}

function noteRoute(route: Route): RequestHandler {
  return (_request, response, next) => {
    exchangeOf(response).route = route;
    next();
  };
}

/** As Express writes it. */
function pathOf({ path }: Route): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

/** For the methods that a path does not have. */
function allowOnly(routes: readonly Route[]): RequestHandler {
  const methods = routes.map(({ method }) => (method === "get" ? "GET, HEAD" : "POST")).join(", ");
  return (request, response) => {
    response.set("Allow", methods);
    throw new ApiError(
      "API_METHOD_NOT_ALLOWED",
      `"${request.path}" cannot be asked with ${request.method}. Use ${methods}.`,
    );
  };
}

const notFound: RequestHandler = (request) => {
  throw new ApiError(
    "API_NOT_FOUND",
    `There is nothing at ${request.method} "${request.path}". Try GET /v1/graphs, POST /v1/graphs/{graph}/runs or GET /v1/runs/{id}.`,
  );
};
