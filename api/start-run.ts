/** Starts a run for a request, and tells what has become of it by the time of the answer. */

import { isClientError } from "../client/client-error.ts";
import type { RunSummary } from "../client/run.ts";
import { findVersion } from "../client/start-run.ts";
import type { AnyGraph } from "../graph/graph.ts";
import { readValue } from "../graph/schema.ts";
import { DEFAULT_WORKSPACE } from "../graph/search-attributes.ts";
import { linksOf } from "./answers/links.ts";
import { ApiError } from "./api-error.ts";
import { logError, type AppOptions } from "./app-options.ts";
import { ANYBODY } from "./caller.ts";
import type { Answer, RouteRequest } from "./route.ts";

export interface StartQuery {
  readonly version?: string;
  /** Seconds. */
  readonly wait?: number;
  readonly onDisconnect?: "leave" | "cancel";
}

type StartRequest = Omit<RouteRequest<unknown, StartQuery, unknown>, "params">;

export async function startRun(
  graph: AnyGraph,
  request: StartRequest,
  options: AppOptions,
): Promise<Answer> {
  const { query, body, caller, header, hungUp } = request;
  const { version } = checkInput(findVersion(graph, query.version), body);
  const idempotencyKey = header("Idempotency-Key");
  const workspace = caller.workspace ?? DEFAULT_WORKSPACE;
  const id = await options.client.start(graph, body, {
    workspace,
    ...(query.version !== undefined && { version: query.version }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(caller !== ANYBODY && { by: caller.id }),
  });
  if (query.onDisconnect === "cancel") onAbort(hungUp, () => void cancelQuietly(id, options));
  const receipt = { id, graph: graph.id, version, workspace };
  // It was started this very moment, and nobody waited: Temporal has no more to tell.
  if (!query.wait && idempotencyKey === undefined) return tellGoing(receipt, options);
  return tellingWhere(id, options, async () => {
    const hasEnded = query.wait
      ? await options.client.waitUntilClosed(id, query.wait * 1_000)
      : false;
    if (!hasEnded && idempotencyKey === undefined) return tellGoing(receipt, options);
    return tellAsItIs(id, hasEnded, options);
  });
}

/** A key may have started the run long ago, in another version. */
async function tellAsItIs(id: string, hasEnded: boolean, options: AppOptions): Promise<Answer> {
  if (!hasEnded) {
    const summary = await options.client.summary(id);
    if (summary.status === "running") return tellGoing(summary, options);
  }
  const run = await options.client.get(id);
  return { status: 200, headers: locationOf(id), json: { ...run, links: linksOf(id, options) } };
}

type Receipt = Pick<RunSummary, "id" | "graph" | "version" | "workspace">;

function tellGoing({ id, graph, version, workspace }: Receipt, options: AppOptions): Answer {
  const links = linksOf(id, options);
  const json = { id, graph, version, workspace, status: "running", links };
  return { status: 202, headers: locationOf(id), json };
}

function locationOf(id: string): { readonly Location: string } {
  return { Location: linksOf(id, {}).self };
}

/** Whoever waits for a run has to know that it was started, also when Temporal goes away meanwhile. */
async function tellingWhere<T>(id: string, options: AppOptions, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isClientError(error, "CLIENT_TEMPORAL_UNAVAILABLE")) throw error;
    throw new ApiError(
      "API_TEMPORAL_UNAVAILABLE",
      `Temporal does not answer. Run "${id}" was started and goes on; ask for it in a moment, and do not start it again.`,
      { cause: error, members: { runId: id, links: linksOf(id, options) } },
    );
  }
}

function checkInput(graph: AnyGraph, body: unknown): AnyGraph {
  const { id, definition } = graph;
  const read = readValue(definition.input, body);
  if (read.ok) return graph;
  const { problems } = read;
  const paths = problems.map(({ path }) => `"${path}"`).join(", ");
  throw new ApiError(
    "API_INVALID_INPUT",
    `The body does not fit the input of graph "${id}", at ${paths}. GET /v1/graphs/${id} shows its schema.`,
    { members: { problems } },
  );
}

function onAbort(signal: AbortSignal, listener: () => void): void {
  if (signal.aborted) listener();
  else signal.addEventListener("abort", listener, { once: true });
}

/** Who hangs up before the answer no longer wants it, nor what it costs. */
async function cancelQuietly(
  runId: string,
  { client, onInternalError = logError }: AppOptions,
): Promise<void> {
  try {
    await client.cancel(runId);
  } catch (error) {
    // A run that has just ended cannot be cancelled any more.
    if (!isClientError(error, "CLIENT_UNKNOWN_RUN")) {
      onInternalError(error);
    }
  }
}
