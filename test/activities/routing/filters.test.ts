/** Each filter of a pool, and each thing a request may ask for: what passes, what does not, and the words for it. */

import { z } from "zod";
import type { RouteRequest } from "../../../activities/contract.ts";
import type { ModelPool } from "../../../activities/model-pool.ts";
import { decideRoute } from "../../../activities/route.ts";
import type { Capabilities, ModelFacts, ModelSignals } from "../../../plugins/contract.ts";
import { routeAccess, seenSignals, WANTED } from "../../harness/route-access.ts";

const schema = z.object({});
const MODEL = "acme/one";
const PRICE = { inputUsdPerMTok: 1, outputUsdPerMTok: 4 };

interface Given {
  readonly facts?: ModelFacts;
  readonly seen?: Partial<ModelSignals>;
  readonly request?: Partial<RouteRequest>;
  readonly tokens?: { readonly tokens: number; readonly isEstimate: boolean };
  readonly outputTokens?: number;
}

/** Why the only model of a pool is excluded; `undefined` when it is not. */
function whyNot(preferences: Partial<ModelPool>, given: Given = {}): string | undefined {
  const { facts = {}, seen, request, tokens = { tokens: 1_000, isEstimate: false } } = given;
  const access = routeAccess({
    aliases: { pool: { pool: [MODEL], ...preferences } },
    facts: { [MODEL]: facts },
    tokens: { tokenizerOf: () => "one", count: () => tokens },
    tools: { find: { description: "Finds.", input: schema, output: schema, run: async () => 1 } },
    live: seenSignals(seen ? { [MODEL]: seen } : {}, { outputTokensOf: () => given.outputTokens }),
  });

  const { candidates, excluded = [] } = decideRoute(
    { ...WANTED, aliases: ["pool"], ...request },
    access,
  );

  expect(candidates.length + excluded.length).toBe(1);
  return excluded[0]?.why;
}

const can = (capabilities: Capabilities): Given => ({ facts: { capabilities } });

describe("a pool excludes a model", () => {
  it.each<[string, Partial<ModelPool>, Given, string]>([
    ["that it ignores", { ignore: ["acme/*"] }, {}, "the alias ignores it"],
    [
      "that it ignores, also when it is in only",
      { ignore: [MODEL], only: [MODEL] },
      {},
      "the alias ignores it",
    ],
    [
      "that is not in only",
      { only: ["acme/two", "*/other"] },
      {},
      'it is not in "only" of the alias',
    ],
    [
      "that cannot do what is required",
      { require: ["tools"] },
      can({ tools: false }),
      "it cannot call tools, which the alias requires",
    ],
    [
      "of which nobody says whether it can",
      { require: ["jsonSchema"] },
      {},
      "it is not known whether it can hold replies to a JSON schema, which the alias requires",
    ],
    [
      "that has one of two required abilities",
      { require: ["vision", "streaming"] },
      can({ vision: true }),
      "it is not known whether it can stream its replies, which the alias requires",
    ],
    [
      "that runs elsewhere",
      { region: ["eu", "ch"] },
      can({ region: "us-east-1" }),
      'it runs in "us-east-1", not in "eu" or "ch"',
    ],
    [
      "of a region that only begins alike",
      { region: "us" },
      can({ region: "usual" }),
      'it runs in "usual", not in "us"',
    ],
    [
      "of which nobody says where it runs",
      { region: "eu" },
      {},
      'it is not known whether it runs in "eu"',
    ],
    [
      "that is trained on what it is sent",
      { dataPolicy: { training: "deny" } },
      can({ dataPolicy: { trainsOnData: true } }),
      "its provider may train models on what it is sent",
    ],
    [
      "of which nobody says whether it is",
      { dataPolicy: { training: "deny" } },
      can({ dataPolicy: { retentionDays: 0 } }),
      "it is not known whether its provider trains models on what it is sent",
    ],
    [
      "whose provider keeps what it is sent",
      { dataPolicy: { retention: "none" } },
      can({ dataPolicy: { retentionDays: 30 } }),
      "its provider keeps what it is sent for 30 days, not at most 0",
    ],
    [
      "whose provider keeps it for too long",
      { dataPolicy: { retention: { maxDays: 7 } } },
      can({ dataPolicy: { retentionDays: 30 } }),
      "its provider keeps what it is sent for 30 days, not at most 7",
    ],
    [
      "of which nobody says how long",
      { dataPolicy: { retention: { maxDays: 7 } } },
      {},
      "it is not known how long its provider keeps what it is sent",
    ],
    [
      "with a window that is too small",
      { minContext: 32_000 },
      can({ contextWindow: 31_999 }),
      "its context window has 31,999 tokens, and the alias wants 32,000",
    ],
    [
      "whose window nobody knows",
      { minContext: 32_000 },
      {},
      "its context window is not known, and the alias wants 32,000 tokens",
    ],
    [
      "whose price nobody knows",
      { maxPrice: { perCallUsd: 1 } },
      {},
      'its price is not known, and the alias has a "maxPrice"',
    ],
    [
      "whose input costs too much",
      { maxPrice: { inputUsdPerMTok: 0.5 } },
      { facts: { price: PRICE } },
      "a million tokens of input cost $1.00, more than $0.5",
    ],
    [
      "whose output costs too much",
      { maxPrice: { outputUsdPerMTok: 3.99 } },
      { facts: { price: PRICE } },
      "a million tokens of output cost $4.00, more than $3.99",
    ],
    [
      "whose input of that size costs too much",
      { maxPrice: { inputUsdPerMTok: 1 } },
      { facts: { price: { ...PRICE, tiers: [{ fromInputTokens: 1_000, inputUsdPerMTok: 2 }] } } },
      "a million tokens of input cost $2.00, more than $1.00",
    ],
    [
      "that is expected to cost too much",
      { maxPrice: { perCallUsd: 0.001 } },
      { facts: { price: PRICE }, outputTokens: 500 },
      "the call is expected to cost $0.003, more than $0.001",
    ],
    [
      "that is slow",
      { maxLatencyMs: 2_000 },
      { seen: { durationMs: { p50: 500, p95: 2_400 } } },
      "95 in 100 of its calls took up to 2,400 ms lately, more than 2,000",
    ],
    [
      "that writes slowly",
      { minThroughput: 30 },
      { seen: { tokensPerSecond: { p50: 12.34, p95: 90 } } },
      "it gave 12.3 tokens a second lately, fewer than 30",
    ],
  ])("%s", (_what, preferences, given, why) => {
    expect(whyNot(preferences, given)).toBe(why);
  });
});

