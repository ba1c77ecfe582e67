/** All routes, in the order in which the documentation lists them. */

import { createApiMetrics, type ApiMetrics } from "../api-metrics.ts";
import type { AppOptions } from "../app-options.ts";
import type { Route } from "../route.ts";
import { streamEvents } from "./events.ts";
import { listGraphs } from "./graphs.ts";
import { readHealth, readReadiness } from "./health.ts";
import { listModels, readMetrics } from "./models.ts";
import { readOpenApi } from "./openapi.ts";
import { readRun, startRun } from "./runs.ts";

/** `metrics`: of the app that the routes are for. */
export function createRoutes(
  options: AppOptions,
  metrics: ApiMetrics = createApiMetrics(() => 0),
): readonly Route[] {
  const routes = [
    startRun(options),
    listGraphs(options),
    readRun(options),
    streamEvents(options),
    listModels(options),
    readHealth(),
    readReadiness(options),
    readMetrics(options, metrics),
  ];
  return [...routes, readOpenApi(routes)];
}
