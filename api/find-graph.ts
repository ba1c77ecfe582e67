/** Finds the graph that a path names. */

import type { AnyGraph } from "../graph/graph.ts";
import { ApiError } from "./api-error.ts";
import type { AppOptions } from "./app-options.ts";

/** @throws {ApiError} API_UNKNOWN_GRAPH, which lists those there are. */
export function findGraph(graphs: AppOptions["graphs"], id: string): AnyGraph {
  const graph = graphs.get(id);
  if (graph !== undefined) return graph;
  const known = [...graphs.keys()];
  throw new ApiError(
    "API_UNKNOWN_GRAPH",
    `There is no graph "${id}". There are: ${known.map((name) => `"${name}"`).join(", ")}.`,
    { members: { graphs: known } },
  );
}
