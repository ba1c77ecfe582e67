/** What holds for every decision, whatever is known, whatever was seen, and whatever the routers do. */

import * as fc from "fast-check";
import type { Route } from "../../../activities/contract.ts";
import { MOST_LISTED } from "../../../activities/contract.ts";
import { REQUIRED_CAPABILITIES, type ModelPool } from "../../../activities/model-pool.ts";
import { decideRoute } from "../../../activities/route.ts";
import type {
  ModelFacts,
  ModelSignals,
  RankCandidate,
  Ranked,
  Router,
} from "../../../plugins/contract.ts";
import { routeAccess, seenSignals, WANTED } from "../../harness/route-access.ts";

const NAMES = Array.from({ length: 60 }, (_, index) => `p${index % 4}/m${index}`);
const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(values, { nil: undefined });
const rate = fc.constantFrom(0, 0.1, 1, 3, 20);
const flag = maybe(fc.boolean());

const factsArbitrary: fc.Arbitrary<ModelFacts> = fc.record({
  price: maybe(fc.record({ inputUsdPerMTok: rate, outputUsdPerMTok: rate })),
  capabilities: maybe(
    fc.record({
      contextWindow: maybe(fc.constantFrom(500, 4_000, 8_000, 128_000)),
      jsonSchema: flag,
      tools: flag,
      vision: flag,
      streaming: flag,
      region: maybe(fc.constantFrom("eu", "eu-west-1", "us", "us-east-1")),
      dataPolicy: maybe(
        fc.record({ trainsOnData: flag, retentionDays: maybe(fc.constantFrom(0, 7, 30)) }),
      ),
    }),
  ),
});

const odd = fc.oneof(fc.double({ min: 0, max: 1e5 }), fc.constantFrom(Number.NaN, Infinity, 0));
const percentiles = maybe(fc.record({ p50: odd, p95: odd }));
const signalsArbitrary: fc.Arbitrary<Partial<ModelSignals>> = fc.record({
  calls: odd,
  successRate: odd,
  firstTokenMs: percentiles,
  durationMs: percentiles,
  tokensPerSecond: percentiles,
  headroom: maybe(odd),
  breaker: fc.constantFrom("closed", "open", "half-open"),
});

/** Routers of all sorts: good ones, and those that throw, lose, invent, repeat, or score with what is no number. */
const ROUTERS: Readonly<Record<string, Router["rank"]>> = {
  backwards: (_request, candidates) => ranked(candidates.toReversed()),
  silent: () => undefined,
  throwing: () => {
    throw new TypeError("secret");
  },
  losing: (_request, candidates) => ranked(candidates.slice(1)),
  repeating: (_request, candidates) => ranked([...candidates, ...candidates.slice(0, 1)]),
  inventing: (_request, candidates) =>
    ranked(candidates.map((candidate) => ({ ...candidate, model: "evil/model" }))),
  strange: (_request, candidates) =>
    ranked(candidates).map((one) => ({ ...one, score: Number.NaN })),
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Routers are written in JavaScript too.
  asynchronous: (async () => []) as unknown as Router["rank"],
  emptying: (_request, candidates) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- One that does not keep to the type.
    const own = candidates as RankCandidate[];
    return ranked(own.splice(0));
  },
};

function ranked(candidates: readonly RankCandidate[]): readonly Ranked[] {
  return candidates.map((candidate, index) => ({
    candidate,
    score: 1 / (3 + index),
    reason: () => {
      if (index % 7 === 3) throw new Error("no words");
      return `place ${index}`;
    },
  }));
}

const patterns = fc.subarray(["p0/*", "p1/*", "*/m1*", "*", "p2/m2", "p3/m3"], { minLength: 1 });

