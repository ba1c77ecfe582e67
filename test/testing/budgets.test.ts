import { kit, type AnyGraph } from "signalbox";
import { z } from "zod";
import type { Budget } from "../../graph/budget.ts";
import { toJsonSchema } from "../../graph/schema.ts";
import { boundInputTokens } from "../../graph/token-bound.ts";
import { ProviderError } from "../../plugins/contract.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import { meteredModels, paidFailure } from "../harness/metered-models.ts";

const { graph } = kit<{ readonly models: { readonly one: unknown; readonly two: unknown } }>();

const input = z.object({});
const output = z.string();
const prompt = (): string => "hello";

/** A call that writes two tokens at most: 0.002 USD of the dear model, 0.0002 of the cheap one. */
const call = { model: "one", output, prompt, maxOutputTokens: 2, deadline: "3 seconds" } as const;
const either = { ...call, model: "two" } as const;

/** The most tokens that such a call can take. */
const MOST_TOKENS =
  boundInputTokens({
    messages: [{ role: "user", content: prompt() }],
    output: toJsonSchema(output),
  }) + 2;

/** Three calls, one after the other. */
function three(budget: Budget): AnyGraph {
  return graph({ id: "three", input, budget })
    .step("first", call)
    .step("second", call)
    .step("third", call);
}

/** Calls side by side, as many as there are items. */
function many(items: number, budget: Budget): AnyGraph {
  return graph({ id: "many", input, budget }).map("all", {
    over: () => Array.from({ length: items }, (_, index) => index),
    concurrency: items,
    onItemFailure: "collect",
    each: (flow) => flow.step("ask", call),
  });
}

type Item =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/** What became of the items of such a run. */
function itemsOf(result: unknown): readonly string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What a map that collects gives.
  return (result as readonly Item[]).map((item) => (item.ok ? "ok" : item.error.code));
}

function countOf(list: readonly string[], wanted: string): number {
  return list.filter((word) => word === wanted).length;
}

/** Two calls of this kind fit each of them, a third does not. */
const ENOUGH_FOR_TWO: readonly Budget[] = [
  { usd: 0.005 },
  { usd: 0.004 },
  { tokens: MOST_TOKENS + 12 + 11 },
  { calls: 2 },
];

describe("a run", () => {
  it.each(ENOUGH_FOR_TWO)(
    "with a budget of %j is ended before the call that might pass it",
    async (budget) => {
      const models = meteredModels();

      const { error, attempts, cost } = await runInProcess(three(budget), {}, models);

      expect(error?.code).toBe("RUN_BUDGET_EXCEEDED");
      expect(error?.message).toContain(`Step "third" of graph "three" is stopped by a budget`);
      expect(models.calls.map(({ step }) => step)).toEqual(["first", "second"]);
      expect(attempts).toHaveLength(2);
      expect(cost).toMatchObject({ spentNanoUsd: 4_000_000, wastedNanoUsd: 0 });
    },
  );

  it("is ended with a message that a person understands", async () => {
    const { error } = await runInProcess(three({ usd: 0.005 }), {}, meteredModels());

    expect(error?.message).toBe(
      `Step "third" of graph "three" is stopped by a budget: the run may use 0.005 USD, has 0.001 USD left, ` +
        `and the next call may take up to 0.002 USD. Raise the budget, lower "maxOutputTokens", or give the step a cheaper model.`,
    );
  });

  it("may use its budget to the last nano-dollar", async () => {
    const { status, cost } = await runInProcess(three({ usd: 0.006 }), {}, meteredModels());

    expect(status).toBe("completed");
    expect(cost.spentNanoUsd).toBe(6_000_000);
  });

  it.each<Budget>([{ usd: 0 }, { tokens: 0 }, { calls: 0 }, { seconds: 0 }])(
    "with a budget of %j calls no model",
    async (budget) => {
      const models = meteredModels();

      const { error } = await runInProcess(three(budget), {}, models);

      expect(error?.code).toBe("RUN_BUDGET_EXCEEDED");
      expect(models.calls).toEqual([]);
    },
  );

  it("with a budget of seconds cuts its last call to what is left of them", async () => {
    const models = meteredModels(() => ({ afterMs: 2_000 }));

    const { error, attempts, cost } = await runInProcess(three({ seconds: 5 }), {}, models);

    expect(attempts).toMatchObject([
      { durationMs: 2_000, status: "completed" },
      { durationMs: 2_000, status: "completed" },
      { durationMs: 1_000, status: "failed", kind: "timeout" },
    ]);
    expect(cost.callMs).toBe(5_000);
    expect(error?.code).toBe("RUN_BUDGET_EXCEEDED");
    expect(error?.message).toContain("the run may use 5 seconds, has 0 seconds left");
    expect(error?.message).toContain("no complete answer within 1000 ms");
  });

  it("does not count the time in which it waits for people", async () => {
    const waiting = graph({ id: "waiting", input, budget: { seconds: 5 } })
      .wait("day", { duration: "1 day" })
      .step("ask", call);

    const { status } = await runInProcess(waiting, {}, meteredModels());

    expect(status).toBe("completed");
  });
});

