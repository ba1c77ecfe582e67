/** What the API tells of an attempt. */

import { z } from "zod";
import type { Attempt } from "../../client/run.ts";
import {
  failureKindSchema,
  GUARD_ACTIONS,
  millisecondsSchema,
  modelNameSchema,
  nanoUsdSchema,
  stepPathSchema,
  tokensSchema,
} from "./quantities.ts";
import type { Holds, Same } from "./same.ts";

const guardVerdictSchema = z
  .object({
    guardrail: z.string().describe("Its name in the configuration"),
    direction: z.enum(["input", "output"]),
    outcome: z.enum(["passed", "found", "failed"]).describe("failed: it could not tell"),
    action: z
      .enum([...GUARD_ACTIONS, "allow"])
      .optional()
      .describe("What was done about it. Absent: it passed"),
    findings: z
      .array(
        z.object({
          kind: z.string(),
          count: z.int().min(1),
          severity: z.enum(["low", "medium", "high"]).describe("The highest among them"),
        }),
      )
      .optional(),
    why: z.string().optional().describe("Why it could not tell"),
    isWaived: z.literal(true).optional().describe("Somebody let it pass before"),
    durationMs: millisecondsSchema,
  })
  .meta({ id: "GuardVerdict", description: "What a guardrail said; never what it found" });

const chargeMembers = {
  inputTokens: tokensSchema.optional(),
  cachedInputTokens: tokensSchema.optional().describe("Tokens; part of inputTokens"),
  outputTokens: tokensSchema.optional(),
  reasoningTokens: tokensSchema.optional().describe("Tokens; part of outputTokens"),
  costNanoUsd: nanoUsdSchema
    .optional()
    .describe("In 10⁻⁹ USD, a whole number. Absent: the price is not known, or nothing is charged"),
  isEstimate: z
    .literal(true)
    .optional()
    .describe("The provider did not count: these are our own figures"),
  mayBeBilled: z
    .literal(true)
    .optional()
    .describe("The call was cut off: a bill may come, for these figures at most"),
};

export const originMembers = {
  plan: z.enum(["cascade", "consensus"]).optional().describe("The plan it belongs to"),
  isStandIn: z
    .literal(true)
    .optional()
    .describe("Of a plan: it was made because another one failed"),
  arm: z.string().optional().describe("The arm of an experiment that it belongs to"),
};

export const attemptSchema = z
  .object({
    step: stepPathSchema.describe("The step's path; ?judge after it stands for a plan's judge"),
    model: modelNameSchema,
    fallback: z.int().min(0).describe("Its place in the ranking: 0 for the first choice"),
    status: z.enum(["running", "completed", "failed", "cancelled"]),
    tries: z
      .int()
      .min(0)
      .describe("How often the model was called: more than 1 when a passing failure was retried"),
    durationMs: millisecondsSchema.optional(),
    queuedMs: millisecondsSchema
      .optional()
      .describe("Milliseconds that it waited in the queue of its provider"),
    requestId: z.string().optional().describe("The provider's id of the call"),
    kind: failureKindSchema.optional(),
    message: z.string().optional().describe("Why it failed, for people"),
    isUsed: z.boolean().optional().describe("Of a plan: whether the step went on with the reply"),
    rejected: z.string().optional().describe("Why a reply was not good enough, or not the pick"),
    guards: z.array(guardVerdictSchema).optional(),
    httpStatus: z.int().optional().describe("What the provider answered with"),
    notCalled: z
      .literal(true)
      .optional()
      .describe("It was not called at all: a breaker, a limit or a guardrail stood in the way"),
    isFromJournal: z
      .literal(true)
      .optional()
      .describe("Its end was taken from the journal: a worker that was lost had made the call"),
    waitMs: millisecondsSchema
      .optional()
      .describe("Milliseconds that the provider asked to wait: longer than the step had patience"),
    metadata: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("What else the provider said about the call"),
    ...chargeMembers,
    ...originMembers,
  })
  .meta({ id: "Attempt", description: "One call to one model for one step" });

export type AttemptHolds = Holds<[Same<z.output<typeof attemptSchema>, Attempt>]>;