describe("a pool lets a model through", () => {
  it.each<[string, Partial<ModelPool>, Given]>([
    ["that is in only by name", { only: [MODEL] }, {}],
    ["that is in only by a pattern", { only: ["*/one"] }, {}],
    ["of the wanted region", { region: "eu" }, can({ region: "eu" })],
    ["of a part of the wanted region", { region: "eu" }, can({ region: "eu-west-1" })],
    [
      "that can do what is required",
      { require: ["tools", "vision"] },
      can({ tools: true, vision: true }),
    ],
    [
      "that keeps nothing and trains nothing",
      { dataPolicy: { training: "deny", retention: "none" } },
      can({ dataPolicy: { trainsOnData: false, retentionDays: 0 } }),
    ],
    [
      "that keeps it as long as is allowed",
      { dataPolicy: { retention: { maxDays: 30 } } },
      can({ dataPolicy: { retentionDays: 30 } }),
    ],
    ["with the wanted window", { minContext: 32_000 }, can({ contextWindow: 32_000 })],
    [
      "at just the highest price",
      { maxPrice: { inputUsdPerMTok: 1, outputUsdPerMTok: 4, perCallUsd: 0.003 } },
      { facts: { price: PRICE }, outputTokens: 500 },
    ],
    [
      "just fast enough",
      { maxLatencyMs: 2_400, minThroughput: 30 },
      { seen: { durationMs: { p50: 1, p95: 2_400 }, tokensPerSecond: { p50: 30, p95: 31 } } },
    ],
    [
      "that was not called lately, to find out how fast it is",
      { maxLatencyMs: 1, minThroughput: 1_000 },
      {},
    ],
    [
      "that was called lately and never answered",
      { maxLatencyMs: 1, minThroughput: 1_000 },
      { seen: { successRate: 0 } },
    ],
    ["of which nothing is known, without preferences", {}, {}],
  ])("%s", (_what, preferences, given) => {
    expect(whyNot(preferences, given)).toBeUndefined();
  });
});

describe("a request excludes a model", () => {
  const image = {
    type: "image",
    mediaType: "image/png",
    url: "https://example.com/a.png",
  } as const;
  const withImage: Partial<RouteRequest> = { messages: [{ role: "user", content: [image] }] };

  it.each<[string, Given, string]>([
    [
      "whose window does not hold it",
      { ...can({ contextWindow: 1_299 }) },
      "its context window of 1,299 tokens is too small for 1,300",
    ],
    [
      "whose window does not hold the reply",
      { ...can({ contextWindow: 1_300 }), outputTokens: 301 },
      "its context window of 1,300 tokens is too small for 1,301",
    ],
    [
      "whose window does not hold half of an estimate",
      { ...can({ contextWindow: 799 }), tokens: { tokens: 1_000, isEstimate: true } },
      "its context window of 799 tokens is too small for at least 800",
    ],
    [
      "that cannot call tools, where it offers some",
      { ...can({ tools: false }), request: { tools: ["find"] } },
      "it cannot call tools, and the step has some",
    ],
    [
      "that cannot read images, where it sends one",
      { ...can({ vision: false }), request: withImage },
      "it cannot read images, and the step sends one",
    ],
  ])("%s", (_what, given, why) => {
    expect(whyNot({}, given)).toBe(why);
  });

  it.each<[string, Given]>([
    ["whose window just holds it", can({ contextWindow: 1_300 })],
    [
      "whose reply is limited, so that the window holds it",
      { ...can({ contextWindow: 1_100 }), request: { maxOutputTokens: 100 } },
    ],
    [
      "that writes no more than the window holds",
      can({ contextWindow: 1_100, maxOutputTokens: 100 }),
    ],
    [
      "whose window an estimate may be wrong about",
      { ...can({ contextWindow: 1_000 }), tokens: { tokens: 1_400, isEstimate: true } },
    ],
    ["of which nobody says whether it takes images", { request: withImage }],
    ["that has no tools where none is offered", can({ tools: false, vision: false })],
    [
      "where the tool is none of the worker's",
      { ...can({ tools: false }), request: { tools: ["gone"] } },
    ],
  ])("but none %s", (_what, given) => {
    expect(whyNot({}, given)).toBeUndefined();
  });
});
