/** How a route is put together: patterns, routers, order, breakers, sizes. */

import type { Route, RouteRequest } from "../../../activities/contract.ts";
import type { ModelPool } from "../../../activities/model-pool.ts";
import { decideRoute } from "../../../activities/route.ts";
import type { Ranked, RankRequest, Router, RoutePlan } from "../../../plugins/contract.ts";
import { routeAccess, seenSignals, WANTED, type KnownWorld } from "../../harness/route-access.ts";

function decide(
  pools: Readonly<Record<string, ModelPool | readonly string[]>>,
  world: KnownWorld = {},
  request: Partial<RouteRequest> = {},
): Route {
  const access = routeAccess({ aliases: pools, ...world });
  return decideRoute({ ...WANTED, aliases: Object.keys(pools), ...request }, access);
}

function modelsOf({ candidates }: Route): readonly string[] {
  return candidates.map(({ model }) => model);
}

/** Ranks by what each model is worth; those left out are worth nothing. */
function ranking(worth: Readonly<Record<string, number>>, plan?: RoutePlan): Router {
  return {
    id: "worth",
    rank: (_request, candidates) =>
      candidates
        .map((candidate): Ranked => {
          const score = worth[candidate.model] ?? 0;
          return { candidate, score, reason: () => `worth ${score}` };
        })
        .toSorted((one, other) => other.score - one.score),
    ...(plan && { plan: () => plan }),
  };
}

describe("a pool", () => {
  const listed = ["acme/a", "acme/claude-1", "open/x/claude-2", "open/b"];

  it.each([
    ["all of a provider", ["acme/*"], ["acme/a", "acme/claude-1"]],
    ["a family, of gateways too", ["*/claude-*"], ["acme/claude-1", "open/x/claude-2"]],
    ["all there is", ["*"], listed],
    [
      "a name first, then what is left",
      ["open/b", "*"],
      ["open/b", "acme/a", "acme/claude-1", "open/x/claude-2"],
    ],
    ["a name that nobody lists", ["acme/new", "acme/a"], ["acme/new", "acme/a"]],
    ["points as points", ["acme/.*"], []],
  ])("takes in %s", (_what, pool, models) => {
    expect(modelsOf(decide({ pool: { pool } }, { listed }))).toEqual(models);
  });

  it("says which pattern fits nothing, and gives no candidates when all of them do not", () => {
    const route = decide({ pool: { pool: ["acme/*", "open/*"] } });

    expect(route.candidates).toEqual([]);
    expect(route.excluded).toEqual([
      { model: "acme/*", why: "no provider lists a model that fits this" },
      { model: "open/*", why: "no provider lists a model that fits this" },
    ]);
    expect(route.estimate).toBeUndefined();
  });

  it("takes in what a provider lists later", () => {
    const pool = { pool: ["acme/*"] };
    const before = decide({ pool }, { listed: [] });

    const after = decide({ pool }, { listed });

    expect(modelsOf(before)).toEqual([]);
    expect(modelsOf(after)).toEqual(["acme/a", "acme/claude-1"]);
  });

  it("tries what stands in its order first, whatever the router thinks", () => {
    const router = ranking({ "acme/a": 3, "open/b": 2, "acme/claude-1": 1 });

    const { candidates } = decide(
      { pool: { pool: ["*"], router, order: ["*/claude-1", "open/*"] } },
      { listed },
    );

    expect(candidates).toMatchObject([
      { model: "acme/claude-1", score: 1, reason: 'number 1 in "order" of the alias' },
      { model: "open/b", score: 2, reason: 'number 2 in "order" of the alias' },
      { model: "open/x/claude-2", reason: 'number 2 in "order" of the alias' },
      { model: "acme/a", score: 3, reason: "worth 3" },
    ]);
  });

  it("without fallbacks gives the best alone, and says what becomes of the others", () => {
    const router = ranking({ "acme/b": 2, "acme/a": 1 });

    const route = decide({ pool: { pool: ["acme/a", "acme/b"], router, allowFallbacks: false } });

    expect(modelsOf(route)).toEqual(["acme/b"]);
    expect(route.excluded).toEqual([
      { model: "acme/a", why: "the alias allows no fallback, and another model is better" },
    ]);
  });
});

