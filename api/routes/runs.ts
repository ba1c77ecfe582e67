/** The routes that read and cancel a run. */

import { z } from "zod";
import { isClientError } from "../../client/client-error.ts";
import type { RunSummary } from "../../client/run.ts";
import { auditSchema } from "../answers/audit.ts";
import { cancelReceiptSchema, linksOf } from "../answers/links.ts";
import { runSchema } from "../answers/run.ts";
import { ApiError } from "../api-error.ts";
import type { AppOptions } from "../app-options.ts";
import { NO_QUERY } from "../query-text.ts";
import { defineRoute, type Route } from "../route.ts";
import { assertVisible, findVisible, readVisible } from "../visible-run.ts";

const params = z.object({ id: z.string().describe("The run's id") });

export function readRun(options: AppOptions): Route {
  return defineRoute({
    method: "get",
    path: "/v1/runs/{id}",
    operationId: "readRun",
    summary: "A run as it stands: steps, attempts, routes, cost, and what waits for somebody",
    access: "read",
    params,
    query: NO_QUERY,
    answers: { 200: { description: "The run", schema: runSchema } },
    errors: ["API_UNKNOWN_RUN", "API_TEMPORAL_UNAVAILABLE"],
    async handle({ params: { id }, caller }) {
      const run = await readVisible(caller, id, (known) => options.client.get(known));
      return { status: 200, json: { ...run, links: linksOf(id, options) } };
    },
  });
}

export function readAudit(options: AppOptions): Route {
  return defineRoute({
    method: "get",
    path: "/v1/runs/{id}/audit",
    operationId: "readAudit",
    summary: "The audit records of a run so far: what has happened, and nothing that was said",
    access: "read",
    params,
    query: NO_QUERY,
    answers: { 200: { description: "The records", schema: auditSchema } },
    errors: ["API_UNKNOWN_RUN", "API_TEMPORAL_UNAVAILABLE"],
    async handle({ params: { id }, caller }) {
      await assertVisible(caller, id, options);
      return { status: 200, json: { records: await options.client.auditRecords(id) } };
    },
  });
}

export function cancelRun(options: AppOptions): Route {
  return defineRoute({
    method: "post",
    path: "/v1/runs/{id}/cancel",
    operationId: "cancelRun",
    summary: "Ask a run to stop; its calls in flight are cancelled upstream",
    access: "run",
    params,
    query: NO_QUERY,
    answers: { 202: { description: "It was asked to", schema: cancelReceiptSchema } },
    errors: ["API_UNKNOWN_RUN", "API_RUN_ENDED", "API_TEMPORAL_UNAVAILABLE"],
    async handle({ params: { id }, caller }) {
      const { client } = options;
      const { status } = await findVisible(caller, id, options);
      if (status !== "running") throw runEnded(id, status);
      try {
        await client.cancel(id);
      } catch (error) {
        // Temporal says of a run that has just ended what it says of one that never was.
        if (!isClientError(error, "CLIENT_UNKNOWN_RUN")) throw error;
        throw runEnded(id, (await client.summary(id)).status, error);
      }
      return { status: 202, json: { id, links: linksOf(id, options) } };
    },
  });
}

function runEnded(id: string, status: RunSummary["status"], cause?: unknown): ApiError {
  return new ApiError(
    "API_RUN_ENDED",
    `Run "${id}" has ended as ${status}: there is nothing left to cancel.`,
    { cause },
  );
}
