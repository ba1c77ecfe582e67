/** The routes that show the graphs. */

import { z } from "zod";
import { findVersion } from "../../client/start-run.ts";
import type { AnyGraph } from "../../graph/graph.ts";
import { toOutputSchema } from "../../graph/schema.ts";
import { graphDetailsSchema, graphListSchema, type GraphDetails } from "../answers/graph.ts";
import type { AppOptions } from "../app-options.ts";
import { findGraph } from "../find-graph.ts";
import { resultSchemaOf } from "../graph-schemas.ts";
import { NO_QUERY } from "../query-text.ts";
import { defineRoute, type Route } from "../route.ts";

export function listGraphs({ graphs }: AppOptions): Route {
  return defineRoute({
    method: "get",
    path: "/v1/graphs",
    operationId: "listGraphs",
    summary: "The graphs as data, every version, the newest first",
    access: "read",
    query: NO_QUERY,
    answers: {
      200: { description: "Steps, needs, aliases and JSON Schemas", schema: graphListSchema },
    },
    handle() {
      const versions = [...graphs.values()].flatMap((graph) => graph.versions);
      return { status: 200, json: { graphs: versions.map((graph) => graph.toJSON()) } };
    },
  });
}

export function readGraph({ graphs }: AppOptions): Route {
  return defineRoute({
    method: "get",
    path: "/v1/graphs/{graph}",
    operationId: "readGraph",
    summary: "One version of a graph: its schemas, its data form and its drawing",
    access: "read",
    params: z.object({ graph: z.string() }),
    query: z.strictObject({
      version: z.string().optional().describe("One of its versions. Default: the newest"),
    }),
    answers: { 200: { description: "The graph", schema: graphDetailsSchema } },
    errors: ["API_UNKNOWN_GRAPH", "API_UNKNOWN_VERSION"],
    handle({ params, query }) {
      const graph = findGraph(graphs, params.graph);
      return { status: 200, json: describeDetails(graph, findVersion(graph, query.version)) };
    },
  });
}

function describeDetails({ id, versions }: AnyGraph, found: AnyGraph): GraphDetails {
  const { version, fingerprint, definition } = found;
  const self = `/v1/graphs/${id}`;
  const query = `?version=${encodeURIComponent(version)}`;
  const graph = found.toJSON();
  return {
    id,
    version,
    versions: versions.map((each) => each.version),
    fingerprint,
    input: { ...graph.input },
    output: toOutputSchema(resultSchemaOf(definition)),
    graph,
    mermaid: found.toMermaid(),
    links: { self: self + query, runs: `${self}/runs${query}` },
  };
}