describe("several aliases", () => {
  it("are ranked each by its own router, one after the other", () => {
    const route = decide({
      first: { pool: ["acme/a", "acme/b"], router: ranking({ "acme/b": 1 }) },
      second: ["acme/c", "acme/a"],
    });

    expect(modelsOf(route)).toEqual(["acme/b", "acme/a", "acme/c"]);
    expect(route.routers).toEqual({ first: "worth", second: "priority" });
  });

  it("let a model through that one of them excludes and another does not", () => {
    const route = decide({
      strict: { pool: ["acme/a", "acme/b"], require: ["tools"] },
      lax: ["acme/b"],
    });

    expect(route.candidates).toMatchObject([{ model: "acme/b", alias: "lax" }]);
    expect(route.excluded).toMatchObject([{ model: "acme/a" }]);
  });

  it("are asked by the plan of the first", () => {
    const plan: RoutePlan = { kind: "consensus", size: 2 };

    const first = decide({ one: { pool: ["acme/a"], router: ranking({}, plan) }, two: ["acme/b"] });
    const second = decide({
      two: ["acme/b"],
      one: { pool: ["acme/a"], router: ranking({}, plan) },
    });

    expect(first.plan).toEqual(plan);
    expect(second.plan).toBeUndefined();
  });
});

describe("a router", () => {
  it("is told of the run, the step and the key, and draws from the same seed each time", () => {
    const told: RankRequest[] = [];
    const router: Router = {
      id: "curious",
      rank: (request) => {
        told.push(request);
        return undefined;
      },
    };
    const pools = { pool: { pool: ["acme/a"], router } };

    const { seed } = decide(pools);
    decide(pools, {}, { key: "customer-1" });
    const { seed: other } = decide(pools, {}, { run: "run-2" });

    const { graph, step, run, workspace } = WANTED;
    expect(told[0]).toEqual({ graph, step, run, workspace, key: run, seed });
    expect(told[1]).toEqual({ graph, step, run, workspace, key: "customer-1", seed });
    expect(other).not.toBe(seed);
  });

  it("gets each model with its size, its expected cost and its place in the alias", () => {
    let given: unknown;
    const router: Router = {
      id: "curious",
      rank: (_request, candidates) => {
        given = candidates;
        return undefined;
      },
    };
    const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };

    decide(
      { pool: { pool: ["gone/a", "acme/b", "acme/x/c"], router, ignore: ["gone/*"] } },
      {
        facts: { "acme/b": { price, capabilities: { maxOutputTokens: 100 } } },
        tokens: {
          tokenizerOf: (model) => model,
          count: (_request, model) => ({ tokens: model.length, isEstimate: true }),
        },
        live: seenSignals({}, { outputTokensOf: () => 149.5 }),
      },
    );

    expect(given).toMatchObject([
      {
        model: "acme/b",
        provider: "acme",
        position: 1,
        inputTokens: 6,
        outputTokens: 100,
        expectedNanoUsd: 206_000,
      },
      {
        model: "acme/x/c",
        provider: "acme",
        position: 2,
        inputTokens: 8,
        outputTokens: 150,
        expectedNanoUsd: undefined,
      },
    ]);
  });

  it("without an opinion leaves it to the order of the alias, and is no problem", () => {
    const route = decide({
      pool: { pool: ["acme/a", "acme/b"], router: { id: "silent", rank: () => undefined } },
    });

    expect(modelsOf(route)).toEqual(["acme/a", "acme/b"]);
    expect(route.routers).toEqual({ pool: "priority" });
    expect(route.problems).toBeUndefined();
  });

  const good = ranking({ "acme/b": 1 });
  const rank = (change: (list: readonly Ranked[]) => unknown): Router["rank"] => {
    return (request, candidates, signals) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Routers are written in JavaScript too.
      change(good.rank(request, candidates, signals) ?? []) as readonly Ranked[];
  };

  it.each<[string, Partial<Router>, string]>([
    [
      "throws",
      {
        rank: rank(() => {
          throw new RangeError("the secret prompt");
        }),
      },
      'it threw "RangeError"',
    ],
    [
      "throws what is no error",
      {
        rank: rank(() => {
          throw "the secret prompt";
        }),
      },
      'it threw "string"',
    ],
    [
      "throws an error of a long name",
      {
        rank: rank(() => {
          throw Object.assign(new Error(), { name: "the secret prompt" });
        }),
      },
      'it threw "object"',
    ],
    ["loses a candidate", { rank: rank((list) => list.slice(1)) }, "it left out 1 of 2 candidates"],
    [
      "gives one twice",
      { rank: rank((list) => [...list, list[0]]) },
      "it gave a model twice, or one that is no candidate",
    ],
    [
      "invents one",
      {
        rank: rank((list) =>
          list.map((one) => ({
            ...one,
            candidate: { ...one.candidate, model: "the secret prompt" },
          })),
        ),
      },
      "it gave a model twice, or one that is no candidate",
    ],
    [
      "scores with what is no number",
      { rank: rank((list) => list.map((one) => ({ ...one, score: Number.NaN }))) },
      "it gave a score that is no number",
    ],
    ["gives no list", { rank: rank(() => "acme/b") }, "it gave no list"],
    ["answers later", { rank: rank(() => Promise.resolve([])) }, "it gave no list"],
    ["gives nothing that can be read", { rank: rank(() => [null]) }, 'it threw "TypeError"'],
  ])("is not followed when it %s", (_what, own, problem) => {
    const route = decide({ pool: { pool: ["acme/a", "acme/b"], router: { ...good, ...own } } });

    expect(modelsOf(route)).toEqual(["acme/a", "acme/b"]);
    expect(route.routers).toEqual({ pool: "priority" });
    expect(route.problems).toEqual({ pool: `router "worth" was not followed: ${problem}` });
    expect(JSON.stringify(route)).not.toContain("secret");
  });

  it("is not followed when it plans what nobody knows", () => {
    const plan: unknown = { kind: "dance" };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Routers are written in JavaScript too.
    const router = ranking({ "acme/b": 1 }, plan as RoutePlan);

    const route = decide({ pool: { pool: ["acme/a", "acme/b"], router } });

    expect(modelsOf(route)).toEqual(["acme/a", "acme/b"]);
    expect(route.problems).toEqual({
      pool: 'router "worth" was not followed: it gave a plan of a kind that is not known',
    });
    expect(route.plan).toBeUndefined();
  });

  it("is taken by its name, and its absence is told", () => {
    const there = decide(
      { pool: { pool: ["acme/a", "acme/b"], router: "mine" } },
      { routers: { mine: good } },
    );
    const gone = decide(
      { pool: { pool: ["acme/a", "acme/b"], router: "toString" } },
      { routers: { mine: good } },
    );

    expect(modelsOf(there)).toEqual(["acme/b", "acme/a"]);
    expect(modelsOf(gone)).toEqual(["acme/a", "acme/b"]);
    expect(gone.problems).toEqual({ pool: "there is no router of that name" });
  });

  it("is recorded with short scores, its reasons, and the arm of an experiment", () => {
    const router: Router = {
      id: "experiment",
      rank: (_request, candidates) =>
        candidates.map((candidate) => ({
          candidate,
          score: 2 / 3,
          reason: "drawn".repeat(100),
          arm: "b",
        })),
    };

    const { candidates } = decide({ pool: { pool: ["acme/a"], router } });

    expect(candidates).toMatchObject([{ score: 0.666667, arm: "b" }]);
    expect(candidates[0]?.reason).toHaveLength(200);
  });
});

