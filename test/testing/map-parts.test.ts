import { array, assert, asyncProperty, constantFrom, integer, nat, record } from "fast-check";
import { kit } from "signalbox";
import { z } from "zod";
import type { SimulatedReply } from "../../plugins/providers/simulated.ts";
import { runInProcess, type InProcessRun } from "../../testing/run-in-process.ts";
import { toComparable } from "../harness/compare-attempts.ts";
import { openGate } from "../harness/open-gate.ts";
import { buildGraph, planGraph } from "../harness/random-graph.ts";
import { randomConfig } from "../harness/random-world.ts";
import { recordedModels } from "../harness/recorded-models.ts";
import { slowModel } from "../harness/slow-model.ts";
import { mapped, mappedInput, meteredMap } from "../fixtures/parts.ts";

const { graph } = kit<{ readonly models: { readonly small: unknown } }>();

const Items = z.object({ items: z.array(z.number()) });

function nothing(): SimulatedReply {
  throw new Error("no model is called here");
}

function fanOut(concurrency: number) {
  return graph({ id: "calling", input: Items }).map("all", {
    over: ({ input }) => input.items,
    concurrency,
    each: (flow) =>
      flow.step("ask", {
        model: "small",
        output: z.string(),
        prompt: ({ item, index }) => `${index}:${item}`,
      }),
  });
}

const calling = fanOut(2);

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe("any graph whose maps run in parts", () => {
  const often = {
    seed: 20_261_126,
    numRuns: 150,
    interruptAfterTimeLimit: 40_000,
    markInterruptAsFailure: true,
  };

  it("gives what it gives without parts, by the same attempts", async () => {
    const plans = array(nat({ max: 999 }), { maxLength: 120, size: "max" }).map(planGraph);
    const cases = record({
      plan: plans,
      seed: integer({ min: 0, max: 9_999 }),
      size: constantFrom(1, 2),
    });
    let isLater = 0;
    const isTheSame = asyncProperty(cases, async ({ plan, seed, size }) => {
      const run = (itemsPerPart: number): Promise<InProcessRun<unknown>> =>
        runInProcess(
          buildGraph("random", plan),
          { word: "start" },
          { ...randomConfig(seed), liveSignals: openGate(), itemsPerPart },
        );

      const whole = await run(1_000);
      const cut = await run(size);

      isLater += cut.durationMs > whole.durationMs ? 1 : 0;
      expect({ status: cut.status, result: cut.result }).toEqual({
        status: whole.status,
        result: whole.result,
      });
      // Where something failed, time decides how far the rest came.
      const attempts = [...whole.attempts, ...cut.attempts];
      if (attempts.some(({ status }) => status === "cancelled")) return;
      expect(toComparable(cut.attempts)).toEqual(toComparable(whole.attempts));
      expect(cut.cost.spentNanoUsd).toBe(whole.cost.spentNanoUsd);
    });

    await assert(isTheSame, often);

    // Parts run one after the other, and wait for each other's slowest item: there were some.
    expect(isLater).toBeGreaterThan(0);
  });
});

