/** The routes that start runs: one for each graph, so that each has its own schemas, and one for all other names. */

import { z } from "zod";
import type { AnyGraph } from "../../graph/graph.ts";
import { runReceiptSchema, runSchema } from "../answers/run.ts";
import type { AppOptions } from "../app-options.ts";
import { findGraph } from "../find-graph.ts";
import { describeGraphs, type GraphSchemas } from "../graph-schemas.ts";
import { BODY_REFUSALS } from "../json-body.ts";
import { numberText } from "../query-text.ts";
import { defineRoute, type Route } from "../route.ts";
import { startRun } from "../start-run.ts";

const MAX_WAIT_SECONDS = 60;

const query = z.strictObject({
  version: z.string().optional().describe("One of the graph's versions. Default: the newest"),
  wait: numberText(z.number().min(0).max(MAX_WAIT_SECONDS))
    .optional()
    .describe(`Seconds to wait for the end, 0 to ${MAX_WAIT_SECONDS}. Default: 0`),
  onDisconnect: z
    .enum(["leave", "cancel"])
    .optional()
    .describe("What becomes of the run when the caller hangs up before the answer. Default: leave"),
});

const headers = z.object({
  "Idempotency-Key": z
    .string()
    .regex(/^[\u0021-\u007e]{1,200}$/)
    .optional()
    .describe("The same key with the same body gives the run that it started before"),
});

const shared = {
  method: "post",
  access: "run",
  query,
  headers,
  checksBody: true,
} as const;

const errors = [
  ...BODY_REFUSALS,
  "API_INVALID_KEY",
  "API_UNKNOWN_VERSION",
  "API_KEY_REUSED",
  "API_TEMPORAL_UNAVAILABLE",
] as const;

const GOING = {
  description: "It is going; `Location` says where it is",
  schema: runReceiptSchema,
};
const ENDED = "It has ended, however it ended";

/** In the order of the graphs. */
export function startRuns(options: AppOptions): readonly Route[] {
  const schemas = describeGraphs(options.graphs);
  return [...options.graphs.values()].flatMap((graph) => {
    const described = schemas.get(graph.id);
    return described === undefined ? [] : [startRunOf(graph, described, options)];
  });
}

function startRunOf(
  graph: AnyGraph,
  { name, input, run }: GraphSchemas,
  options: AppOptions,
): Route {
  return defineRoute({
    ...shared,
    path: `/v1/graphs/${graph.id}/runs`,
    operationId: `start${name}Run`,
    summary: `Start a run of graph ${graph.id}`,
    body: input,
    answers: { 200: { description: ENDED, schema: run }, 202: GOING },
    errors,
    handle: (request) => startRun(graph, request, options),
  });
}

/** What no graph's own route has taken: an unknown name, or one with needless percent-encoding. */
export function startOtherRun(options: AppOptions): Route {
  return defineRoute({
    ...shared,
    path: "/v1/graphs/{graph}/runs",
    operationId: "startRun",
    summary: "Start a run of a graph that is not known when a client is generated",
    params: z.object({ graph: z.string() }),
    body: z.unknown().describe("The graph's input"),
    answers: { 200: { description: ENDED, schema: runSchema }, 202: GOING },
    errors: ["API_UNKNOWN_GRAPH", ...errors],
    handle: (request) =>
      startRun(findGraph(options.graphs, request.params.graph), request, options),
  });
}