function unwell(a: "open" | "half-open", b?: "half-open"): Parameters<typeof seenSignals>[0] {
  return { "acme/a": { breaker: a }, ...(b && { "acme/b": { breaker: b } }) };
}

function unwellB(breaker: "half-open"): Parameters<typeof seenSignals>[0] {
  return { "acme/b": { breaker, blockedUntil: 5 } };
}

const onlyB = (model: string): boolean => model === "acme/b";

describe("breakers", () => {
  const pools = { one: ["acme/a", "acme/b", "acme/c"], two: ["acme/d"] };

  it("that are open put a model behind all others, of other aliases too", () => {
    const route = decide(pools, { live: seenSignals(unwell("open", "half-open")) });

    expect(modelsOf(route)).toEqual(["acme/c", "acme/d", "acme/b", "acme/a"]);
    expect(route.candidates.at(-1)).toMatchObject({ signals: { breaker: "open" } });
  });

  it("that are closed put a model behind the others while its provider wants no calls", () => {
    const route = decide(pools, {
      live: seenSignals({ "acme/a": { blockedUntil: 5 }, ...unwellB("half-open") }),
    });

    expect(modelsOf(route)).toEqual(["acme/c", "acme/d", "acme/a", "acme/b"]);
    expect(route.candidates[2]).toMatchObject({ signals: { isBusy: true } });
    expect(route.candidates[3]?.signals).not.toHaveProperty("isBusy");
  });

  it("that are half-open let one decision find out, and ask for leave of the first alone", () => {
    const asked: string[] = [];
    const reserveProbe = (model: string): boolean => {
      asked.push(model);
      return true;
    };

    const route = decide(pools, {
      live: seenSignals(unwell("half-open", "half-open"), { reserveProbe }),
    });

    expect(modelsOf(route)).toEqual(["acme/a", "acme/c", "acme/d", "acme/b"]);
    expect(asked).toEqual(["acme/a"]);
  });

  it("let the next one find out when the first is being found out about", () => {
    const route = decide(pools, {
      live: seenSignals(unwell("half-open", "half-open"), { reserveProbe: onlyB }),
    });

    expect(modelsOf(route)).toEqual(["acme/b", "acme/c", "acme/d", "acme/a"]);
  });

  it("of a pool without fallbacks leave the best that is well", () => {
    const route = decide(
      { pool: { pool: ["acme/a", "acme/b"], allowFallbacks: false } },
      { live: seenSignals(unwell("open")) },
    );

    expect(modelsOf(route)).toEqual(["acme/b"]);
  });
});

