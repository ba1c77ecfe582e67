/** How long a whole decision takes over a pool of 400 models, counting tokens apart. */

import type { RouteRequest } from "../activities/contract.ts";
import type { ModelPool } from "../activities/model-pool.ts";
import { decideRoute } from "../activities/route.ts";
import type { RouteAccess } from "../activities/route-access.ts";
import { NO_GUARDRAILS } from "../activities/guarding/guardrails.ts";
import type { ModelInfo, ModelSignals, Provider, Router } from "../plugins/contract.ts";
import { createCatalogue } from "../worker/catalogue.ts";
import { time } from "./measure.ts";
import type { Result } from "./result.ts";

const MODELS = 400;
const SAMPLES = 2_000;
const TARGET_MS = 1;

const request: RouteRequest = {
  graph: "support",
  step: "draft",
  run: "support-1",
  workspace: "default",
  aliases: ["pool"],
  messages: [{ role: "user", content: "Answer this ticket." }],
  output: { type: "object" },
};

/** The work of a simple router: a score and a reason for each. */
const cheapest: Router = {
  id: "cheapest",
  rank: (_request, candidates) =>
    candidates
      .map((candidate) => ({
        candidate,
        score: -(candidate.expectedNanoUsd ?? Infinity),
        reason: () => `costs ${candidate.expectedNanoUsd}`,
      }))
      .toSorted((one, other) => other.score - one.score),
};

const POOLS: Readonly<Record<string, ModelPool>> = {
  "in their order": { pool: ["gateway/*"] },
  "by a router": { pool: ["gateway/*"], router: cheapest },
  "by a router, half of them excluded": {
    pool: ["gateway/*"],
    router: cheapest,
    ignore: ["*/model-9*"],
    order: ["*/model-1", "*/model-2*"],
    maxPrice: { outputUsdPerMTok: 200, perCallUsd: 1 },
    maxLatencyMs: 60_000,
    minThroughput: 1,
    region: ["eu", "us"],
    dataPolicy: { training: "deny", retention: { maxDays: 30 } },
    require: ["jsonSchema", "tools"],
    minContext: 32_000,
  },
};

export async function measureRoutes(): Promise<readonly Result[]> {
  const catalogue = createCatalogue({ providers: [gateway] });
  await catalogue.refresh();
  return Object.entries(POOLS).map(([how, pool]): Result => {
    const access = accessTo(pool, catalogue);
    const timing = time(() => decideRoute(request, access), SAMPLES);
    return {
      name: `decide a route of ${MODELS} models, ${how}`,
      figures: { ...timing },
      target: `under ${TARGET_MS} ms`,
      ok: timing.medianMs < TARGET_MS,
    };
  });
}

function accessTo(
  pool: ModelPool,
  catalogue: Pick<RouteAccess, "factsOf" | "listed">,
): RouteAccess {
  return {
    aliases: { pool },
    factsOf: (model) => catalogue.factsOf(model),
    listed: () => catalogue.listed(),
    tools: {},
    tokens: { tokenizerOf: () => "none", count: () => ({ tokens: 1_000, isEstimate: false }) },
    routers: {},
    guarding: NO_GUARDRAILS,
    live: {
      ofThisMoment: () => ({ of: () => seen, rewardOf: () => undefined }),
      outputTokensOf: () => 200,
      reserveProbe: () => true,
    },
  };
}

const seen: ModelSignals = {
  calls: 50,
  successRate: 0.99,
  failures: {},
  durationMs: { p50: 900, p95: 2_500 },
  tokensPerSecond: { p50: 80, p95: 120 },
  breaker: "closed",
};

const gateway: Provider = {
  id: "gateway",
  generate: () => Promise.reject(new Error("nobody calls it")),
  listModels: async () => Array.from({ length: MODELS }, (_, index) => describeModel(index)),
};

function describeModel(index: number): ModelInfo {
  const usd = ((index * 37) % MODELS) / 10;
  return {
    model: `vendor-${index % 17}/model-${index}`,
    price: { inputUsdPerMTok: usd, outputUsdPerMTok: usd * 4 },
    capabilities: {
      contextWindow: 8_000 * (1 + (index % 30)),
      maxOutputTokens: 8_000,
      jsonSchema: true,
      tools: index % 5 !== 0,
      region: index % 2 === 0 ? "eu-west-1" : "us-east-1",
      dataPolicy: { trainsOnData: index % 7 === 0, retentionDays: 30 },
    },
  };
}
