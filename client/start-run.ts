/** What Temporal is told when a run starts: which version it runs, and what the UI and lists of runs show of it. */

import type { WorkflowStartOptions } from "@temporalio/client";
import type { AnyGraph } from "../graph/graph.ts";
import { describeRun, summariseRun } from "../graph/run-details.ts";
import { DEFAULT_WORKSPACE, startAttributes } from "../graph/search-attributes.ts";
import type { RunInfo } from "../workflows/run-info.ts";
import { ClientError } from "./client-error.ts";

export interface StartOptions {
  /** The run's id, unique among the runs that are kept. Default: the graph's id and a random part. */
  readonly id?: string;
  /** One of the graph's versions. Default: the newest. */
  readonly version?: string;
  /** The tenant that the run belongs to. Default: `"default"`. */
  readonly workspace?: string;
}

/**
 * The graph in one of its versions.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_VERSION
 */
export function findVersion(graph: AnyGraph, version = graph.version): AnyGraph {
  const found = graph.versions.find((candidate) => candidate.version === version);
  if (found !== undefined) return found;
  const known = graph.versions.map((candidate) => `"${candidate.version}"`).join(", ");
  throw new ClientError(
    "CLIENT_UNKNOWN_VERSION",
    `Graph "${graph.id}" has no version "${version}" (it has: ${known}). Nothing was started. Mend the version, or leave it out for the newest.`,
  );
}

type DescribedStart = Pick<
  WorkflowStartOptions,
  "args" | "staticSummary" | "staticDetails" | "typedSearchAttributes"
>;

/** The part of Temporal's options that says what is started. `graph`: in the version that is to run. */
export function describeStart(
  { id, version, definition, fingerprint }: AnyGraph,
  input: unknown,
  { workspace = DEFAULT_WORKSPACE }: StartOptions,
): DescribedStart {
  const info: RunInfo = { version, fingerprint, workspace };
  return {
    args: [input, info],
    staticSummary: summariseRun(definition),
    staticDetails: describeRun(definition, fingerprint),
    typedSearchAttributes: startAttributes({ graph: id, version, fingerprint, workspace }),
  };
}
