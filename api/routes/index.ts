/** All routes, in the order in which the documentation lists them. */

import type { AppOptions } from "../app-options.ts";
import type { Route } from "../route.ts";
import { streamEvents } from "./events.ts";
import { listGraphs } from "./graphs.ts";
import { readHealth } from "./health.ts";
import { listModels, readMetrics } from "./models.ts";
import { readRun, startRun } from "./runs.ts";

export function createRoutes(options: AppOptions): readonly Route[] {
  return [
    startRun(options),
    listGraphs(options),
    readRun(options),
    streamEvents(options),
    listModels(options),
    readHealth(),
    readMetrics(options),
  ];
}
