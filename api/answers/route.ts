/** What the API tells of a route: which models a step might use, and why. */

import { z } from "zod";
import type { RecordedRoute } from "../../client/run.ts";
import { CURABLE_KINDS } from "../../graph/failure-kinds.ts";
import type { ModelPrice } from "../../graph/money.ts";
import {
  GUARD_ACTIONS,
  jsonSchemaSchema,
  millisecondsSchema,
  modelNameSchema,
  nanoUsdSchema,
  stepPathSchema,
  timeSchema,
  tokensSchema,
} from "./quantities.ts";
import type { Holds, Same } from "./same.ts";

const usdSchema = z.number().min(0).describe("USD per million tokens");

const rateMembers = {
  cachedInputUsdPerMTok: usdSchema.optional().describe("For input from the provider's cache"),
  reasoningUsdPerMTok: usdSchema.optional().describe("For output that is reasoning"),
};

export const modelPriceSchema = z
  .object({
    inputUsdPerMTok: usdSchema,
    outputUsdPerMTok: usdSchema,
    ...rateMembers,
    tiers: z
      .array(
        z.object({
          fromInputTokens: tokensSchema,
          inputUsdPerMTok: usdSchema.optional(),
          outputUsdPerMTok: usdSchema.optional(),
          ...rateMembers,
        }),
      )
      .optional()
      .describe("Other prices for calls with much input, in ascending order"),
  })
  .meta({ id: "ModelPrice", description: "In USD per million tokens" });

const judgeMembers = {
  model: z.string().describe("An alias of the configuration"),
  rubric: z.string().describe("What makes a reply good"),
};

const atLeastSchema = z.number().describe("From 0 to 1");

export const routePlanSchema = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("cascade"),
      accept: z.object({
        confidence: z.object({ field: z.string(), atLeast: z.number() }).optional(),
        schema: jsonSchemaSchema.optional(),
        judge: z.object({ ...judgeMembers, atLeast: atLeastSchema }).optional(),
      }),
    }),
    z.object({
      kind: z.literal("consensus"),
      size: z.int().describe("How many models are asked"),
      field: z.string().optional().describe("The field that is voted on. Absent: the whole reply"),
      quorum: z.int().optional().describe("So many equal votes decide"),
      judge: z.object(judgeMembers).optional(),
    }),
  ])
  .meta({ id: "RoutePlan", description: "How the candidates are asked" });

const signalsSchema = z.object({
  calls: z.number().describe("How many this rests on, weighted by their age"),
  successRate: z.number().describe("From 0 to 1"),
  firstTokenMs: millisecondsSchema.optional().describe("Median, in milliseconds"),
  durationMs: millisecondsSchema.optional().describe("Median, in milliseconds"),
  tokensPerSecond: z.number().optional().describe("Median of output tokens a second"),
  headroom: z.number().optional().describe("Share of the provider's limits that is left, 0 to 1"),
  breaker: z.enum(["open", "half-open"]).optional().describe("Absent: closed"),
  isBusy: z.literal(true).optional().describe("Its provider asked not to be called for a while"),
});

const curableSchema = z.array(z.enum(CURABLE_KINDS));

const candidateSchema = z
  .object({
    model: modelNameSchema,
    alias: z.string().describe("The alias it came from"),
    score: z.number().describe("The router's, comparable within one alias"),
    reason: z.string().describe("Why it stands where it stands, for people"),
    arm: z.string().optional().describe("The arm of an experiment"),
    signals: signalsSchema.optional().describe("What was seen of it lately"),
    price: modelPriceSchema.optional(),
    contextWindow: tokensSchema.optional().describe("Tokens of input and output together"),
    maxOutputTokens: tokensSchema.optional(),
    jsonSchema: z.boolean().optional().describe("Whether the provider holds replies to a schema"),
    queue: z
      .object({
        name: z.string(),
        longestWaitMs: millisecondsSchema
          .optional()
          .describe("After which another model is the better wait"),
      })
      .optional()
      .describe("The task queue of its provider, where its calls wait for a worker"),
    retryOn: curableSchema.optional().describe("Kinds for which it is asked once more"),
    fallbackOn: curableSchema.optional().describe("Kinds after which the next one is tried"),
  })
  .meta({ id: "Candidate", description: "A model that may be tried" });

const modelGuardSchema = z.object({
  name: z.string(),
  action: z.enum(GUARD_ACTIONS),
  onError: z.enum(["block", "allow"]),
  timeoutMs: millisecondsSchema,
  places: z
    .array(z.enum(["input", "output", "toolCall", "toolResult"]))
    .optional()
    .describe("Absent: everything"),
  judge: z
    .object({ ...judgeMembers, atLeast: atLeastSchema, kind: z.string() })
    .optional()
    .describe("The model that judges. Absent: the guardrail asks by itself"),
});

const routeMembers = {
  step: stepPathSchema,
  candidates: z.array(candidateSchema).describe("In the order in which they are tried, 20 at most"),
  excluded: z
    .array(z.object({ model: modelNameSchema, why: z.string() }))
    .optional()
    .describe("Models that may not be used, 20 at most"),
  unlisted: z
    .object({ candidates: z.int(), excluded: z.int() })
    .optional()
    .describe("How many there are beyond those listed"),
  routers: z.record(z.string(), z.string()).describe("What ranked the models of each alias"),
  problems: z
    .record(z.string(), z.string())
    .optional()
    .describe("Why a router was not followed, by alias"),
  seed: z.number().describe("Where the routers' chance came from"),
  estimate: z
    .object({
      inputTokens: tokensSchema,
      outputTokens: tokensSchema,
      costNanoUsd: nanoUsdSchema.optional(),
      isEstimate: z.literal(true).optional(),
    })
    .optional()
    .describe("What the call is expected to take with the first candidate"),
  plan: routePlanSchema.optional(),
  toolTokens: tokensSchema.optional().describe("The most tokens that the offered tools take"),
  guards: z
    .object({ input: z.array(modelGuardSchema), output: z.array(modelGuardSchema) })
    .optional()
    .describe("Guardrails that are calls of their own"),
};

export const routeSchema = z
  .object(routeMembers)
  .meta({ id: "Route", description: "Which models a step may use, and why" });

export const recordedRouteSchema = z
  .object({ ...routeMembers, decidedAt: timeSchema })
  .meta({ id: "RecordedRoute", description: "A route as it was recorded, and when" });

type Route = Omit<RecordedRoute, "decidedAt">;

export type RouteHolds = Holds<
  [
    Same<z.output<typeof modelPriceSchema>, ModelPrice>,
    Same<z.output<typeof routePlanSchema>, NonNullable<Route["plan"]>>,
    Same<z.output<typeof candidateSchema>, Route["candidates"][number]>,
    Same<z.output<typeof routeSchema>, Route>,
    Same<z.output<typeof recordedRouteSchema>, RecordedRoute>,
  ]
>;
