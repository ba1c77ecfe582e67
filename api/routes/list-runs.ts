/** The route that lists runs. */

import { z } from "zod";
import { RUN_STATUSES, type RunSummary } from "../../client/run.ts";
import { isRunOf } from "../../graph/run-id.ts";
import { runPageSchema } from "../answers/run.ts";
import type { AppOptions } from "../app-options.ts";
import type { Caller } from "../caller.ts";
import { booleanText, numberText } from "../query-text.ts";
import { defineRoute, type Route } from "../route.ts";
import { chooseWorkspace } from "../visible-run.ts";

const text = z.string().min(1).max(1_000);
const time = z.iso.datetime({ offset: true });
const usd = numberText(z.number().min(0));

const filters = z.strictObject({
  graph: text.optional().describe("The graph's id"),
  version: text.optional(),
  workspace: text.optional().describe("With a key: the key's own, which is the default"),
  status: z.enum(RUN_STATUSES).optional(),
  startedFrom: time.optional().describe("ISO 8601; inclusive"),
  startedBefore: time.optional().describe("ISO 8601; exclusive"),
  costFrom: usd.optional().describe("In USD; inclusive. Only runs that have ended have a cost"),
  costBelow: usd.optional().describe("In USD; exclusive"),
  model: text.optional().describe("A model that answered, as provider/model"),
  fallback: booleanText()
    .optional()
    .describe("Whether another model answered a step, because the first had failed"),
  includesSubRuns: booleanText()
    .optional()
    .describe("Whether the runs of sub-graphs are listed too. Default: false"),
  limit: numberText(z.int().min(1).max(100))
    .optional()
    .describe("Runs on a page, 1 to 100. Default: 20"),
  cursor: text.max(10_000).optional().describe("`next` of the page before, with the same filters"),
});

export function listRuns({ client }: AppOptions): Route {
  return defineRoute({
    method: "get",
    path: "/v1/runs",
    operationId: "listRuns",
    summary: "The runs that fit, a page at a time, the newest first",
    access: "read",
    query: filters,
    answers: { 200: { description: "A page of runs", schema: runPageSchema } },
    errors: ["API_FORBIDDEN", "API_TEMPORAL_UNAVAILABLE"],
    async handle({ query, caller }) {
      const workspace = chooseWorkspace(caller, query.workspace);
      const page = await client.list({ ...query, ...(workspace !== undefined && { workspace }) });
      return { status: 200, json: { ...page, runs: page.runs.filter(isVisibleTo(caller)) } };
    },
  });
}

/** As for a single run, both have to say whose it is. */
function isVisibleTo({ workspace }: Caller): (run: RunSummary) => boolean {
  return ({ id }) => workspace === undefined || isRunOf(workspace, id);
}
