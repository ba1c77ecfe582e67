/** The routes that start and read runs. */

import { z } from "zod";
import { ClientError } from "../../client/client-error.ts";
import type { Run } from "../../client/run.ts";
import { findVersion } from "../../client/start-run.ts";
import type { AnyGraph } from "../../graph/graph.ts";
import { readValue } from "../../graph/schema.ts";
import { ApiError } from "../api-error.ts";
import { logError, type AppOptions } from "../app-options.ts";
import { defineRoute, type Route } from "../route.ts";

const MAX_WAIT_SECONDS = 60;

/** As a query has it: text. */
const seconds = z
  .string()
  .regex(/^\d{1,2}(?:\.\d{1,3})?$/)
  .transform(Number)
  .refine((wait) => wait <= MAX_WAIT_SECONDS)
  .describe(`Seconds to wait for the end, 0 to ${MAX_WAIT_SECONDS}`);

const runSchema = z.looseObject({ id: z.string(), status: z.string() });

export function startRun(options: AppOptions): Route {
  return defineRoute({
    method: "post",
    path: "/v1/graphs/{graph}/runs",
    operationId: "startRun",
    summary: "Start a run; the body is the graph's input",
    access: "run",
    params: z.object({ graph: z.string() }),
    query: z.strictObject({
      version: z.string().optional().describe("Default: the newest"),
      wait: seconds.optional(),
      onDisconnect: z
        .enum(["leave", "cancel"])
        .optional()
        .describe("What becomes of the run when the caller hangs up before the answer"),
    }),
    body: z.unknown(),
    answers: {
      200: { description: "It has ended", schema: runSchema },
      202: { description: "It is going", schema: runSchema },
    },
    errors: ["API_UNKNOWN_GRAPH", "API_UNKNOWN_VERSION", "API_INVALID_INPUT"],
    async handle({ params, query, body, hungUp }) {
      const graph = findVersion(findGraph(options.graphs, params.graph), query.version);
      checkInput(graph, body);
      const { client } = options;
      const runId = await client.start(graph, body);
      if (query.onDisconnect === "cancel") {
        hungUp.addEventListener("abort", () => void cancelQuietly(runId, options));
      }
      if (query.wait) await client.waitUntilClosed(runId, query.wait * 1_000);
      const run = await client.get(runId);
      return {
        status: run.status === "running" ? 202 : 200,
        headers: { Location: `/v1/runs/${run.id}` },
        json: withLinks(run, options),
      };
    },
  });
}

export function readRun(options: AppOptions): Route {
  return defineRoute({
    method: "get",
    path: "/v1/runs/{id}",
    operationId: "readRun",
    summary: "A run as it stands, with every attempt",
    access: "read",
    params: z.object({ id: z.string() }),
    answers: { 200: { description: "The run", schema: runSchema } },
    errors: ["API_UNKNOWN_RUN"],
    async handle({ params }) {
      const run = await options.client.get(params.id);
      return { status: 200, json: withLinks(run, options) };
    },
  });
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

/** Who hangs up before the answer no longer wants it, nor what it costs. */
async function cancelQuietly(
  runId: string,
  { client, onInternalError = logError }: AppOptions,
): Promise<void> {
  try {
    await client.cancel(runId);
  } catch (error) {
    // A run that has just ended cannot be cancelled any more.
    if (!(error instanceof ClientError && error.code === "CLIENT_UNKNOWN_RUN")) {
      onInternalError(error);
    }
  }
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
