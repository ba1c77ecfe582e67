import { assert, double, nat, option, property, record, array } from "fast-check";
import {
  boundCost,
  costOfTokens,
  formatNanoUsd,
  isPrice,
  toNanoUsd,
  type ModelPrice,
} from "../../graph/money.ts";

const plain: ModelPrice = { inputUsdPerMTok: 1, outputUsdPerMTok: 4 };

/** As Gemini's: dearer once the prompt is long. */
const tiered: ModelPrice = {
  inputUsdPerMTok: 1.25,
  outputUsdPerMTok: 10,
  cachedInputUsdPerMTok: 0.125,
  tiers: [{ fromInputTokens: 200_000, inputUsdPerMTok: 2.5, outputUsdPerMTok: 15 }],
};

describe("the cost of tokens", () => {
  it.each([
    [
      "cached input at its own price",
      { inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 0 },
      0.1,
      640_000n,
    ],
    [
      "input that is all cached",
      { inputTokens: 1_000, cachedInputTokens: 1_000, outputTokens: 0 },
      0.1,
      100_000n,
    ],
    [
      "cached input that is free",
      { inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 0 },
      0,
      600_000n,
    ],
    [
      "no more cached input than there is input",
      { inputTokens: 10, cachedInputTokens: 99, outputTokens: 0 },
      0.1,
      1_000n,
    ],
  ])("counts %s", (_name, tokens, cachedInputUsdPerMTok, nanoUsd) => {
    expect(costOfTokens(tokens, { ...plain, cachedInputUsdPerMTok })).toBe(nanoUsd);
  });

  it("counts cached input as other input where it has no price of its own", () => {
    const tokens = { inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 0 };

    expect(costOfTokens(tokens, plain)).toBe(1_000_000n);
  });

  it.each([
    [undefined, 4_000_000n],
    [4, 4_000_000n],
    [12, 8_000_000n],
    [0, 2_000_000n],
  ])("counts reasoning at %p USD per million, which is part of the output", (price, nanoUsd) => {
    const tokens = { inputTokens: 0, outputTokens: 1_000, reasoningTokens: 500 };
    const reasoning = price === undefined ? {} : { reasoningUsdPerMTok: price };

    expect(costOfTokens(tokens, { ...plain, ...reasoning })).toBe(nanoUsd);
  });

  it.each([
    [199_999, 0, 249_998_750n],
    [200_000, 0, 500_000_000n],
    [200_000, 10, 500_150_000n],
    [199_999, 10, 250_098_750n],
  ])("of %i tokens of input, and %i of output, is that of their tier", (input, output, nanoUsd) => {
    const tokens = { inputTokens: input, outputTokens: output };

    expect(costOfTokens(tokens, tiered)).toBe(nanoUsd);
  });

  it("keeps a price in the tiers that say nothing of it", () => {
    const tokens = { inputTokens: 200_000, cachedInputTokens: 200_000, outputTokens: 0 };

    expect(costOfTokens(tokens, tiered)).toBe(25_000_000n);
  });

  it("takes the last of the tiers that the input reaches", () => {
    const price: ModelPrice = {
      ...plain,
      tiers: [
        { fromInputTokens: 100, inputUsdPerMTok: 2 },
        { fromInputTokens: 200, inputUsdPerMTok: 3 },
      ],
    };

    const costs = [99, 100, 199, 200].map((inputTokens) =>
      costOfTokens({ inputTokens, outputTokens: 0 }, price),
    );

    expect(costs).toEqual([99_000n, 200_000n, 398_000n, 600_000n]);
  });

  it("is nothing where the price is nothing", () => {
    const free: ModelPrice = { inputUsdPerMTok: 0, outputUsdPerMTok: 0 };

    expect(costOfTokens({ inputTokens: 9_999, outputTokens: 9_999 }, free)).toBe(0n);
  });

  it("of as many tokens as a number can count is exact", () => {
    const tokens = {
      inputTokens: Number.MAX_SAFE_INTEGER,
      outputTokens: Number.MAX_SAFE_INTEGER,
    };

    const cost = costOfTokens(tokens, { inputUsdPerMTok: 75.1, outputUsdPerMTok: 0.2 });

    // (75.1 + 0.2) nano-dollars a thousandth of a token: 9_007_199_254_740_991 × 75_300
    expect(cost).toBe(678_242_103_881_996_622_300n);
  });

  it("adds up exactly where floating point does not", () => {
    const cost = costOfTokens(
      { inputTokens: 1_000_000, outputTokens: 1_000_000 },
      { inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.2 },
    );

    expect(0.1 + 0.2).not.toBe(0.3);
    expect(cost).toBe(BigInt(toNanoUsd(0.3)));
  });
});