const poolArbitrary: fc.Arbitrary<ModelPool> = fc.record({
  pool: fc.oneof(patterns, fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 })),
  router: maybe(fc.constantFrom(...Object.keys(ROUTERS), "priority", "gone")),
  only: maybe(patterns),
  ignore: maybe(patterns),
  order: maybe(patterns),
  maxPrice: maybe(
    fc.record({
      inputUsdPerMTok: maybe(rate),
      outputUsdPerMTok: maybe(rate),
      perCallUsd: maybe(fc.constantFrom(0, 0.001, 1)),
    }),
  ),
  maxLatencyMs: maybe(fc.constantFrom(100, 10_000)),
  minThroughput: maybe(fc.constantFrom(10, 10_000)),
  region: maybe(fc.constantFrom("eu", ["eu", "us-east-1"])),
  dataPolicy: maybe(
    fc.record({
      training: maybe(fc.constant("deny" as const)),
      retention: maybe(fc.constantFrom("none" as const, { maxDays: 7 })),
    }),
  ),
  require: maybe(fc.subarray([...REQUIRED_CAPABILITIES])),
  minContext: maybe(fc.constantFrom(0, 4_000, 9_000)),
  allowFallbacks: flag,
});

interface World {
  readonly pools: readonly ModelPool[];
  readonly facts: Readonly<Record<string, ModelFacts>>;
  readonly seen: Readonly<Record<string, Partial<ModelSignals>>>;
  readonly inputTokens: number;
  readonly probe: boolean;
}

const names = fc.constantFrom(...NAMES);
const worldArbitrary: fc.Arbitrary<World> = fc.record({
  pools: fc.array(poolArbitrary, { minLength: 1, maxLength: 3 }),
  facts: fc.dictionary(names, factsArbitrary, { maxKeys: 60, size: "max" }),
  seen: fc.dictionary(names, signalsArbitrary, { maxKeys: 60, size: "max" }),
  inputTokens: fc.constantFrom(10, 3_000, 20_000),
  probe: fc.boolean(),
});

const OUTPUT_TOKENS = 300;

function decide({ pools, facts, seen, inputTokens, probe }: World): Route {
  const routers = Object.entries(ROUTERS).map(([id, rank]): [string, Router] => [id, { id, rank }]);
  const aliases = pools.map((pool, index): [string, ModelPool] => [`pool${index}`, pool]);
  const access = routeAccess({
    aliases: Object.fromEntries(aliases),
    facts,
    listed: NAMES,
    tokens: { tokenizerOf: () => "one", count: () => ({ tokens: inputTokens, isEstimate: false }) },
    routers: Object.fromEntries(routers),
    live: seenSignals(seen, { reserveProbe: () => probe }),
  });
  return decideRoute({ ...WANTED, aliases: aliases.map(([alias]) => alias) }, access);
}

/** As slowly and plainly as can be: what a pattern means. */
function fits(list: readonly string[], model: string): boolean {
  return list.some((text) => {
    const [head = "", ...tail] = text.split("*");
    if (tail.length === 0) return text === model;
    let rest = model.startsWith(head) ? model.slice(head.length) : undefined;
    for (const [index, part] of tail.entries()) {
      if (rest === undefined) return false;
      const at: number = index === tail.length - 1 ? rest.length - part.length : rest.indexOf(part);
      rest = at >= 0 && rest.startsWith(part, at) ? rest.slice(at + part.length) : undefined;
    }
    return rest === "";
  });
}

