import { kit } from "signalbox";
import { z } from "zod";
import { ProviderError, type Provider } from "../../plugins/contract.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import { recordedModels } from "../harness/recorded-models.ts";
import { slowModel } from "../harness/slow-model.ts";

const { graph } = kit<{ readonly models: { readonly small: unknown } }>();

const Items = z.object({ items: z.array(z.number()) });

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** One model call an item. */
const calling = graph({ id: "calling", input: Items }).map("all", {
  over: ({ input }) => input.items,
  concurrency: 3,
  each: (flow) =>
    flow.step("ask", {
      model: "small",
      output: z.string(),
      prompt: ({ item, index }) => `${index}:${item}`,
    }),
});

describe("map", () => {
  it("gives the values in the order of the items, whichever is ready first", async () => {
    const late = graph({ id: "late", input: Items }).map("all", {
      over: ({ input }) => input.items,
      each: (flow) =>
        flow
          .branch("pause", {
            on: ({ index }) => (index === 0 ? "long" : "short"),
            cases: {
              long: (inner) => inner.wait("day", { duration: "1 day" }),
              short: (inner) => inner.wait("second", { duration: "1 second" }),
            },
          })
          .code("end", { run: ({ item, index }) => `${index}:${item}` }),
    });

    const { result } = await runInProcess(late, { items: [7, 8, 9] }, recordedModels(nothing));

    expect(result).toEqual(["0:7", "1:8", "2:9"]);
  });

  it("runs as many items at once as it may, and no more", async () => {
    const slow = slowModel();

    const { durationMs, result } = await runInProcess(calling, { items: numbers(10) }, slow);

    expect(slow.mostAtOnce()).toBe(3);
    expect(durationMs).toBe(4_000);
    expect(result).toEqual(numbers(10).map((index) => `${index}:${index}`));
  });

  it("starts the next item as soon as one is done, without waiting for the others", async () => {
    const uneven = graph({ id: "uneven", input: Items }).map("all", {
      over: ({ input }) => input.items,
      concurrency: 2,
      each: (flow) =>
        flow.branch("pause", {
          on: ({ item }) => (item > 0 ? "long" : "short"),
          cases: {
            long: (inner) => inner.wait("minutes", { duration: "10 minutes" }),
            short: (inner) => inner.wait("minute", { duration: "1 minute" }),
          },
        }),
    });
    const items = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    const { durationMs } = await runInProcess(uneven, { items }, recordedModels(nothing));

    expect(durationMs).toBe(10 * 60_000);
  });

  it("runs four items at once where nothing is said", async () => {
    const plain = graph({ id: "plain", input: Items }).map("all", {
      over: ({ input }) => input.items,
      each: (flow) =>
        flow.step("ask", { model: "small", output: z.string(), prompt: () => "hello" }),
    });
    const slow = slowModel();

    await runInProcess(plain, { items: numbers(9) }, slow);

    expect(slow.mostAtOnce()).toBe(4);
  });

  it("gives an empty array for no items", async () => {
    const run = await runInProcess(calling, { items: [] }, recordedModels(nothing));

    expect(run).toMatchObject({ status: "completed", result: [], attempts: [] });
  });

  it("shows each item its index, and inside another map the inner ones", async () => {
    const nested = graph({ id: "nested", input: z.object({ rows: z.array(z.array(z.number())) }) })
      .code("plus", { run: () => 100 })
      .map("rows", {
        over: ({ input }) => input.rows,
        each: (flow) =>
          flow.code("row", { run: ({ index }) => index }).map("cells", {
            over: ({ item }) => item,
            each: (inner) =>
              inner.code("cell", {
                run: ({ item, index, row, plus }) => [row, index, item + plus],
              }),
          }),
      });

    const { result } = await runInProcess(
      nested,
      { rows: [[5, 6], [], [7]] },
      recordedModels(nothing),
    );

    expect(result).toEqual([
      [
        [0, 0, 105],
        [0, 1, 106],
      ],
      [],
      [[2, 0, 107]],
    ]);
  });

  it("takes 1,000 items", async () => {
    const models = recordedModels(({ prompt }) => ({ text: prompt }));

    const { result, attempts } = await runInProcess(calling, { items: numbers(1_000) }, models);

    expect(result).toEqual(numbers(1_000).map((index) => `${index}:${index}`));
    expect(new Set(attempts.map(({ step }) => step)).size).toBe(1_000);
  });

  it("refuses 100,001 items before the first one starts", async () => {
    const count = 100_001;

    const run = await runInProcess(calling, { items: numbers(count) }, recordedModels(nothing));

    expect(run).toMatchObject({
      status: "failed",
      error: {
        code: "RUN_MAP_TOO_LARGE",
        message: expect.stringContaining(`Map "all" of graph "calling" was given ${count} items`),
      },
      attempts: [],
    });
  });
});

