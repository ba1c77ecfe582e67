import { costOf, type ModelPrice } from "../../activities/price.ts";
import type { ModelReply } from "../../plugins/contract.ts";

function reply(inputTokens?: number, outputTokens?: number, costUsd?: number): ModelReply {
  return { text: "Hello", finishReason: "stop", usage: { inputTokens, outputTokens }, costUsd };
}

function price(inputUsdPerMTok: number, outputUsdPerMTok: number): ModelPrice {
  return { inputUsdPerMTok, outputUsdPerMTok };
}

describe("the cost by the list price", () => {
  it.each([
    // input tokens, output tokens, USD per million of each, 10⁻⁹ USD
    [1_000_000, 0, 1, 2, 1_000_000_000],
    [0, 1_000_000, 1, 2, 2_000_000_000],
    [1_000, 500, 0.25, 2, 1_250_000],
    [12, 5, 3, 15, 111_000],
    [1_000, 1_000, 0.0375, 0.15, 187_500],
    [3, 7, 0.1, 0.2, 1_700],
    [10, 0, 0.0001, 0, 1],
    [1_000_000, 0, 0.000_000_001, 0, 1],
    // floating point makes 0.30000000000000004 of 0.1 + 0.2, and 1.1500000000000001 of 1.15
    [1_000_000, 1_000_000, 0.1, 0.2, 300_000_000],
    [1, 1, 1.15, 2.3, 3_450],
  ])(
    "of %i and %i tokens at %d and %d USD is %i",
    (inputTokens, outputTokens, inputUsd, outputUsd, costNanoUsd) => {
      const cost = costOf(reply(inputTokens, outputTokens), price(inputUsd, outputUsd));

      expect(cost).toBe(costNanoUsd);
    },
  );

  it.each([
    [1, 0, 0.0375, 0, 38],
    [2, 0, 0.0375, 0, 75],
    [1, 0, 0.000_001, 0, 1],
    [1, 0, 0.000_000_001, 0, 1],
    // 37.5 + 37.5: rounded once, not part by part
    [1, 1, 0.0375, 0.0375, 75],
  ])(
    "of %i and %i tokens at %d and %d USD is rounded up to %i",
    (inputTokens, outputTokens, inputUsd, outputUsd, costNanoUsd) => {
      const cost = costOf(reply(inputTokens, outputTokens), price(inputUsd, outputUsd));

      expect(cost).toBe(costNanoUsd);
    },
  );

  it.each([
    [1_000_000_000, 0, 15, 0, 15_000_000_000_000],
    // 2⁵³ would be passed on the way by every product in floating point
    [123_456_789_012, 1, 0.0375, 10, 4_629_629_587_950 + 10_000],
    [9_007_199_254_740_991, 0, 0.001, 0, 9_007_199_254_740_991],
  ])(
    "of %i and %i tokens at %d and %d USD is exact",
    (inputTokens, outputTokens, inputUsd, outputUsd, costNanoUsd) => {
      const cost = costOf(reply(inputTokens, outputTokens), price(inputUsd, outputUsd));

      expect(cost).toBe(costNanoUsd);
    },
  );

  it("is nothing at a price of 0", () => {
    expect(costOf(reply(1_000_000, 1_000_000), price(0, 0))).toBe(0);
  });

  it("is nothing for no tokens", () => {
    expect(costOf(reply(0, 0), price(3, 15))).toBe(0);
  });
});

describe("the cost the provider states", () => {
  it.each([
    [0.25, 250_000_000],
    [0.000_111, 111_000],
    [0.1 + 0.2, 300_000_000],
    [0, 0],
  ])("wins over the list price: %d USD", (costUsd, costNanoUsd) => {
    const cost = costOf(reply(12, 5, costUsd), price(3, 15));

    expect(cost).toBe(costNanoUsd);
  });

  it("needs neither price nor tokens", () => {
    expect(costOf(reply(undefined, undefined, 0.5), undefined)).toBe(500_000_000);
  });
});

describe("the cost is not known", () => {
  it.each<[string, ModelReply, ModelPrice | undefined]>([
    ["without a price", reply(12, 5), undefined],
    ["without input tokens", reply(undefined, 5), price(3, 15)],
    ["without output tokens", reply(12, undefined), price(3, 15)],
    ["for half a token", reply(12.5, 5), price(3, 15)],
    ["for a count that is no number", reply(Number.NaN, 5), price(3, 15)],
    ["for an endless count", reply(12, Infinity), price(3, 15)],
    ["for a negative count", reply(12, -5), price(3, 15)],
    ["for a stated cost that is no number", reply(12, 5, Number.NaN), undefined],
    ["for a negative stated cost", reply(12, 5, -1), undefined],
  ])("%s", (_name, modelReply, modelPrice) => {
    expect(costOf(modelReply, modelPrice)).toBeUndefined();
  });
});
