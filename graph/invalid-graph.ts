/** The error for a graph that `validate` finds errors in. */

import type { GraphDefinition } from "./definition.ts";
import { GraphError } from "./graph-error.ts";
import { validateGraph } from "./validate.ts";

/** One error that lists all problems, or `undefined` for a graph that can run. Warnings do not count. */
export function invalidGraph(graph: GraphDefinition, cause?: unknown): GraphError | undefined {
  const errors = validateGraph(graph).filter(({ severity }) => severity === "error");
  if (errors.length === 0) return undefined;
  const list = errors.map(
    ({ code, step, message }) => `${step ?? "the graph"}: ${message} (${code})`,
  );
  const message = `Graph "${graph.id}", version "${graph.version}", cannot run. ${list.join(" ")}`;
  return new GraphError("GRAPH_INVALID", message, { cause });
}