describe("a map whose item fails", () => {
  it("starts no new items, however quick they are", async () => {
    const started: number[] = [];
    const counting = graph({ id: "counting", input: Items }).map("all", {
      over: ({ input }) => input.items,
      concurrency: 2,
      each: (flow) =>
        flow.code("compute", {
          run: ({ index }) => {
            started.push(index);
            if (index === 1) throw new Error("one is bad");
          },
        }),
    });

    const { status } = await runInProcess(
      counting,
      { items: numbers(100) },
      recordedModels(nothing),
    );

    expect(status).toBe("failed");
    expect(started.length).toBeLessThan(5);
  });

  it("fails the run while other items are under way", async () => {
    const slow = slowModel();
    const refusing: Provider = {
      id: "slow",
      async generate(request, context) {
        if (context.step === "all[2]/ask") throw new ProviderError("refused", "no");
        return slow.providers[0]!.generate(request, context);
      },
    };

    const run = await runInProcess(
      calling,
      { items: numbers(100) },
      { ...slow, providers: [refusing] },
    );

    expect(run).toMatchObject({
      status: "failed",
      error: {
        code: "RUN_NO_CANDIDATE_LEFT",
        message: expect.stringContaining('Step "all[2]/ask" of graph "calling"'),
      },
      durationMs: 0,
    });
    expect(run.attempts.map(({ step }) => step)).toEqual([
      "all[0]/ask",
      "all[1]/ask",
      "all[2]/ask",
    ]);
  });

  it("keeps the outcome of every item where failures are collected", async () => {
    const collecting = graph({ id: "collecting", input: Items })
      .map("all", {
        over: ({ input }) => input.items,
        onItemFailure: "collect",
        each: (flow) =>
          flow.step("ask", {
            model: "small",
            output: z.string(),
            prompt: ({ item, index }) => `${index}:${item}`,
          }),
      })
      .code("last", { run: ({ all }) => all });

    const { status, result } = await runInProcess(
      collecting,
      { items: [5, 6, 7, 8] },
      recordedModels(({ step, prompt }) =>
        step === "all[2]/ask" ? { fail: "refused" } : { text: prompt },
      ),
    );

    expect(status).toBe("completed");
    expect(result).toEqual([
      { ok: true, value: "0:5", index: 0 },
      { ok: true, value: "1:6", index: 1 },
      {
        ok: false,
        error: {
          code: "RUN_NO_CANDIDATE_LEFT",
          message: expect.stringContaining('Step "all[2]/ask"'),
        },
        index: 2,
      },
      { ok: true, value: "3:8", index: 3 },
    ]);
  });

  it("cancels what else a collected item has started, and starts no more of it", async () => {
    const untidy = graph({ id: "untidy", input: Items })
      .map("all", {
        over: ({ input }) => input.items,
        onItemFailure: "collect",
        each: (flow) =>
          flow
            .step("slow", { model: "small", output: z.string(), prompt: () => "slow" })
            .step("next", { model: "small", output: z.string(), prompt: () => "next" })
            .wait("soon", { needs: [], duration: "1 second" })
            .code("bad", {
              run: () => {
                throw new Error("broken");
              },
            }),
      })
      .wait("day", { duration: "1 day" });

    const { status, attempts, durationMs } = await runInProcess(
      untidy,
      { items: [0] },
      recordedModels(() => ({ stall: true })),
    );

    expect(status).toBe("completed");
    expect(attempts).toMatchObject([{ step: "all[0]/slow", status: "cancelled", tries: 1 }]);
    expect(durationMs).toBe(1_000 + 86_400_000);
  });

  it("waits for no decision of a collected item that has failed", async () => {
    const untidy = graph({ id: "untidy", input: Items })
      .map("all", {
        over: ({ input }) => input.items,
        onItemFailure: "collect",
        each: (flow) =>
          flow
            .approval("signoff", { decision: z.boolean(), show: () => null })
            .wait("soon", { needs: [], duration: "1 second" })
            .code("bad", {
              run: () => {
                throw new Error("broken");
              },
            }),
      })
      .approval("last", { decision: z.boolean(), show: () => null });

    const run = runInProcess(untidy, { items: [0] }, recordedModels(nothing));

    await expect(run).rejects.toThrow('waits for ever: decision for "last".');
  });

  it("collects what a callback threw, too", async () => {
    const throwing = graph({ id: "throwing", input: Items }).map("all", {
      over: ({ input }) => input.items,
      onItemFailure: "collect",
      each: (flow) =>
        flow.code("compute", {
          run: ({ item }) => {
            if (item === 1) throw new Error("one is bad");
            return item;
          },
        }),
    });

    const { result } = await runInProcess(throwing, { items: [0, 1] }, recordedModels(nothing));

    expect(result).toMatchObject([
      { ok: true, value: 0 },
      {
        ok: false,
        error: {
          code: "RUN_CALLBACK_ERROR",
          message: expect.stringContaining('step "all[1]/compute"'),
        },
      },
    ]);
  });
});

/** For runs that ask no model. */
function nothing(): never {
  throw new Error("no model is asked here");
}