describe("a step", () => {
  it.each(ENOUGH_FOR_TWO)(
    "with a budget of %j is ended before the attempt that might pass it",
    async (budget) => {
      const models = meteredModels(() => ({ error: paidFailure() }));
      const asking = graph({ id: "asking", input }).step("ask", { ...call, model: "two", budget });

      const { error, attempts, cost } = await runInProcess(
        asking,
        {},
        {
          ...models,
          models: { ...models.models, two: ["metered/dear", "metered/dearer"] },
          prices: { ...models.prices, "metered/dearer": models.prices["metered/dear"]! },
        },
      );

      expect(error?.code).toBe("RUN_BUDGET_EXCEEDED");
      expect(error?.message).toMatch(
        /"ask" may use .*Attempts: 1\. metered\/dear.*2\. metered\/dear/,
      );
      expect(attempts.map(({ model }) => model)).toEqual(["metered/dear", "metered/dear"]);
      expect(cost).toMatchObject({ spentNanoUsd: 4_000_000, wastedNanoUsd: 4_000_000 });
    },
  );

  it("has its budget each time it runs", async () => {
    const each = graph({ id: "each", input }).map("all", {
      over: () => [1, 2, 3],
      each: (flow) => flow.step("ask", { ...call, budget: { calls: 1 } }),
    });

    const { status } = await runInProcess(each, {}, meteredModels());

    expect(status).toBe("completed");
  });

  it("cannot use more than its run has left", async () => {
    const generous = graph({ id: "generous", input, budget: { usd: 0.003 } })
      .step("first", call)
      .step("second", { ...call, budget: { usd: 1 } });

    const { error } = await runInProcess(generous, {}, meteredModels());

    expect(error?.message).toContain("the run may use 0.003 USD, has 0.001 USD left");
  });

  it("with a budget leaves those beside it alone", async () => {
    const beside = graph({ id: "beside", input })
      .step("poor", { ...call, budget: { usd: 0.002 } })
      .step("rich", { ...call, needs: [], maxOutputTokens: 500 });

    const { status, cost } = await runInProcess(beside, {}, meteredModels());

    expect([status, cost.spentNanoUsd]).toEqual(["completed", 4_000_000]);
  });

  it("takes the budget of the graph's defaults, for itself", async () => {
    const defaults = { budget: { calls: 1 } };
    const twice = graph({ id: "twice", input, defaults }).step("first", call).step("second", call);

    const { status } = await runInProcess(twice, {}, meteredModels());

    expect(status).toBe("completed");
  });
});

describe("a refine", () => {
  it.each(ENOUGH_FOR_TWO.filter(({ tokens }) => tokens === undefined))(
    "with a budget of %j is ended in the round that might pass it",
    async (budget) => {
      const models = meteredModels(({ step }) =>
        step.endsWith("review") ? { text: "false" } : {},
      );
      const letter = graph({ id: "letter", input }).refine("letter", {
        maxRounds: 5,
        budget,
        write: call,
        review: { ...call, output: z.boolean() },
        accept: (good) => good,
      });

      const { error } = await runInProcess(letter, {}, models);

      expect(models.calls.map(({ step }) => step)).toEqual(["letter[1]/write", "letter[1]/review"]);
      expect(error?.code).toBe("RUN_BUDGET_EXCEEDED");
      expect(error?.message).toMatch(/^Step "letter\[2\]\/write" .*: "letter" may use /);
    },
  );
});

