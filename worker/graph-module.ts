/** Reads the module that exports the graphs, as Temporal's `workflowsPath` will, and checks it fits the configuration. */

import type { AnyGraph } from "../graph/graph.ts";
import { invalidGraph } from "../graph/invalid-graph.ts";
import { ConfigError } from "./config-error.ts";

/** Graphs by id, each with all its versions. */
export type Graphs = ReadonlyMap<string, AnyGraph>;

/**
 * The graphs that a module exports. Other exports are left alone: hand-written workflows may stand beside graphs.
 *
 * @param path - where the module is, for messages.
 * @throws {ConfigError} CONFIG_NO_GRAPHS or CONFIG_EXPORT_NAME.
 * @throws {GraphError} GRAPH_INVALID, which lists all that is wrong.
 */
export function collectGraphs(module: Readonly<Record<string, unknown>>, path: string): Graphs {
  const graphs = new Map<string, AnyGraph>();
  for (const [name, value] of Object.entries(module)) {
    if (!isGraph(value)) continue;
    // Temporal finds a workflow by the name of its export, the client starts it by its id.
    if (name !== value.id) throw exportName(name, value.id, path);
    for (const { definition } of value.versions) {
      const invalid = invalidGraph(definition);
      if (invalid) throw invalid;
    }
    graphs.set(value.id, value);
  }
  if (graphs.size > 0) return graphs;
  throw new ConfigError(
    "CONFIG_NO_GRAPHS",
    `"${path}" exports no graph. Export one, as in: export const support = graph({ id: "support", … }).step(…).`,
  );
}

function isGraph(value: unknown): value is AnyGraph {
  return typeof value === "function" && "definition" in value && "versions" in value;
}

function exportName(name: string, id: string, path: string): ConfigError {
  return new ConfigError(
    "CONFIG_EXPORT_NAME",
    `"${path}" exports graph "${id}" as "${name}". Temporal finds a workflow by its export: name it "${id}".`,
  );
}
