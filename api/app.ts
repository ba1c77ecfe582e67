/** The Express app: puts the routes in place, between the reading of requests and the telling of errors. */

import express, { type Express, type RequestHandler } from "express";
import { ApiError } from "./api-error.ts";
import type { AppOptions } from "./app-options.ts";
import { answerBy } from "./answer.ts";
import { authenticate } from "./authenticate.ts";
import { jsonBody } from "./json-body.ts";
import type { Route } from "./route.ts";
import { giveRequestId } from "./request-id.ts";
import { createRoutes } from "./routes/index.ts";
import { sendProblem } from "./send-problem.ts";

/** Makes the app; {@link startApi} listens with it. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  // Ids of graphs differ by case, and so do the paths that name them.
  app.enable("case sensitive routing");
  app.use(giveRequestId);
  const routes = createRoutes(options);
  for (const route of routes) {
    app[route.method](
      pathOf(route),
      authenticate(route, options),
      ...(route.body ? jsonBody() : []),
      answerBy(route),
    );
  }
  for (const path of new Set(routes.map(pathOf))) {
    app.all(path, allowOnly(routes.filter((route) => pathOf(route) === path)));
  }
  app.use(notFound);
  app.use(sendProblem(options));
  return app;
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