describe("steps side by side", () => {
  it("that would cost 0.08 USD spend no more than the 0.01 there is: what is held cannot be spent twice", async () => {
    const models = meteredModels(() => ({ afterMs: 1_000 }));

    const { result, cost } = await runInProcess(many(40, { usd: 0.01 }), {}, models);

    const items = itemsOf(result);
    expect(countOf(items, "ok")).toBe(5);
    expect(countOf(items, "RUN_BUDGET_EXCEEDED")).toBe(35);
    expect(cost.spentNanoUsd).toBe(10_000_000);
    expect(models.calls).toHaveLength(5);
  });

  it("wait for what calls in flight may give back, instead of giving up", async () => {
    // Of the two tokens that each may write, each writes one.
    const usage = { inputTokens: 10, outputTokens: 1 };
    const models = meteredModels(() => ({ afterMs: 1_000, usage }));

    const { result, cost, durationMs } = await runInProcess(many(40, { usd: 0.01 }), {}, models);

    expect(countOf(itemsOf(result), "ok")).toBe(9);
    expect(cost.spentNanoUsd).toBe(9_000_000);
    // 5, then 2, then 1, and 1 for what those gave back.
    expect(durationMs).toBe(4_000);
  });

  it("all pass where there is enough for one at a time", async () => {
    const usage = { inputTokens: 10, outputTokens: 0 };
    const models = meteredModels(() => ({ afterMs: 1_000, usage }));

    const { result, durationMs } = await runInProcess(many(10, { usd: 0.002 }), {}, models);

    expect(countOf(itemsOf(result), "ok")).toBe(10);
    expect(durationMs).toBe(10_000);
  });

  it.each<Budget>([{ calls: 7 }, { tokens: 6 * 12 + MOST_TOKENS }, { seconds: 21 }])(
    "with a budget of %j make seven calls of forty",
    async (budget) => {
      const models = meteredModels(() => ({ afterMs: 3_000 - 1 }));

      const { result } = await runInProcess(many(40, budget), {}, models);

      expect(countOf(itemsOf(result), "ok")).toBe(7);
    },
  );

  it("end the run with the first that is refused, where failures are not collected", async () => {
    const models = meteredModels(() => ({ afterMs: 1_000 }));
    const beside = graph({ id: "beside", input, budget: { usd: 0.002 } })
      .step("one", call)
      .step("other", { ...call, needs: [] });

    const { error, cost } = await runInProcess(beside, {}, models);

    expect(error?.message).toContain(`Step "other"`);
    expect(cost.spentNanoUsd).toBe(2_000_000);
  });
});

describe("at the limit, a budget that degrades", () => {
  const degrading = graph({
    id: "degrading",
    input,
    budget: { usd: 0.003, atLimit: "degrade" },
  })
    .step("first", either)
    .step("second", either);

  it("has a cheaper model called that fits what is left", async () => {
    const { status, attempts, cost } = await runInProcess(degrading, {}, meteredModels());

    expect(status).toBe("completed");
    expect(attempts.map(({ model, fallback }) => [model, fallback])).toEqual([
      ["metered/dear", 0],
      ["metered/cheap", 1],
    ]);
    expect(cost).toMatchObject({ fallbacks: 1, spentNanoUsd: 2_200_000 });
  });

  it("lists what was not tried, should the cheaper one fail", async () => {
    const models = meteredModels(({ step, model }) =>
      step === "second" && model === "cheap" ? { error: paidFailure("refused") } : {},
    );

    const { error } = await runInProcess(degrading, {}, models);

    expect(error?.code).toBe("RUN_NO_CANDIDATE_LEFT");
    expect(error?.message).toContain("Attempts: 1. metered/cheap: as asked (refused, 0 ms)");
    expect(error?.message).toContain("Not tried: metered/dear: it may take more than is left.");
  });

  it("ends the run where no model fits, not even one whose price is not known", async () => {
    const models = meteredModels();
    const poor = graph({ id: "poor", input, budget: { usd: 0.0001, atLimit: "degrade" } });
    const [small, unknown] = [
      poor.step("ask", either),
      poor.step("ask", { ...either, model: ["one", "two"] }),
    ];

    const none = await runInProcess(small, {}, models);
    const { "metered/cheap": _cheap, ...prices } = models.prices;
    const without = await runInProcess(unknown, {}, { ...models, prices });

    expect(none.error).toMatchObject({
      code: "RUN_BUDGET_EXCEEDED",
      message: expect.stringContaining("next call may take up to 0.0002 USD"),
    });
    expect(without.error).toMatchObject({
      code: "RUN_BUDGET_EXCEEDED",
      message: expect.stringMatching(
        /Not tried: metered\/dear: .*; metered\/cheap: its price is not known/,
      ),
    });
    expect(models.calls).toEqual([]);
  });
});