/** Every filter that `model` breaks, said once more and otherwise than in the code. */
function broken(model: string, pool: ModelPool, world: World): readonly string[] {
  const { price, capabilities = {} } = world.facts[model] ?? {};
  const { contextWindow = -1, region = "", dataPolicy = {} } = capabilities;
  const { durationMs, tokensPerSecond } = world.seen[model] ?? {};
  const { maxPrice, dataPolicy: policy = {} } = pool;
  const usd =
    price &&
    (world.inputTokens * price.inputUsdPerMTok + OUTPUT_TOKENS * price.outputUsdPerMTok) / 1e6;
  const most = {
    none: 0,
    maxDays: 0,
    ...(typeof policy.retention === "object" && policy.retention),
  };
  const regions = pool.region === undefined ? [] : [pool.region].flat();
  const breaks: Readonly<Record<string, boolean>> = {
    pool: !fits(pool.pool, model),
    only: pool.only !== undefined && !fits(pool.only, model),
    ignore: pool.ignore !== undefined && fits(pool.ignore, model),
    price: maxPrice !== undefined && price === undefined,
    input: (price?.inputUsdPerMTok ?? 0) > (maxPrice?.inputUsdPerMTok ?? Infinity),
    output: (price?.outputUsdPerMTok ?? 0) > (maxPrice?.outputUsdPerMTok ?? Infinity),
    call: (usd ?? 0) > (maxPrice?.perCallUsd ?? Infinity) + 1e-9,
    latency: (durationMs?.p95 ?? 0) > (pool.maxLatencyMs ?? Infinity),
    throughput: (tokensPerSecond?.p50 ?? Infinity) < (pool.minThroughput ?? 0),
    region: regions.length > 0 && !regions.some((one) => `${region}-`.startsWith(`${one}-`)),
    training: policy.training === "deny" && dataPolicy.trainsOnData !== false,
    retention:
      policy.retention !== undefined && !((dataPolicy.retentionDays ?? 99) <= most.maxDays),
    require: (pool.require ?? []).some((name) => capabilities[name] !== true),
    context: pool.minContext !== undefined && contextWindow < pool.minContext,
    window: contextWindow >= 0 && world.inputTokens + OUTPUT_TOKENS > contextWindow,
  };
  return Object.keys(breaks).filter((name) => breaks[name]);
}

/** Nothing in it that JSON would drop or change: no `undefined`, no NaN, nothing endless. */
function isPlainJson(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return value !== undefined;
  return Object.values(value).every(isPlainJson);
}

describe("every route", () => {
  it("keeps all filters, whatever was seen and whatever the routers do", () => {
    fc.assert(
      fc.property(worldArbitrary, (world) => {
        const { candidates } = decide(world);

        for (const { model, alias } of candidates) {
          const pool = world.pools[Number(alias.slice("pool".length))];
          expect(pool && broken(model, pool, world)).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("accounts for each model of its pools once, lists 20 at most of each sort, and is plain JSON", () => {
    fc.assert(
      fc.property(worldArbitrary, (world) => {
        const route = decide(world);

        const { candidates, excluded = [], unlisted = { candidates: 0, excluded: 0 } } = route;
        const listed = [...candidates, ...excluded].map(({ model }) => model);
        const texts = world.pools.flatMap(({ pool }) => pool);
        const models = NAMES.filter((name) => fits(texts, name));
        const unmatched = new Set(
          texts.filter((text) => !NAMES.some((name) => fits([text], name))),
        );
        expect(new Set(listed).size).toBe(listed.length);
        expect(listed.length + unlisted.candidates + unlisted.excluded).toBe(
          models.length + unmatched.size,
        );
        expect(Math.max(candidates.length, excluded.length)).toBeLessThanOrEqual(MOST_LISTED);
        expect(isPlainJson(route)).toBe(true);
        expect(JSON.stringify(route)).not.toContain("secret");
      }),
      { numRuns: 150 },
    );
  });

  it("leaves out no model that breaks nothing, unless its alias allows no fallback", () => {
    fc.assert(
      fc.property(worldArbitrary, (world) => {
        const { excluded = [] } = decide(world);

        for (const { model, why } of excluded) {
          if (why.includes("fallback") || model.includes("*")) continue;
          const pools = world.pools.filter(({ pool }) => fits(pool, model));
          for (const pool of pools) expect(broken(model, pool, world)).not.toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("puts models behind that are not well", () => {
    fc.assert(
      fc.property(worldArbitrary, (world) => {
        const { candidates } = decide(world);

        const states = candidates.map(({ signals }) => signals?.breaker ?? "closed");
        const [first, ...rest] = states;
        const order = ["closed", "half-open", "open"];
        // One that is half-open may stay first: it is the one that finds out.
        const tail = first === "half-open" && world.probe ? rest : states;
        expect(tail).toEqual(
          tail.toSorted((one, other) => order.indexOf(one) - order.indexOf(other)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("is the same for the same world", () => {
    fc.assert(
      fc.property(worldArbitrary, (world) => {
        expect(decide(world)).toEqual(decide(world));
      }),
      { numRuns: 50 },
    );
  });
});
