import type { ModelPool } from "../../activities/model-pool.ts";
import type { Router } from "../../plugins/contract.ts";
import { simulated } from "../../plugins/providers/simulated.ts";
import { defineConfig, type Config } from "../../worker/config.ts";

const providers = [simulated({ replies: () => ({ text: "hello" }) })];

/** A router that has replies judged by an alias. */
function judgedBy(model: string, kind: "cascade" | "consensus"): Router {
  const judge = { model, rubric: "It is kind." };
  return {
    id: kind,
    rank: () => undefined,
    plan: () =>
      kind === "cascade"
        ? { kind, accept: { judge: { ...judge, atLeast: 0.5 } } }
        : { kind, size: 3, judge },
  };
}

/** The pool may be anything: configurations are written in JavaScript too. */
function define(pool: object, others: Partial<Config> = {}): Config {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- That it may be none is what is tested.
  return defineConfig({ providers, models: { writer: pool as ModelPool }, ...others });
}

describe("a pool", () => {
  it("may have every preference there is, and patterns that a provider may fit", () => {
    const pool: ModelPool = {
      pool: ["simulated/a", "simulated/*", "*/claude-*", "sim*", "*"],
      router: "priority",
      only: ["simulated/*"],
      ignore: ["*:free"],
      order: ["simulated/a"],
      maxPrice: { inputUsdPerMTok: 0, outputUsdPerMTok: 20, perCallUsd: 0.01 },
      maxLatencyMs: 5_000,
      minThroughput: 20,
      region: ["eu", "us"],
      dataPolicy: { training: "deny", retention: { maxDays: 30 } },
      require: ["jsonSchema", "tools", "vision", "streaming"],
      minContext: 32_000,
      allowFallbacks: false,
      retryOn: [],
      fallbackOn: ["timeout"],
    };

    expect(() => define(pool)).not.toThrow();
  });

  it("may name a router of the configuration, or be given one", () => {
    const own: Router = { id: "own", rank: () => undefined };

    expect(() =>
      define({ pool: ["simulated/a"], router: "own" }, { routers: { own } }),
    ).not.toThrow();
    expect(() => define({ pool: ["simulated/a"], router: own })).not.toThrow();
  });

  it.each([
    ["no models", { pool: [] }, "CONFIG_EMPTY_ALIAS", "no models"],
    ["neither list nor pool", {}, "CONFIG_EMPTY_ALIAS", "no models"],
    [
      "a pattern that no provider fits",
      { pool: ["openrouter/*"] },
      "CONFIG_UNKNOWN_PROVIDER",
      '"openrouter/*"',
    ],
    [
      "a model of no provider",
      { pool: ["openai/gpt-5"] },
      "CONFIG_UNKNOWN_PROVIDER",
      '"openai/gpt-5"',
    ],
    [
      "a router that is not there",
      { pool: ["simulated/a"], router: "dearest" },
      "CONFIG_UNKNOWN_ROUTER",
      '"dearest"',
    ],
    [
      "the name of a method of all objects",
      { pool: ["simulated/a"], router: "toString" },
      "CONFIG_UNKNOWN_ROUTER",
      '"toString"',
    ],
    [
      "a factory for a router",
      { pool: ["simulated/a"], router: () => ({}) },
      "CONFIG_UNKNOWN_ROUTER",
      "without `rank`",
    ],
    [
      "an unknown kind of failure",
      { pool: ["simulated/a"], retryOn: ["cancelled"] },
      "CONFIG_INVALID_RECOVERY",
      '"cancelled"',
    ],
  ])("is refused with %s", (_what, pool, code, message) => {
    expect(() => define(pool)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ["a misspelt one", { maxprice: { perCallUsd: 1 } }, "maxprice"],
    ["a price below 0", { maxPrice: { perCallUsd: -1 } }, "maxPrice.perCallUsd"],
    [
      "a price that is no number",
      { maxPrice: { inputUsdPerMTok: Number.NaN } },
      "maxPrice.inputUsdPerMTok",
    ],
    ["an unknown price", { maxPrice: { perTokenUsd: 1 } }, "maxPrice.perTokenUsd"],
    ["a latency of 0", { maxLatencyMs: 0 }, "maxLatencyMs"],
    ["a throughput in words", { minThroughput: "fast" }, "minThroughput"],
    ["no region of a list", { region: [] }, "region"],
    ["an unknown policy", { dataPolicy: { training: "allow" } }, "dataPolicy.training"],
    ["an unknown retention", { dataPolicy: { retention: "short" } }, "dataPolicy.retention"],
    ["an unknown capability", { require: ["poetry"] }, "require"],
    ["a text for a list", { only: "simulated/a" }, "only"],
    ["no patterns of a list", { order: [] }, "order"],
    ["a context in words", { minContext: "large" }, "minContext"],
    ["fallbacks in words", { allowFallbacks: "no" }, "allowFallbacks"],
  ])("is refused with %s as a preference", (_what, preference, path) => {
    expect(() => define({ pool: ["simulated/a"], ...preference })).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID_PREFERENCE",
        message: expect.stringContaining(`"${path}`),
      }),
    );
  });

  it.each(["cascade", "consensus"] as const)(
    "is refused with a %s whose judge is no alias",
    (kind) => {
      expect(() => define({ pool: ["simulated/a"], router: judgedBy("judge", kind) })).toThrow(
        expect.objectContaining({
          code: "CONFIG_UNKNOWN_ALIAS",
          message: expect.stringContaining('"judge"'),
        }),
      );
      expect(() =>
        define({ pool: ["simulated/a"], router: judgedBy("writer", kind) }),
      ).not.toThrow();
    },
  );

  it("may have a router that cannot plan without a real request", () => {
    const router: Router = {
      id: "shy",
      rank: () => undefined,
      plan: () => {
        throw new TypeError("no request");
      },
    };

    expect(() => define({ pool: ["simulated/a"], router })).not.toThrow();
  });
});