describe("at the limit, a budget that asks", () => {
  const asking = three({ usd: 0.003, atLimit: "ask" });

  it("has the run go on once somebody raises it, which is on record", async () => {
    const decisions = { $budget: { raise: true, usd: 0.01 } };

    const run = await runInProcess(asking, {}, { ...meteredModels(), decisions });

    expect(run).toMatchObject({ status: "completed", cost: { spentNanoUsd: 6_000_000 } });
    expect(run.decisions).toMatchObject([
      { step: "$budget", kind: "approval", how: "received", value: { raise: true, usd: 0.01 } },
    ]);
  });

  it("shows who decides what there is and what is needed", async () => {
    const shown: unknown[] = [];
    const decide = (show: unknown): unknown => {
      shown.push(show);
      return { raise: true, usd: 0.01 };
    };

    await runInProcess(asking, {}, { ...meteredModels(), decisions: { $budget: decide } });

    expect(shown).toEqual([
      {
        question:
          "Raise the budget? the run may use 0.003 USD, has 0.001 USD left, and the next call may take up to 0.002 USD.",
        limit: "usd",
        allowed: "0.003 USD",
        left: "0.001 USD",
        need: "0.002 USD",
        step: "second",
      },
    ]);
  });

  it("ends the run once somebody says no", async () => {
    const models = meteredModels();

    const run = await runInProcess(
      asking,
      {},
      { ...models, decisions: { $budget: { raise: false } } },
    );

    expect(run.error?.code).toBe("RUN_BUDGET_EXCEEDED");
    expect(run.decisions).toMatchObject([{ step: "$budget", value: { raise: false } }]);
    expect(models.calls).toHaveLength(1);
  });

  it("asks again where the raise is not enough", async () => {
    let asked = 0;
    const decide = (): unknown => {
      asked += 1;
      return { raise: true, usd: 0.000_5 };
    };

    const run = await runInProcess(
      asking,
      {},
      { ...meteredModels(), decisions: { $budget: decide } },
    );

    expect(run.status).toBe("completed");
    // 0.001 is missing for the second step, and 0.002 for the third.
    expect(asked).toBe(6);
    expect(run.cost.spentNanoUsd).toBe(6_000_000);
  });

  it("asks one question for all steps that it stops", async () => {
    let asked = 0;
    const decide = (): unknown => {
      asked += 1;
      return { raise: true, usd: 1 };
    };
    const decisions = { $budget: decide };

    const run = await runInProcess(
      many(20, { usd: 0, atLimit: "ask" }),
      {},
      {
        ...meteredModels(),
        decisions,
      },
    );

    expect(countOf(itemsOf(run.result), "ok")).toBe(20);
    expect(asked).toBe(1);
  });

  it("asks nobody any more after a no", async () => {
    let asked = 0;
    const decide = (): unknown => {
      asked += 1;
      return { raise: false };
    };
    const each = graph({ id: "each", input, budget: { usd: 0, atLimit: "ask" } }).map("all", {
      over: () => [1, 2, 3, 4, 5],
      concurrency: 1,
      onItemFailure: "collect",
      each: (flow) => flow.step("ask", call),
    });

    const run = await runInProcess(
      each,
      {},
      { ...meteredModels(), decisions: { $budget: decide } },
    );

    expect(countOf(itemsOf(run.result), "RUN_BUDGET_EXCEEDED")).toBe(5);
    expect(asked).toBe(1);
  });

  it("of a step asks by that step's path", async () => {
    const own = graph({ id: "own", input }).step("ask", {
      ...call,
      budget: { calls: 0, atLimit: "ask" },
    });

    const run = await runInProcess(
      own,
      {},
      {
        ...meteredModels(),
        decisions: { "ask/$budget": { raise: true, calls: 1 } },
      },
    );

    expect(run.status).toBe("completed");
  });

  it("waits as long as nobody says anything, and a test is told so", async () => {
    const run = runInProcess(asking, {}, meteredModels());

    await expect(run).rejects.toThrow(`decision for "$budget"`);
  });

  it("is no longer asked once the run's own deadline has passed", async () => {
    const hurried = graph({
      id: "hurried",
      input,
      deadline: "1 hour",
      budget: { usd: 0, atLimit: "ask" },
    });

    const run = await runInProcess(hurried.step("ask", call), {}, meteredModels());

    expect(run).toMatchObject({ durationMs: 3_600_000, error: { code: "RUN_DEADLINE_PASSED" } });
  });

  it.each([{ raise: true }, { raise: true, calls: 5 }, { raise: true, usd: 0 }])(
    "refuses a yes that raises nothing of the limit: %j",
    async (decision) => {
      const run = runInProcess(
        asking,
        {},
        { ...meteredModels(), decisions: { $budget: decision } },
      );

      await expect(run).rejects.toThrow(`"usd": has to be more than 0`);
    },
  );
});

