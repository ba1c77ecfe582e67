/** What the API tells of runs. */

import { z } from "zod";
import {
  RUN_STATUSES,
  type Run,
  type RunFailure,
  type RunPage,
  type RunStep,
  type RunSummary,
  type WaitingStep,
} from "../../client/run.ts";
import { attemptSchema } from "./attempt.ts";
import { runLinksSchema, type RunLinks } from "./links.ts";
import { modelNameSchema, nanoUsdSchema, stepPathSchema, timeSchema } from "./quantities.ts";
import { recordedRouteSchema } from "./route.ts";
import type { Holds, Same } from "./same.ts";

export const runStatusSchema = z
  .enum(RUN_STATUSES)
  .meta({ id: "RunStatus", description: "continued: it went on as another run of the same id" });

export const runFailureSchema = z
  .object({
    code: z.string().describe("See docs/errors.md"),
    message: z.string(),
    step: stepPathSchema
      .optional()
      .describe("The path of the step that was given up, or whose callback failed"),
  })
  .meta({ id: "RunFailure", description: "Why a run failed" });

const summaryMembers = {
  id: z.string().describe("Also the workflow id; begins with the workspace"),
  graph: z.string().describe("The graph's id, which is the workflow type"),
  version: z.string().optional(),
  workspace: z.string().optional(),
  status: runStatusSchema,
  startedAt: timeSchema,
  closedAt: timeSchema.optional().describe("ISO 8601, in UTC. Absent while the run is going"),
  costUsd: z.number().min(0).optional().describe("In USD. Known, as the next two, at the end"),
  fallbacks: z
    .int()
    .min(0)
    .optional()
    .describe("Steps that another model answered, because their first choice had failed"),
  models: z.array(modelNameSchema).optional().describe("The models that answered"),
};

export const runSummarySchema = z
  .object(summaryMembers)
  .meta({ id: "RunSummary", description: "What a list shows of a run" });

export const runPageSchema = z
  .object({
    runs: z.array(runSummarySchema),
    next: z.string().optional().describe("The cursor of the next page. Absent: there is none"),
  })
  .meta({ id: "RunPage", description: "Runs, the newest first" });

export const runStepSchema = z
  .object({
    step: stepPathSchema,
    kind: z.enum(["model", "tool", "sub", "approval", "event", "timer"]),
    status: z.enum(["running", "waiting", "completed", "failed", "cancelled"]),
    startedAt: timeSchema,
    endedAt: timeSchema.optional(),
    model: modelNameSchema
      .optional()
      .describe("Of a model's: the one whose answer was taken, as provider/model"),
    attempts: z.int().min(0).optional().describe("Of a model's: how many there were"),
    fallbacks: z
      .int()
      .min(0)
      .optional()
      .describe("Of a model's: how many candidates failed before the one that answered"),
    costNanoUsd: nanoUsdSchema.optional(),
    run: z.string().optional().describe("Of a sub-graph: the id of its own run"),
  })
  .meta({ id: "RunStep", description: "One step of a run" });

export const waitingStepSchema = z
  .object({
    kind: z.enum(["approval", "event"]),
    step: stepPathSchema,
    since: timeSchema,
    show: z.unknown().optional().describe("What whoever decides is shown. Absent: no worker told"),
    until: timeSchema.optional().describe("ISO 8601, in UTC: when it goes on without"),
    reminders: z.int().min(0).optional().describe("How often somebody was reminded"),
  })
  .meta({ id: "WaitingStep", description: "A step that waits for a decision or an event" });

export const incompleteSchema = z
  .literal(true)
  .describe(
    "The run has continued as new, and Temporal does not keep its first executions any more: what happened in them is missing",
  );

/** A run as the API tells it. */
export type RunAnswer = Run & { readonly links: RunLinks };

/** With `result` as the last step of the graph gives it. */
export function runSchemaOf<Result extends z.ZodType>(result: Result) {
  return z.object({
    ...summaryMembers,
    isIncomplete: incompleteSchema.optional(),
    traceId: z
      .string()
      .regex(/^[\da-f]{32}$/)
      .optional()
      .describe("The trace that it belongs to. Absent: nobody traced it so far"),
    result: result.optional().describe("The value of the graph's last step, at the end"),
    error: runFailureSchema.optional(),
    steps: z.array(runStepSchema).describe("In the order in which they began"),
    attempts: z.array(attemptSchema).describe("In the order in which they were scheduled"),
    routes: z.array(recordedRouteSchema).describe("In the order in which they were recorded"),
    waiting: z.array(waitingStepSchema).describe("The steps that wait for somebody now"),
    spentNanoUsd: nanoUsdSchema.describe("What it has cost so far, in 10⁻⁹ USD, a whole number"),
    links: runLinksSchema,
  });
}

export const runSchema = runSchemaOf(z.unknown()).meta({
  id: "Run",
  description: "A run as it stands",
});

/** What is said of a run that goes on. */
export const runReceiptSchema = z
  .object({
    id: summaryMembers.id,
    graph: summaryMembers.graph,
    version: z.string().optional(),
    workspace: z.string().optional(),
    status: z.literal("running"),
    links: runLinksSchema,
  })
  .meta({ id: "RunReceipt", description: "A run that is going" });

export type RunHolds = Holds<
  [
    Same<z.output<typeof runFailureSchema>, RunFailure>,
    Same<z.output<typeof runSummarySchema>, RunSummary>,
    Same<z.output<typeof runPageSchema>, RunPage>,
    Same<z.output<typeof runStepSchema>, RunStep>,
    Same<z.output<typeof waitingStepSchema>, WaitingStep>,
    Same<z.output<typeof runSchema>, RunAnswer>,
  ]
>;
