/** All routes, in the order in which the documentation lists them. */

import { createApiMetrics, type ApiMetrics } from "../api-metrics.ts";
import type { AppOptions } from "../app-options.ts";
import type { Route } from "../route.ts";
import { streamAudit } from "./audit.ts";
import { decodePayloads, encodePayloads } from "./codec.ts";
import { decideStep, sendRunEvent } from "./decisions.ts";
import { streamEvents } from "./events.ts";
import { listGraphs, readGraph } from "./graphs.ts";
import { readHealth, readReadiness } from "./health.ts";
import { listRuns } from "./list-runs.ts";
import { listModels, readMetrics } from "./models.ts";
import { readOpenApi } from "./openapi.ts";
import { cancelRun, readAudit, readRun } from "./runs.ts";
import { startOtherRun, startRuns } from "./starts.ts";

/** `metrics`: of the app that the routes are for. */
export function createRoutes(
  options: AppOptions,
  metrics: ApiMetrics = createApiMetrics(() => 0),
): readonly Route[] {
  const routes = [
    ...startRuns(options),
    startOtherRun(options),
    listGraphs(options),
    readGraph(options),
    listRuns(options),
    readRun(options),
    streamEvents(options),
    readAudit(options),
    streamAudit(options),
    cancelRun(options),
    decideStep(options),
    sendRunEvent(options),
    listModels(options),
    decodePayloads(options),
    encodePayloads(options),
    readHealth(),
    readReadiness(options),
    readMetrics(options, metrics),
  ];
  return [...routes, readOpenApi(routes)];
}
