/** All routes, in the order in which the documentation lists them. */

import type { AppOptions } from "../app-options.ts";
import type { Route } from "../route.ts";
import { decideStep, sendRunEvent } from "./decisions.ts";
import { streamEvents } from "./events.ts";
import { listGraphs, readGraph } from "./graphs.ts";
import { readHealth } from "./health.ts";
import { listModels, readMetrics } from "./models.ts";
import { listRuns } from "./list-runs.ts";
import { cancelRun, readAudit, readRun } from "./runs.ts";
import { startOtherRun, startRuns } from "./starts.ts";

export function createRoutes(options: AppOptions): readonly Route[] {
  return [
    ...startRuns(options),
    startOtherRun(options),
    listGraphs(options),
    readGraph(options),
    listRuns(options),
    readRun(options),
    streamEvents(options),
    readAudit(options),
    cancelRun(options),
    decideStep(options),
    sendRunEvent(options),
    listModels(options),
    readHealth(),
    readMetrics(options),
  ];
}
