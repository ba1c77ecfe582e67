import {
  amountsOf,
  BUDGET_LIMITS,
  createRaiseSchema,
  describeAmount,
  findBudgetProblems,
  type Budget,
  type BudgetLimit,
} from "../../graph/budget.ts";

describe("a budget in amounts", () => {
  it.each<[Budget, object]>([
    [{ usd: 0.25 }, { usd: 250_000_000 }],
    [{ usd: 0.1 + 0.2 }, { usd: 300_000_000 }],
    [{ usd: 0.000_000_001 }, { usd: 1 }],
    [{ usd: 0 }, { usd: 0 }],
    [
      { tokens: 1_000, calls: 3 },
      { tokens: 1_000, calls: 3 },
    ],
    [{ seconds: 1.5 }, { seconds: 1_500 }],
    [{ seconds: 0.1 + 0.2 }, { seconds: 300 }],
    [{ calls: 0, atLimit: "ask" }, { calls: 0 }],
  ])("is whole nano-dollars and milliseconds, absent where no limit is: %j", (budget, amounts) => {
    expect(amountsOf(budget)).toStrictEqual(amounts);
  });
});

describe("an amount for people", () => {
  it.each([
    ["usd", 250_000_000, "0.25 USD"],
    ["usd", 22_000, "0.000022 USD"],
    ["tokens", 1_000, "1000 tokens"],
    ["calls", 0, "0 calls"],
    ["calls", 1, "1 call"],
    ["tokens", 1, "1 token"],
    ["seconds", 1_500, "1.5 seconds"],
    ["seconds", 1_000, "1 second"],
  ] as const)("names the unit: %s %i is %s", (limit, amount, text) => {
    expect(describeAmount(limit, amount)).toBe(text);
  });
});

describe("a budget", () => {
  it.each<[string, Budget]>([
    ["of nothing at all", { usd: 0, tokens: 0, calls: 0, seconds: 0 }],
    ["of parts", { usd: 0.000_000_1, seconds: 0.5 }],
    ["as large as can be counted", { usd: 9_000_000, tokens: Number.MAX_SAFE_INTEGER }],
  ])("%s is one", (_name, budget) => {
    expect(findBudgetProblems(budget)).toEqual([]);
  });

  it.each<[Budget, string]>([
    [{}, "it has no limit"],
    [{ atLimit: "ask" }, "it has no limit"],
    [{ usd: -0.01 }, `"usd" has to be 0 or more`],
    [{ usd: Number.NaN }, `"usd" has to be 0 or more`],
    [{ usd: Number.POSITIVE_INFINITY }, `"usd" has to be 0 or more`],
    [{ usd: 9_000_001 }, `"usd" can be at most 9000000`],
    [{ tokens: 1.5 }, `"tokens" has to be a whole number`],
    [{ calls: 0.5 }, `"calls" has to be a whole number`],
    [{ calls: -1 }, `"calls" has to be 0 or more`],
    [{ tokens: 2 ** 53 }, `"tokens" has to be a whole number`],
    [{ seconds: Number.NaN }, `"seconds" has to be 0 or more`],
    [{ seconds: 1e300 }, `"seconds" can be at most`],
  ])("that is %j is none, because %s", (budget, what) => {
    expect(findBudgetProblems(budget)).toEqual([expect.stringContaining(what)]);
  });

  it("is told all that is wrong with it", () => {
    expect(findBudgetProblems({ usd: -1, calls: 0.5 })).toHaveLength(2);
  });
});

function accepts(limit: BudgetLimit, word: unknown): boolean {
  return createRaiseSchema(limit).safeParse(word).success;
}

describe("the word on a budget", () => {
  it.each(BUDGET_LIMITS)("can be no, or more of %s", (limit) => {
    expect(accepts(limit, { raise: false })).toBe(true);
    expect(accepts(limit, { raise: true, [limit]: 1 })).toBe(true);
  });

  it.each([
    ["nothing", undefined],
    ["a yes that raises nothing", { raise: true }],
    ["a yes that raises by 0", { raise: true, usd: 0 }],
    ["a yes that raises another limit", { raise: true, calls: 5 }],
    ["a yes of less than a nano-dollar", { raise: true, usd: 1e-12 }],
    ["less", { raise: true, usd: -1 }],
    ["endlessly more", { raise: true, usd: Number.POSITIVE_INFINITY }],
    ["more than can be counted", { raise: true, usd: 9_000_001 }],
    ["a part of a call", { raise: true, usd: 1, calls: 0.5 }],
    ["another member", { raise: true, usd: 1, atLimit: "fail" }],
    ["a text", { raise: "yes", usd: 1 }],
  ])("is not %s", (_name, word) => {
    expect(accepts("usd", word)).toBe(false);
  });
});