describe("the size of a request", () => {
  it("is counted once for each tokenizer, and expected of the first candidate", () => {
    const counted: string[] = [];
    const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };

    const { estimate } = decide(
      { pool: ["acme/a", "acme/b", "open/a"] },
      {
        facts: { "acme/a": { price } },
        tokens: {
          tokenizerOf: (model) => model.split("/")[0] ?? "",
          count: (_request, model) => {
            counted.push(model);
            return { tokens: 1_000, isEstimate: false };
          },
        },
      },
      { maxOutputTokens: 200 },
    );

    expect(counted).toEqual(["acme/a", "open/a"]);
    expect(estimate).toStrictEqual({
      inputTokens: 1_000,
      outputTokens: 200,
      costNanoUsd: 1_400_000,
    });
  });

  it("says when it is no exact count", () => {
    expect(decide({ pool: ["acme/a"] }).estimate).toMatchObject({ isEstimate: true });
  });
});

describe("what is on record", () => {
  it("is the best 20 of each sort, and how many there are besides", () => {
    const listed = Array.from(
      { length: 60 },
      (_, index) => `acme/${index < 25 ? "old" : "new"}-${index}`,
    );

    const { candidates, excluded, unlisted } = decide(
      { pool: { pool: ["acme/*"], ignore: ["*/old-*"] } },
      { listed },
    );

    expect(candidates).toHaveLength(20);
    expect(excluded).toHaveLength(20);
    expect(unlisted).toEqual({ candidates: 15, excluded: 5 });
  });

  it("holds the signals the decision could go by, rounded", () => {
    const third = { p50: 100 / 3, p95: 1_000 / 3 };

    const { candidates } = decide(
      { pool: ["acme/a"] },
      {
        live: seenSignals({
          "acme/a": {
            calls: 10 / 3,
            successRate: 2 / 3,
            durationMs: third,
            tokensPerSecond: third,
            headroom: 1 / 3,
            breaker: "open",
          },
        }),
      },
    );

    expect(candidates[0]?.signals).toStrictEqual({
      calls: 3.3,
      successRate: 0.667,
      durationMs: 33,
      tokensPerSecond: 33.3,
      headroom: 0.333,
      breaker: "open",
    });
  });
});
