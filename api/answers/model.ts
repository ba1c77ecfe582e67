/** What the API tells of how a model is. */

import { z } from "zod";
import type { ModelStatus } from "../../worker/model-status.ts";
import {
  failureKindSchema,
  modelNameSchema,
  nanoUsdSchema,
  timeSchema,
  tokensSchema,
} from "./quantities.ts";
import { modelPriceSchema } from "./route.ts";
import type { Holds, Same } from "./same.ts";

const breakerSchema = z
  .object({
    state: z
      .enum(["closed", "open", "half-open"])
      .describe("open: not called. half-open: one call finds out whether it is well again"),
    blockedUntil: timeSchema
      .optional()
      .describe("ISO 8601, in UTC: when it may be called again. Absent: nothing is in the way"),
  })
  .meta({ id: "BreakerStatus", description: "A circuit breaker" });

const percentilesSchema = z
  .object({ p50: z.number(), p95: z.number() })
  .meta({ id: "Percentiles", description: "Median and 95th percentile" });

const capabilitiesSchema = z
  .object({
    contextWindow: tokensSchema.optional().describe("Tokens of input and output together"),
    maxOutputTokens: tokensSchema.optional(),
    jsonSchema: z.boolean().optional().describe("Whether the provider holds replies to a schema"),
    tools: z.boolean().optional(),
    vision: z.boolean().optional().describe("Whether it takes images"),
    streaming: z.boolean().optional(),
    dataPolicy: z
      .object({
        retentionDays: z.number().optional().describe("How long prompts are kept, in days"),
        trainsOnData: z.boolean().optional(),
      })
      .optional(),
    region: z.string().optional().describe("Where it runs, such as eu"),
  })
  .meta({ id: "Capabilities", description: "What a model can do. Absent: not known" });

const healthSchema = z
  .object({
    calls: z.number().describe("Recent calls, each by the weight that its age leaves it"),
    successRate: z.number().optional().describe("From 0 to 1. Absent: it was not called lately"),
    failures: z.partialRecord(failureKindSchema, z.number()).describe("Weighted likewise"),
    firstTokenMs: percentilesSchema.optional().describe("Milliseconds to the first part"),
    durationMs: percentilesSchema.optional().describe("Milliseconds to the whole answer"),
    tokensPerSecond: percentilesSchema.optional().describe("Output tokens a second"),
    costNanoUsd: nanoUsdSchema
      .optional()
      .describe("Mean cost of an answered call, in 10⁻⁹ USD, a whole number"),
    headroom: z.number().optional().describe("Share of the provider's limits left, 0 to 1"),
    breaker: breakerSchema.describe("Its own, or its provider's where that is worse"),
  })
  .meta({ id: "ModelHealth", description: "What was seen of a model lately" });

export const modelStatusSchema = z
  .object({
    model: modelNameSchema,
    provider: z.string(),
    aliases: z.array(z.string()).describe("Those that use it"),
    price: modelPriceSchema.optional(),
    contextWindow: tokensSchema.optional().describe("Tokens of input and output together"),
    capabilities: capabilitiesSchema.optional(),
    health: healthSchema,
    providerBreaker: breakerSchema.describe("It holds for all models of the provider"),
  })
  .meta({ id: "ModelStatus", description: "How a model is, as one worker sees it now" });

export type ModelHolds = Holds<[Same<z.output<typeof modelStatusSchema>, ModelStatus>]>;
