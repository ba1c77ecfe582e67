import { assert, boolean, integer, nat, property } from "fast-check";
import { kit, type Estimate, type EstimateOptions } from "signalbox";
import { z } from "zod";
import { GraphError } from "../../graph/graph-error.ts";

const { graph } = kit({ models: { small: 1, pair: 1 } });
const Input = z.object({ q: z.string() });
const call = { model: "small", output: z.string(), prompt: () => "" } as const;

const options: EstimateOptions = {
  models: { small: ["a/x"], pair: ["a/x", "b/y"] },
  prices: {
    "a/x": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
    "b/y": { inputUsdPerMTok: 3, outputUsdPerMTok: 4 },
  },
  sizes: { "*": { inputTokens: 100, outputTokens: 10 } },
};

/** 100 tokens in at 1 USD and 10 out at 2 USD a million. */
const X = 120_000;
/** The same at 3 and 4 USD. */
const Y = 340_000;

const start = graph({ id: "g", input: Input });

function callsOf({ least, expected, worst }: Estimate): readonly number[] {
  return [least.calls, expected.calls, worst.calls];
}

function costsOf({ least, expected, worst }: Estimate): readonly (number | undefined)[] {
  return [least.costNanoUsd, expected.costNanoUsd, worst.costNanoUsd];
}

describe("an estimate", () => {
  it.each([
    ["one call", start.step("s", call), [1, 1, 2], [X, X, 2 * X]],
    [
      "a call with a fallback",
      start.step("s", { ...call, model: "pair" }),
      [1, 1, 4],
      [X, X, 2 * (X + Y)],
    ],
    [
      "an optional call",
      start.maybe("s", { ...call, when: () => true }),
      [0, 1, 2],
      [0, X / 2, 2 * X],
    ],
    [
      "a branch",
      start.branch("b", {
        on: (): "one" | "two" => "one",
        cases: {
          one: (flow) => flow.step("s", call),
          two: (flow) => flow.step("s", call).step("t", call).step("u", call),
        },
      }),
      [1, 2, 6],
      [X, 2 * X, 6 * X],
    ],
    [
      "a refinement of five rounds",
      start.refine("r", { maxRounds: 5, write: call, review: call, accept: () => true }),
      [2, 6, 20],
      [2 * X, 6 * X, 20 * X],
    ],
    [
      "a map",
      start.map("m", { over: () => [1], each: (flow) => flow.step("s", call) }),
      [10, 10, 20],
      [10 * X, 10 * X, 20 * X],
    ],
    [
      "what calls no model",
      start
        .code("c", { run: () => 1 })
        .wait("w", { duration: "1 day" })
        .approval("a", { decision: z.boolean(), show: () => 1 }),
      [0, 0, 0],
      [0, 0, 0],
    ],
    [
      "a sub-graph",
      start.sub("s", { graph: start.step("t", call), input: ({ input }) => input }),
      [1, 1, 2],
      [X, X, 2 * X],
    ],
  ] as const)("of %s counts calls and money", (_what, estimated, calls, costs) => {
    const estimate = estimated.estimate(options);

    expect(callsOf(estimate)).toEqual(calls);
    expect(costsOf(estimate)).toEqual(costs);
  });

  it("counts the rounds of tools", () => {
    const { graph: withTools } = kit({
      models: { small: 1 },
      tools: { find: { input: z.string(), output: z.string() } },
    });
    const asking = withTools({ id: "g", input: Input }).step("s", {
      ...call,
      tools: ["find"],
      maxToolRounds: 3,
    });

    expect(callsOf(asking.estimate(options))).toEqual([1, 3, 8]);
  });

  it("takes the number of items and the sizes of calls by path", () => {
    const mapped = start.map("m", { over: () => [1], each: (flow) => flow.step("s", call) });

    const { least } = mapped.estimate({
      ...options,
      items: { m: 3 },
      sizes: { "m/s": { inputTokens: 7, outputTokens: 5 } },
    });

    expect(least).toEqual({ calls: 3, inputTokens: 21, outputTokens: 15, costNanoUsd: 3 * 17_000 });
  });

  it("counts the prompts that an example input suffices for, and no others", () => {
    const asked = start
      .step("first", { ...call, system: () => "1234", prompt: ({ input }) => input.q })
      .step("second", { ...call, prompt: ({ first }) => first.slice(0, 5) });

    const { least } = asked.estimate({ ...options, input: { q: "12345678" } });

    expect(least.inputTokens).toBe(3 + 100);
  });

  it("says which prices are unknown and gives no money where one of those models may answer", () => {
    const estimate = start
      .step("s", { ...call, model: "pair" })
      .estimate({ ...options, prices: { "a/x": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 } } });

    expect(estimate.unknownPrices).toEqual(["b/y"]);
    expect(costsOf(estimate)).toEqual([X, X, undefined]);
  });

  it("rounds every call up to whole nano-dollars, however small the price", () => {
    const { least } = start
      .step("s", call)
      .step("t", call)
      .estimate({
        models: options.models,
        prices: { "a/x": { inputUsdPerMTok: 0.0001, outputUsdPerMTok: 0 } },
        sizes: { "*": { inputTokens: 1, outputTokens: 0 } },
      });

    expect(least.costNanoUsd).toBe(2);
  });

  it.each([
    ["GRAPH_UNKNOWN_ALIAS", { ...options, models: {} }],
    ["GRAPH_INVALID_INPUT", { ...options, input: { q: 1 } }],
  ])("is refused with %s", (code, wrong) => {
    const estimate = (): Estimate => start.step("s", call).estimate(wrong);

    expect(estimate).toThrow(GraphError);
    expect(estimate).toThrow(expect.objectContaining({ code }));
  });

  it("is never larger at least than as a rule, nor as a rule than at most", () => {
    const rounds = integer({ min: 1, max: 9 });
    assert(
      property(rounds, nat(20), boolean(), (maxRounds, items, isOptional) => {
        const refined = start
          .refine("r", {
            maxRounds,
            write: call,
            review: { ...call, model: "pair" },
            accept: () => true,
          })
          .map("m", { over: () => [1], each: (flow) => flow.step("s", call) });
        const all = isOptional ? refined.maybe("o", { ...call, when: () => true }) : refined;

        const [least = 0, expected = 0, worst = 0] = costsOf(
          all.estimate({ ...options, items: { m: items } }),
        );

        expect(least).toBeLessThanOrEqual(expected);
        expect(expected).toBeLessThanOrEqual(worst);
      }),
    );
  });
});