describe("a map that runs in parts", () => {
  it("gives its flow what it sees without them, and its outcomes in order", async () => {
    const options = {
      ...recordedModels(({ prompt, step }) =>
        step.includes("[14]") ? { fail: "refused" } : { text: prompt },
      ),
      decisions: { "groups[0]/lines[5]/line/asked/ok": { approved: true } },
    };
    const input = mappedInput(20, 5);

    const whole = await runInProcess(mapped, input, options);
    const cut = await runInProcess(mapped, input, { ...options, itemsPerPart: 3 });

    expect(whole.status).toBe("completed");
    expect(cut.result).toEqual(whole.result);
    expect(whole.decisions).toMatchObject([{ step: "groups[0]/lines[5]/line/asked/ok" }]);
    expect(cut.decisions).toEqual(whole.decisions);
    expect(toComparable(cut.attempts)).toEqual(toComparable(whole.attempts));
  });

  it("fails with the error of its item, whose part it does not mention", async () => {
    const models = recordedModels(({ step }) =>
      step === "all[4]/ask" ? { fail: "refused" } : { text: step },
    );

    const whole = await runInProcess(calling, { items: numbers(9) }, models);
    const cut = await runInProcess(calling, { items: numbers(9) }, { ...models, itemsPerPart: 2 });

    expect(cut.error).toEqual(whole.error);
    expect(cut.error).toMatchObject({ code: "RUN_NO_CANDIDATE_LEFT" });
    expect(cut.attempts.map(({ step }) => step)).not.toContain("all[6]/ask");
  });

  it.each([
    [3, 2, 2],
    [3, 4, 4],
    [2, 4, 4],
    [2, 5, 3],
    [1, 3, 3],
  ])(
    "of %s items a part and concurrency %s has up to %s calls in flight",
    async (itemsPerPart, concurrency, most) => {
      const slow = slowModel();
      const wide = fanOut(concurrency);

      await runInProcess(wide, { items: numbers(12) }, { ...slow, itemsPerPart });

      expect(slow.mostAtOnce()).toBe(most);
    },
  );

  it("keeps the budget to the call, and asks for more where it is short", async () => {
    const models = recordedModels(({ prompt }) => ({ text: prompt }));
    const raising = { $budget: { raise: true, calls: 2 } };
    const input = { items: numbers(12) };

    const whole = await runInProcess(meteredMap, input, { ...models, decisions: raising });
    const cut = await runInProcess(meteredMap, input, {
      ...models,
      decisions: raising,
      itemsPerPart: 2,
    });

    expect(cut.result).toEqual(whole.result);
    expect(cut.cost.attempts).toBe(11);
    // Three calls may be made at first, and two more each time: for eleven, somebody is asked four times.
    expect(whole.decisions).toHaveLength(4);
    expect(cut.decisions).toHaveLength(4);
  });

  it("asks for a budget no more once somebody has said no", async () => {
    const models = recordedModels(({ prompt }) => ({ text: prompt }));
    const options = { ...models, decisions: { $budget: { raise: false } } };

    const whole = await runInProcess(meteredMap, { items: numbers(12) }, options);
    const cut = await runInProcess(
      meteredMap,
      { items: numbers(12) },
      { ...options, itemsPerPart: 3 },
    );

    expect(cut.error).toEqual(whole.error);
    expect(cut.error?.code).toBe("RUN_BUDGET_EXCEEDED");
    expect(cut.decisions).toHaveLength(1);
    expect(cut.cost.attempts).toBe(3);
  });

  it.each<readonly [string, { readonly since?: string }, readonly unknown[], string]>([
    ["an input that a schema made", { since: "2026-01-01" }, [1, 2, 3], '"input.since" is Date'],
    ["an item", {}, [1, 2, 3, BigInt(4)], '"over[3]" is bigint'],
    ["what is in an item", {}, [1, 2, { sizes: [1, new Set()] }], '"over[2].sizes[1]" is Set'],
    ["a number that JSON does not know", {}, [1, 2, 3, 4, NaN], '"over[4]" is NaN'],
  ])("is refused for %s before anything starts", async (_what, input, items, words) => {
    const ran: number[] = [];
    const Since = z.object({
      since: z
        .string()
        .transform((text) => new Date(text))
        .optional(),
    });
    const odd = graph({ id: "odd", input: Since }).map("all", {
      over: () => items,
      each: (flow) => flow.code("end", { run: ({ index }) => ran.push(index) }),
    });

    const run = await runInProcess(odd, input, { ...recordedModels(nothing), itemsPerPart: 2 });

    expect(run.error?.code).toBe("RUN_MAP_NOT_JSON");
    expect(run.error?.message).toContain(words);
    expect(ran).toEqual([]);
  });

  it("is refused where JSON cannot carry what an item gives, at that item", async () => {
    const odd = graph({ id: "odd", input: Items })
      .map("all", {
        over: ({ input }) => input.items,
        onItemFailure: "collect",
        each: (flow) =>
          flow.code("end", { run: ({ item }) => ({ size: item === 3 ? new Map() : item }) }),
      })
      .code("last", { run: ({ all }) => all.map(({ ok }) => ok) })
      .code("why", {
        run: ({ all, last }) => ({ last, errors: all.flatMap((one) => (one.ok ? [] : one.error)) }),
      });

    const { result } = await runInProcess(
      odd,
      { items: numbers(5) },
      { ...recordedModels(nothing), itemsPerPart: 2 },
    );

    expect(result).toEqual({
      last: [true, true, true, false, true],
      errors: [
        {
          code: "RUN_MAP_NOT_JSON",
          message: expect.stringContaining('"all[3].size" is Map'),
        },
      ],
    });
  });

  it("takes 10,000 items", async () => {
    const { result } = await runInProcess(
      graph({ id: "doubling", input: Items }).map("all", {
        over: ({ input }) => input.items,
        each: (flow) => flow.code("double", { run: ({ item }) => item * 2 }),
      }),
      { items: numbers(10_000) },
      recordedModels(nothing),
    );

    expect(result).toEqual(numbers(10_000).map((item) => item * 2));
  });
});
