/** Decides at the beginning of a run which version of its graph it runs, and so on every replay. */

import { patched, upsertSearchAttributes, workflowInfo } from "@temporalio/workflow";
import type { GraphDefinition } from "../graph/definition.ts";
import { fingerprintGraph } from "../graph/fingerprint.ts";
import { describeGraph } from "../graph/graph-json.ts";
import {
  DEFAULT_WORKSPACE,
  SEARCH_ATTRIBUTES,
  startAttributes,
} from "../graph/search-attributes.ts";
import { RunError } from "./run-error.ts";
import type { RunInfo } from "./run-info.ts";

/** A run whose version is settled. */
export interface BegunRun {
  readonly graph: GraphDefinition;
  /** To be handed on to whatever continues the run as new. */
  readonly info: RunInfo & { readonly workspace: string };
}

/**
 * The version that a run runs: the one it was started with; without one, the newest at its first workflow task. To be
 * called once, before anything else.
 *
 * @param versions - the newest first.
 * @param given - the second argument of the workflow.
 * @throws {RunError} RUN_UNKNOWN_VERSION for a new run whose version is not here, RUN_INVALID_INPUT when `given` is no
 *   {@link RunInfo}.
 * @throws {Error} for a run in flight whose version is not here: it fails the workflow task, not the run.
 */
export function beginRun(versions: readonly GraphDefinition[], given: unknown): BegunRun {
  if (given === undefined || given === null) return beginWithoutInfo(versions);
  if (!isRunInfo(given)) throw invalidInfo(versions);
  const info = { ...given, workspace: given.workspace ?? DEFAULT_WORKSPACE };
  const graph = versions.find(({ version }) => version === info.version);
  if (graph !== undefined) return { graph, info };
  throw unknownVersion(versions, `version "${info.version}"`);
}

/**
 * Started by another client than ours. Live, the first `patched` records its marker and is true: that is the newest
 * version. On replay only the marker in the history is true, whatever newer versions there are by then.
 */
function beginWithoutInfo(versions: readonly GraphDefinition[]): BegunRun {
  const graph = versions.find(({ version }) => patched(`signalbox.version.${version}`));
  if (graph === undefined) throw unknownVersion(versions, "the version its history names");
  const { typedSearchAttributes } = workflowInfo();
  const info = {
    version: graph.version,
    fingerprint: fingerprintGraph(describeGraph(graph)),
    workspace: typedSearchAttributes.get(SEARCH_ATTRIBUTES.workspace) ?? DEFAULT_WORKSPACE,
  };
  // What our client writes when it starts a run: without, the run could not be listed, nor found to need its version.
  upsertSearchAttributes(startAttributes({ graph: graph.id, ...info }));
  return { graph, info };
}

function isRunInfo(given: unknown): given is RunInfo {
  if (typeof given !== "object" || given === null) return false;
  const fact = (name: keyof RunInfo): unknown => Reflect.get(given, name);
  const workspace = fact("workspace") ?? DEFAULT_WORKSPACE;
  return [fact("version"), fact("fingerprint"), workspace].every(
    (text) => typeof text === "string",
  );
}

function invalidInfo(versions: readonly GraphDefinition[]): RunError {
  return new RunError(
    "RUN_INVALID_INPUT",
    `The second argument of graph "${versions[0]?.id}" is not { version, fingerprint, workspace? }. ` +
      `Start the run with the input alone, or with SignalboxClient.`,
  );
}

/**
 * What has begun elsewhere can be finished there, and what came to a build of the code may have been meant for the next, of which this
 * partition of the queue has not heard yet: a new run alone is failed, and only where there are no builds.
 */
function unknownVersion(versions: readonly GraphDefinition[], wanted: string): Error {
  const { unsafe, continuedFromExecutionRunId, parent, currentDeploymentVersion } = workflowInfo();
  const known = versions.map(({ version }) => `"${version}"`).join(", ");
  const what = `This worker does not have ${wanted} of graph "${versions[0]?.id}" (it has: ${known}).`;
  if (unsafe.isReplaying || continuedFromExecutionRunId !== undefined || parent !== undefined) {
    return new Error(
      `${what} The run is in flight and waits for a worker that has it: keep the version behind the export until its runs have ended.`,
    );
  }
  // Without Worker Versioning there is a build too, of no deployment.
  if (currentDeploymentVersion?.deploymentName) {
    return new Error(
      `${what} The run waits for a build that has it: start its worker, and make it the current one.`,
    );
  }
  return new RunError(
    "RUN_UNKNOWN_VERSION",
    `${what} Start workers that have it before runs of it, or start the run with a version that is there.`,
  );
}
