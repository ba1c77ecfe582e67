/** Starts runs: tells Temporal which version is run, and what the UI and lists of runs show of it. */

import {
  InternalConnectionLikeSymbol,
  WorkflowExecutionAlreadyStartedError,
  type Client,
  type InternalConnectionLike,
  type WorkflowStartOptions,
} from "@temporalio/client";
import type { GraphDefinition } from "../graph/definition.ts";
import type { AnyGraph } from "../graph/graph.ts";
import { describeRun, summariseRun } from "../graph/run-details.ts";
import { DEFAULT_WORKSPACE, startAttributes } from "../graph/search-attributes.ts";
import type { RunInfo } from "../workflows/run-info.ts";
import { asClientError } from "./as-client-error.ts";
import { ClientError } from "./client-error.ts";
import { traceStart } from "./trace-start.ts";
import { chooseRunId, digestRequest, START_MEMO, type StartOptions } from "./start-options.ts";

/** What to run, and where. */
export interface StartRequest {
  readonly graph: AnyGraph;
  readonly input: unknown;
  readonly options: StartOptions;
  readonly taskQueue: string;
}

/**
 * Starts a run and gives its id; or, for a key that has started one with the same request before, the id of that.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_VERSION, CLIENT_INVALID_WORKSPACE, CLIENT_INVALID_KEY, CLIENT_KEY_REUSED or
 *   CLIENT_RUN_EXISTS, and nothing is started; CLIENT_TEMPORAL_UNAVAILABLE, and nobody knows.
 */
export async function startRun(temporal: Client, request: StartRequest): Promise<string> {
  const { graph, input, options, taskQueue } = request;
  const version = findVersion(graph, options.version);
  const workflowId = await chooseRunId(graph.id, options);
  const digest =
    options.idempotencyKey === undefined ? undefined : await digestRequest(input, options.version);
  const place = { run: workflowId, graph: graph.id, workspace: options.workspace };
  await traceStart(place, async (trace) => {
    try {
      await temporal.workflow.start(graph.id, {
        ...describeStart(version, input, options),
        memo: { ...describeMemo(digest, options), ...trace },
        workflowId,
        taskQueue,
        // Also of runs that have ended: a key, and a result that was read by its id, stay what they were.
        workflowIdReusePolicy: "REJECT_DUPLICATE",
        requestEagerStart: sharesConnection(temporal),
      });
    } catch (error) {
      if (digest === undefined || !(error instanceof WorkflowExecutionAlreadyStartedError)) {
        throw asClientError(error, workflowId);
      }
      await assertSameRequest(temporal, workflowId, digest);
    }
  });
  return workflowId;
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

/**
 * Whether workers may have the client's connection too: one of them may then be handed the first workflow task with the answer
 * to the start. Where none has it, or none has room, the run starts as any other does.
 *
 * @see https://docs.temporal.io/evaluate/development-production-features/low-latency
 */
function sharesConnection({ connection }: Client): boolean {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- How Temporal's own client asks this.
  const { [InternalConnectionLikeSymbol]: abilities } = connection as InternalConnectionLike;
  return abilities?.supportsEagerStart === true;
}

type DescribedStart = Pick<
  WorkflowStartOptions,
  "args" | "staticSummary" | "staticDetails" | "typedSearchAttributes"
>;

/** The part of Temporal's options that says what is started. `graph`: in the version that is to run. */
function describeStart(
  { id, version, definition, fingerprint }: AnyGraph,
  input: unknown,
  { workspace = DEFAULT_WORKSPACE }: StartOptions,
): DescribedStart {
  const info: RunInfo = { version, fingerprint, workspace };
  return {
    args: [input, info],
    staticSummary: summariseRun(definition),
    staticDetails: detailsOf(definition, fingerprint),
    typedSearchAttributes: startAttributes({ graph: id, version, fingerprint, workspace }),
  };
}

/** Of each graph that was started: it stays what it is, and may have hundreds of steps. */
const DETAILS = new WeakMap<GraphDefinition, string>();

function detailsOf(definition: GraphDefinition, fingerprint: string): string {
  const details = DETAILS.get(definition) ?? describeRun(definition, fingerprint);
  DETAILS.set(definition, details);
  return details;
}

function describeMemo(digest: string | undefined, { by }: StartOptions): Record<string, string> {
  return {
    ...(digest !== undefined && { [START_MEMO.request]: digest }),
    ...(by !== undefined && { [START_MEMO.startedBy]: by }),
  };
}

async function assertSameRequest(temporal: Client, id: string, digest: string): Promise<void> {
  const { memo } = await temporal.workflow
    .getHandle(id)
    .describe()
    .catch((error: unknown) => {
      throw asClientError(error, id);
    });
  if (memo?.[START_MEMO.request] === digest) return;
  throw new ClientError(
    "CLIENT_KEY_REUSED",
    `The idempotency key has started run "${id}" before, with another input or version. Nothing was started. Take a new key for a new run.`,
  );
}