describe("attempts that failed", () => {
  it("and are paid for use up the budget like others", async () => {
    let calls = 0;
    const models = meteredModels(() => {
      calls += 1;
      return calls === 1 ? { error: paidFailure() } : {};
    });

    const { error, cost } = await runInProcess(three({ usd: 0.005 }), {}, models);

    expect(error?.message).toContain(`Step "second"`);
    expect(cost).toMatchObject({ spentNanoUsd: 4_000_000, wastedNanoUsd: 2_000_000, failures: 1 });
  });

  it("of which nobody told the end use up all that was held for them", async () => {
    const models = meteredModels(({ step }) => (step === "first" ? { afterMs: 60_000 } : {}));
    const falling = graph({ id: "falling", input, budget: { usd: 0.005 } }).step("first", either);

    const { attempts, cost } = await runInProcess(
      falling,
      {},
      { ...models, models: { ...models.models, two: ["metered/dear", "metered/cheap"] } },
    );

    expect(attempts[0]).toMatchObject({
      kind: "timeout",
      outputTokens: 2,
      costNanoUsd: 2_000_000,
      isEstimate: true,
      mayBeBilled: true,
    });
    expect(cost).toMatchObject({ mayBeBilledNanoUsd: 2_200_000, wastedNanoUsd: 2_200_000 });
  });

  it("and cost nothing leave the money as it was", async () => {
    const models = meteredModels(({ model }) =>
      model === "dear" ? { error: new ProviderError("auth", "as asked") } : {},
    );
    const falling = graph({ id: "falling", input, budget: { usd: 0.002, calls: 2 } });

    const { status, cost } = await runInProcess(falling.step("ask", either), {}, models);

    expect(status).toBe("completed");
    expect(cost).toMatchObject({ spentNanoUsd: 200_000, wastedNanoUsd: 0, attempts: 2 });
  });
});

describe("a model", () => {
  it("that costs nothing may be called under a budget of nothing", async () => {
    const prices = { "metered/dear": { inputUsdPerMTok: 0, outputUsdPerMTok: 0 } };

    const { status, cost } = await runInProcess(
      three({ usd: 0 }),
      {},
      { ...meteredModels(), prices },
    );

    expect([status, cost.spentNanoUsd]).toEqual(["completed", 0]);
  });

  it("whose price is not known is not called under a budget in USD, and the error says so", async () => {
    const models = meteredModels();

    const { error } = await runInProcess(three({ usd: 1 }), {}, { ...models, prices: {} });

    expect(error).toEqual({
      code: "RUN_NO_CANDIDATE_LEFT",
      message:
        `Step "first" of graph "three" has no model left to try. ` +
        `Not tried: metered/dear: its price is not known, and a budget in USD applies. ` +
        `Add a model to the alias that may be used.`,
    });
    expect(models.calls).toEqual([]);
  });

  it("whose price is not known makes way for one whose price is", async () => {
    const models = meteredModels();
    const { "metered/dear": _dear, ...prices } = models.prices;
    const asking = graph({ id: "asking", input, budget: { usd: 1 } }).step("ask", either);

    const { attempts } = await runInProcess(asking, {}, { ...models, prices });

    expect(attempts.map(({ model }) => model)).toEqual(["metered/cheap"]);
  });

  it("whose price is not known is called under other limits, and counted", async () => {
    const { cost } = await runInProcess(
      three({ calls: 9 }),
      {},
      { ...meteredModels(), prices: {} },
    );

    expect(cost).toMatchObject({ callsWithoutPrice: 3, spentNanoUsd: 0 });
  });

  it("that bills more than it could is charged so, and is the last that is called", async () => {
    const models = meteredModels(() => ({ costUsd: 0.5 }));

    const { error, cost } = await runInProcess(three({ usd: 0.01 }), {}, models);

    expect(cost.spentNanoUsd).toBe(500_000_000);
    expect(models.calls).toHaveLength(1);
    expect(error?.message).toContain("the run may use 0.01 USD, has 0.00 USD left");
  });

  it("that counts no tokens is charged by an estimate, marked as such", async () => {
    const models = meteredModels(() => ({ usage: {} }));

    const { attempts, cost } = await runInProcess(three({ usd: 1 }), {}, models);

    // `here` and `""` for no tool calls: six characters.
    expect(attempts[0]).toMatchObject({
      isEstimate: true,
      outputTokens: 2,
      costNanoUsd: 2_000_000,
    });
    expect(cost.spentNanoUsd).toBe(6_000_000);
  });
});

