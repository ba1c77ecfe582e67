/** The routes that start and read runs. */

import type { RequestHandler, Response } from "express";
import { ClientError } from "../client/client-error.ts";
import type { Run } from "../client/run.ts";
import { findVersion } from "../client/start-run.ts";
import type { AnyGraph } from "../graph/graph.ts";
import { readValue } from "../graph/schema.ts";
import { ApiError } from "./api-error.ts";
import { logError, type AppOptions } from "./app-options.ts";

const MAX_WAIT_SECONDS = 60;

/** `POST /v1/graphs/{graph}/runs`: 202 with the run while it is going, 200 once it has ended. */
export function startRunRoute(options: AppOptions): RequestHandler<{ graph: string }> {
  return async (request, response) => {
    const { graph: id } = request.params;
    const graph = findVersion(findGraph(options.graphs, id), readVersion(request.query["version"]));
    const waitMs = readWait(request.query["wait"]);
    const cancels = readOnDisconnect(request.query["onDisconnect"]);
    checkInput(graph, request.body);
    const { client } = options;
    const runId = await client.start(graph, request.body);
    if (cancels) cancelOnDisconnect(response, () => client.cancel(runId), options);
    if (waitMs > 0) await client.waitUntilClosed(runId, waitMs);
    if (response.destroyed) return;
    const run = await client.get(runId);
    response
      .status(run.status === "running" ? 202 : 200)
      .location(`/v1/runs/${run.id}`)
      .json(withLinks(run, options));
  };
}

/** `GET /v1/runs/{id}`. */
export function readRunRoute(options: AppOptions): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const run = await options.client.get(request.params.id);
    response.json(withLinks(run, options));
  };
}

function findGraph(graphs: AppOptions["graphs"], id: string): AnyGraph {
  const graph = graphs.get(id);
  if (graph !== undefined) return graph;
  const known = [...graphs.keys()];
  throw new ApiError(
    "API_UNKNOWN_GRAPH",
    `There is no graph "${id}". There are: ${known.map((name) => `"${name}"`).join(", ")}.`,
    { members: { graphs: known } },
  );
}

/** Absent: the newest. Given twice it is no version there is. */
function readVersion(given: unknown): string | undefined {
  return given === undefined || typeof given === "string" ? given : JSON.stringify(given);
}

function readWait(text: unknown): number {
  if (text === undefined) return 0;
  const seconds = typeof text === "string" && text.trim() !== "" ? Number(text) : Number.NaN;
  if (seconds >= 0 && seconds <= MAX_WAIT_SECONDS) return seconds * 1_000;
  throw new ApiError(
    "API_INVALID_WAIT",
    `"wait" has to be a number of seconds from 0 to ${MAX_WAIT_SECONDS}, as in "?wait=10".`,
  );
}

function readOnDisconnect(given: unknown): boolean {
  if (given === undefined || given === "leave") return false;
  if (given === "cancel") return true;
  throw new ApiError(
    "API_INVALID_WAIT",
    `"onDisconnect" has to be "cancel" or "leave", as in "?wait=10&onDisconnect=cancel".`,
  );
}

/** Who hangs up before the answer no longer wants it, nor what it costs. */
function cancelOnDisconnect(
  response: Response,
  cancel: () => Promise<void>,
  { onInternalError = logError }: AppOptions,
): void {
  response.once("close", () => {
    if (response.writableFinished) return;
    cancel().catch((error: unknown) => {
      // A run that has just ended cannot be cancelled any more.
      if (!(error instanceof ClientError && error.code === "CLIENT_UNKNOWN_RUN")) {
        onInternalError(error);
      }
    });
  });
}

function checkInput({ id, definition }: AnyGraph, body: unknown): void {
  const read = readValue(definition.input, body);
  if (read.ok) return;
  const { problems } = read;
  const paths = problems.map(({ path }) => `"${path}"`).join(", ");
  throw new ApiError(
    "API_INVALID_INPUT",
    `The body does not fit the input of graph "${id}", at ${paths}. GET /v1/graphs shows its schema.`,
    { members: { problems } },
  );
}

function withLinks(run: Run, { temporalUi }: AppOptions): Run & { links: Record<string, string> } {
  const id = encodeURIComponent(run.id);
  const links: Record<string, string> = { self: `/v1/runs/${id}` };
  if (temporalUi) {
    links["temporalUi"] = `${temporalUi.url}/namespaces/${temporalUi.namespace}/workflows/${id}`;
  }
  return { ...run, links };
}
