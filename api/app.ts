/** The Express app: puts the routes in place, between the reading of requests and the telling of errors. */

import express, { type Express, type RequestHandler } from "express";
import { answerBy } from "./answer.ts";
import { ApiError } from "./api-error.ts";
import { createApiMetrics } from "./api-metrics.ts";
import type { AppOptions } from "./app-options.ts";
import { authenticate, requireScope } from "./authenticate.ts";
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
  const guards = guardsOf(options);

  app.use(giveRequestId);
  // Ahead of all that costs, and without a line in the log: it is asked every few seconds.
  app.get("/healthz", answerHealth);
  app.use(traceRequests, watchRequests(metrics, options.logger), securityHeaders(), requireHost);
  if (options.onlyLoopback) app.use(refuseOtherHosts);
  if (options.corsOrigins?.length) app.use(crossOrigin(options.corsOrigins));
  for (const route of routes) {
    const handlers = [noteRoute(route), ...guards(route), ...(route.body ? jsonBody() : [])];
    app[route.method](pathOf(route), ...handlers, answerBy(route, streams));
  }
  for (const path of new Set(routes.map(pathOf))) {
    app.all(path, allowOnly(routes.filter((route) => pathOf(route) === path)));
  }
  app.use(docsPage());
  app.use(notFound);
  app.use(sendProblem(options));
  return app;
}

/** What comes before a route's own work: who asks, whether they may, and not too often. */
function guardsOf(options: AppOptions): (route: Route) => readonly RequestHandler[] {
  const whoAsks = authenticate(options);
  const limit = limitCallers(options);
  return ({ access }) => {
    if (access === "open") return [];
    return [whoAsks, requireScope(access), ...(limit === undefined ? [] : [limit])];
  };
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