describe("how much a model may write", () => {
  const free = { model: "one", output, prompt } as const;

  it.each<[string, Budget | undefined, number | undefined]>([
    ["no budget is its provider's business", undefined, undefined],
    ["a budget of calls is its provider's business", { calls: 5 }, undefined],
    ["a budget of seconds is its provider's business", { seconds: 500 }, undefined],
    ["a budget in USD is 4,096 tokens", { usd: 10 }, 4_096],
    ["a budget of tokens is 4,096 tokens", { tokens: 10_000 }, 4_096],
  ])("under %s", async (_name, budget, maxOutputTokens) => {
    const models = meteredModels();
    const asking = graph({ id: "asking", input, ...(budget && { budget }) }).step("ask", free);

    await runInProcess(asking, {}, models);

    expect(models.calls[0]?.maxOutputTokens).toBe(maxOutputTokens);
  });

  it.each([50, 9_000])("is what the step says: %i tokens", async (maxOutputTokens) => {
    const models = meteredModels();
    const asking = graph({ id: "asking", input, budget: { usd: 100 } }).step("ask", {
      ...free,
      maxOutputTokens,
    });

    await runInProcess(asking, {}, models);

    expect(models.calls[0]?.maxOutputTokens).toBe(maxOutputTokens);
  });
});

describe("a sub-graph", () => {
  const inner = graph({ id: "inner", input }).step("first", call).step("second", call);
  const poor = graph({ id: "poor", input, budget: { calls: 1 } })
    .step("first", call)
    .step("second", call);

  function outer(budget: Budget | undefined, sub: AnyGraph = inner): AnyGraph {
    return graph({ id: "outer", input, ...(budget && { budget }) })
      .step("before", call)
      .sub("sub", { graph: sub, input: () => ({}) })
      .step("after", call);
  }

  it.each<[number, string, number]>([
    [0.008, "completed", 8_000_000],
    [0.007, "after", 6_000_000],
    [0.005, "sub", 4_000_000],
    [0.002, "sub", 2_000_000],
  ])("shares the %d USD of its parent", async (usd, end, spentNanoUsd) => {
    const { status, error, cost } = await runInProcess(outer({ usd }), {}, meteredModels());

    const [, step] = /[Ss]tep "(before|sub|after)"/.exec(error?.message ?? "") ?? [];
    expect(step ?? status).toBe(end);
    expect(cost.spentNanoUsd).toBe(spentNanoUsd);
  });

  it("that is stopped says by whose budget", async () => {
    const { error } = await runInProcess(outer({ usd: 0.005 }), {}, meteredModels());

    expect(error?.code).toBe("RUN_SUB_FAILED");
    expect(error?.message).toContain("is stopped by a budget: the run may use 0.003 USD");
  });

  it("has its own budget too", async () => {
    const { error, cost } = await runInProcess(outer({ usd: 1 }, poor), {}, meteredModels());

    expect(error?.message).toContain("the run may use 1 call");
    expect(cost.spentNanoUsd).toBe(4_000_000);
  });

  it("has all that is left to itself meanwhile, and gives back what it did not use", async () => {
    const beside = graph({ id: "beside", input, budget: { usd: 0.01 } })
      .sub("one", { graph: inner, input: () => ({}) })
      .sub("other", { needs: [], graph: inner, input: () => ({}) })
      .step("call", { ...call, needs: [] })
      .code("all", { needs: ["one", "other", "call"], run: () => "done" });
    const models = meteredModels(() => ({ afterMs: 1_000 }));

    const { result, cost, durationMs } = await runInProcess(beside, {}, models);

    expect([result, cost.spentNanoUsd]).toEqual(["done", 10_000_000]);
    expect(durationMs).toBe(5_000);
  });

  it("runs beside others where there is no budget", async () => {
    const beside = graph({ id: "beside", input })
      .sub("one", { graph: inner, input: () => ({}) })
      .sub("other", { needs: [], graph: inner, input: () => ({}) });
    const models = meteredModels(() => ({ afterMs: 1_000 }));

    const { durationMs } = await runInProcess(beside, {}, models);

    expect(durationMs).toBe(2_000);
  });
});
