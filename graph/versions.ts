/** Puts several versions of a graph behind one export: one workflow function, which runs the version a run began with. */

import type { EstimateOptions } from "./estimate.ts";
import { GraphError } from "./graph-error.ts";
import type { AnyGraph, VersionedGraph } from "./graph.ts";
import type { RunVersions } from "./kit.ts";

/** Makes `versions`, whose graphs are run by `run`. */
export function createVersions(
  run: RunVersions,
): <Newest extends AnyGraph>(
  newest: Newest,
  ...older: readonly AnyGraph[]
) => VersionedGraph<Newest> {
  return (newest, ...older) => {
    const versions = [newest, ...older].flatMap((graph) => graph.versions);
    checkVersions(versions);
    const { id, version, definition } = newest;
    const definitions = versions.map((graph) => graph.definition);
    const workflow = (input: unknown, info?: unknown): Promise<unknown> =>
      run(definitions, input, info);
    // The Temporal client takes a workflow's type from the name of its function.
    Object.defineProperty(workflow, "name", { value: id });
    const graph = Object.assign(workflow, {
      id,
      version,
      definition,
      versions,
      validate: () => newest.validate(),
      estimate: (options: EstimateOptions) => newest.estimate(options),
      toJSON: () => newest.toJSON(),
      toMermaid: () => newest.toMermaid(),
      toSvg: () => newest.toSvg(),
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `run` gives what the newest's own types say.
    return Object.defineProperty(graph, "fingerprint", { get: () => newest.fingerprint }) as never;
  };
}

function checkVersions(versions: readonly AnyGraph[]): void {
  const [newest] = versions;
  const seen = new Set<string>();
  for (const { id, version } of versions) {
    if (id !== newest?.id) {
      throw new GraphError(
        "GRAPH_VERSION_CONFLICT",
        `Versions of one graph have one id, and these are "${newest?.id}" and "${id}". Export graphs with different ids apart.`,
      );
    }
    if (seen.has(version)) {
      throw new GraphError(
        "GRAPH_VERSION_CONFLICT",
        `Graph "${id}" has its version "${version}" twice. Give the newer one another "version".`,
      );
    }
    seen.add(version);
  }
}