const rate = double({ min: 0, max: 200, noNaN: true });
const rates = {
  cachedInputUsdPerMTok: option(rate, { nil: undefined }),
  reasoningUsdPerMTok: option(rate, { nil: undefined }),
};
const tiers = array(
  record({
    fromInputTokens: nat({ max: 300_000 }),
    inputUsdPerMTok: option(rate, { nil: undefined }),
    outputUsdPerMTok: option(rate, { nil: undefined }),
    ...rates,
  }).map(dropAbsent),
  { maxLength: 3 },
);
const prices = record({ inputUsdPerMTok: rate, outputUsdPerMTok: rate, ...rates, tiers }).map(
  (price): ModelPrice => dropAbsent(price),
);
const share = double({ min: 0, max: 1, noNaN: true });

describe("the bound of a cost", () => {
  it("is never less than what the tokens, or fewer, can cost in any tier and of any sort", () => {
    const tokens = record({ inputTokens: nat(400_000), outputTokens: nat(100_000) });
    const isBound = property(
      ...([prices, tokens, share, share, share, share] as const),
      (price, most, input, cached, output, reasoning) => {
        const inputTokens = Math.floor(most.inputTokens * input);
        const outputTokens = Math.floor(most.outputTokens * output);
        const cost = costOfTokens(
          {
            inputTokens,
            outputTokens,
            cachedInputTokens: Math.floor(inputTokens * cached),
            reasoningTokens: Math.floor(outputTokens * reasoning),
          },
          price,
        );

        expect(boundCost(most, price)).toBeGreaterThanOrEqual(cost);
      },
    );

    assert(isBound, { seed: 20_261_123, numRuns: 1_000 });
  });

  it("is the cost itself where there is one price", () => {
    const tokens = { inputTokens: 1_234, outputTokens: 567 };

    expect(boundCost(tokens, plain)).toBe(costOfTokens(tokens, plain));
  });
});

describe("a price", () => {
  it.each([
    ["of nothing", { inputUsdPerMTok: 0, outputUsdPerMTok: 0 }, true],
    ["in tiers", tiered, true],
    ["below nothing", { inputUsdPerMTok: -1, outputUsdPerMTok: 0 }, false],
    ["that is no number", { inputUsdPerMTok: Number.NaN, outputUsdPerMTok: 0 }, false],
    ["without end", { inputUsdPerMTok: 0, outputUsdPerMTok: Number.POSITIVE_INFINITY }, false],
    ["below nothing for cached input", { ...plain, cachedInputUsdPerMTok: -0.1 }, false],
    ["below nothing for reasoning", { ...plain, reasoningUsdPerMTok: -0.1 }, false],
    [
      "below nothing in a tier",
      { ...plain, tiers: [{ fromInputTokens: 1, outputUsdPerMTok: -1 }] },
      false,
    ],
    ["with a tier from nowhere", { ...plain, tiers: [{ fromInputTokens: Number.NaN }] }, false],
  ])("%s: can be reckoned with is %p", (_name, price, isOne) => {
    expect(isPrice(price)).toBe(isOne);
  });
});

describe("nano-dollars as text", () => {
  it.each([
    [0, "0.00"],
    [1, "0.000000001"],
    [10, "0.00000001"],
    [22_000, "0.000022"],
    [10_000_000, "0.01"],
    [250_000_000, "0.25"],
    [100_000_000, "0.10"],
    [1_000_000_000, "1.00"],
    [1_500_000_000, "1.50"],
    [1_234_567_891, "1.234567891"],
    [Number.MAX_SAFE_INTEGER, "9007199.254740991"],
  ])("are exact: %i is %s", (nanoUsd, text) => {
    expect(formatNanoUsd(nanoUsd)).toBe(text);
  });

  it("say the number that was meant, for any number of them", () => {
    const isExact = property(nat({ max: Number.MAX_SAFE_INTEGER }), (nanoUsd) => {
      const [whole = "", rest = ""] = formatNanoUsd(nanoUsd).split(".");

      expect(BigInt(whole) * 1_000_000_000n + BigInt(rest.padEnd(9, "0"))).toBe(BigInt(nanoUsd));
      expect(rest.length).toBeGreaterThanOrEqual(2);
    });

    assert(isExact, { seed: 20_261_123 });
  });
});

describe("USD in nano-dollars", () => {
  it.each([
    [0.1, 100_000_000],
    [0.29, 290_000_000],
    [1.15, 1_150_000_000],
    [0.000_000_001, 1],
    [0.000_000_000_4, 0],
    [9_000_000, 9_000_000_000_000_000],
  ])("are the nearest whole number: %d is %i", (usd, nanoUsd) => {
    expect(toNanoUsd(usd)).toBe(nanoUsd);
  });
});

function dropAbsent<T extends object>(members: T): T {
  const there = Object.entries(members).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only optional members are ever absent.
  return Object.fromEntries(there) as T;
}
