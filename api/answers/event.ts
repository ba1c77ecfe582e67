/** What the API tells of what happens in a run, in its stream of events. */

import { z } from "zod";
import type { RunEvent } from "../../client/run-event.ts";
import { attemptSchema, originMembers } from "./attempt.ts";
import {
  millisecondsSchema,
  modelNameSchema,
  nanoUsdSchema,
  stepPathSchema,
  timeSchema,
  tokensSchema,
} from "./quantities.ts";
import { routeSchema } from "./route.ts";
import { incompleteSchema, runFailureSchema, runStatusSchema } from "./run.ts";
import type { Holds, Same } from "./same.ts";

const base = {
  id: z
    .string()
    .describe(
      "Unique in its run, and in order, such as 12.1, 2-15 once it has continued as new, or 17/12.1 of a part",
    ),
  at: timeSchema,
};

/** Of a step that is no model's, or of a part of a large map. */
const aside = { step: stepPathSchema, kind: z.enum(["tool", "sub", "part", "timer"]) };
const receiving = { step: stepPathSchema, kind: z.enum(["approval", "event"]) };

const attemptId = z.string().describe("Unique in its run: the id of its activity, such as draft#1");

const verdictSchema = attemptSchema.pick({ isUsed: true, kind: true, guards: true });

const reservationSchema = z
  .object({
    costNanoUsd: nanoUsdSchema.optional().describe("In 10⁻⁹ USD, a whole number"),
    tokens: tokensSchema.optional(),
    calls: z.int().min(0).optional(),
    durationMs: millisecondsSchema.optional(),
  })
  .meta({
    id: "Reservation",
    description: "What budgets hold for an attempt until it has ended, of the limits that apply",
  });

const toldAttemptSchema = attemptSchema
  .omit({ message: true, rejected: true, metadata: true })
  .meta({ id: "ToldAttempt", description: "An attempt without what may quote its contents" });

export const runEventSchema = z
  .discriminatedUnion("type", [
    z.object({
      type: z.literal("run.started"),
      ...base,
      graph: z.string(),
      version: z.string().optional(),
      workspace: z.string().optional(),
      by: z.string().optional().describe("Who asked for it"),
      inputSha256: z.string().optional().describe("SHA-256 of the input, in hex"),
      isIncomplete: incompleteSchema.optional(),
    }),
    z.object({ type: z.literal("route.decided"), ...base, route: routeSchema }),
    z.object({
      type: z.literal("attempt.started"),
      ...base,
      attemptId,
      step: stepPathSchema,
      model: modelNameSchema,
      fallback: z.int().min(0).describe("Its place in the ranking: 0 for the first choice"),
      ...originMembers,
      reserved: reservationSchema.optional(),
    }),
    z.object({
      type: z.literal("attempt.ended"),
      ...base,
      attemptId,
      attempt: toldAttemptSchema,
    }),
    z.object({
      type: z.literal("attempt.judged"),
      ...base,
      attemptId,
      step: stepPathSchema,
      model: modelNameSchema,
      verdict: verdictSchema,
    }),
    z.object({
      type: z.literal("step.started"),
      ...base,
      ...aside,
      run: z
        .string()
        .optional()
        .describe("Of a sub-graph: the id of its own run. Of a part: its workflow id"),
    }),
    z.object({
      type: z.literal("step.ended"),
      ...base,
      ...aside,
      status: z.enum(["completed", "failed", "cancelled"]),
      costNanoUsd: nanoUsdSchema
        .optional()
        .describe("Of a sub-graph or a part: what it has cost, in 10⁻⁹ USD, a whole number"),
    }),
    z.object({
      type: z.literal("step.waiting"),
      ...base,
      ...receiving,
      reminders: z.int().min(0).describe("How often somebody was reminded"),
    }),
    z.object({
      type: z.literal("step.decided"),
      ...base,
      ...receiving,
      how: z.enum(["received", "timeout", "cancelled"]),
      by: z.string().optional().describe("Who decided or sent it"),
      comment: z.string().optional(),
    }),
    z.object({
      type: z.literal("run.reset"),
      ...base,
      execution: z.string().describe("Temporal's id of the execution that goes on"),
    }),
    z.object({ type: z.literal("run.cancel_requested"), ...base }),
    z.object({
      type: z.literal("run.ended"),
      ...base,
      status: runStatusSchema,
      costUsd: z.number().min(0).optional().describe("In USD"),
      fallbacks: z.int().min(0).optional(),
      models: z.array(modelNameSchema).optional().describe("The models that answered"),
      error: runFailureSchema.omit({ message: true }).optional(),
    }),
  ])
  .meta({ id: "RunEvent", description: "Something that happened in a run" });

export type EventHolds = Holds<[Same<z.output<typeof runEventSchema>, RunEvent>]>;
