import { kit } from "signalbox";
import { z } from "zod";
import { FAILURE_POLICIES, type FailureKind } from "../../graph/failure-kinds.ts";
import { ProviderError, type Provider, type ProviderErrorDetails } from "../../plugins/contract.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import { openGate } from "../harness/open-gate.ts";
import { recordedModels } from "../harness/recorded-models.ts";

const { graph } = kit<{ readonly models: { readonly writer: unknown } }>();

const input = z.object({});

const asking = graph({ id: "asking", input }).step("ask", {
  model: "writer",
  output: z.string(),
  deadline: "20 seconds",
  prompt: () => "hello",
});

/** How long a worker waits before it calls the same model again, where the provider does not say. */
const RETRY_DELAY_MS = 250;

const kinds = Object.entries(FAILURE_POLICIES).map(
  ([kind, { retries, tryNextModel, mayBeBilled }]) => ({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The keys of this very object.
    kind: kind as FailureKind,
    calls: retries + 1,
    tryNextModel,
    mayBeBilled,
  }),
);

type Kind = (typeof kinds)[number];

/** What cost nothing Temporal tries again within the attempt; what may be billed is an attempt of its own each time. */
function attemptsOf({ calls, mayBeBilled }: Kind): readonly { readonly tries: number }[] {
  return mayBeBilled ? Array.from({ length: calls }, () => ({ tries: 1 })) : [{ tries: calls }];
}

describe("a model that fails", () => {
  it.each(kinds.filter(({ tryNextModel }) => tryNextModel))(
    "with $kind is called $calls times, then the next one",
    async (row) => {
      const { kind, calls, mayBeBilled } = row;
      const models = recordedModels(({ model }) =>
        model === "first" ? { fail: kind, httpStatus: 500 } : { text: "here" },
      );

      const run = await runInProcess(asking, {}, { ...models, liveSignals: openGate() });

      expect(run).toMatchObject({
        status: "completed",
        result: "here",
        durationMs: mayBeBilled ? 0 : (calls - 1) * RETRY_DELAY_MS,
      });
      expect(run.attempts).toMatchObject([
        ...attemptsOf(row).map(({ tries }) => {
          const failed = { fallback: 0, status: "failed", kind, httpStatus: 500 };
          return { model: "simulated/first", ...failed, tries };
        }),
        { model: "simulated/second", fallback: 1, status: "completed", tries: 1 },
      ]);
      expect(models.requests.map(({ model }) => model)).toEqual([
        ...Array.from({ length: calls }, () => "first"),
        "second",
      ]);
    },
  );

  it.each(kinds.filter(({ tryNextModel }) => !tryNextModel))(
    "with $kind is the last one",
    async ({ kind }) => {
      const models = recordedModels(() => ({ fail: kind }));

      const { error, attempts } = await runInProcess(asking, {}, models);

      expect(error?.code).toBe("RUN_NO_CANDIDATE_LEFT");
      expect(attempts).toMatchObject([{ model: "simulated/first", kind, tries: 1 }]);
    },
  );

  it("is not replaced where the second call succeeds", async () => {
    let calls = 0;
    const models = recordedModels(() => {
      calls += 1;
      return calls === 1 ? { fail: "overloaded" } : { text: "here" };
    });

    const run = await runInProcess(asking, {}, models);

    expect(run).toMatchObject({ result: "here", durationMs: RETRY_DELAY_MS });
    expect(run.attempts).toMatchObject([
      { model: "simulated/first", status: "completed", tries: 2 },
    ]);
  });

  it("ends the run when it was the last one, and every attempt is told", async () => {
    const models = recordedModels(({ model }) =>
      model === "first"
        ? { fail: "overloaded", httpStatus: 529 }
        : { fail: "auth", httpStatus: 401 },
    );

    const { error } = await runInProcess(asking, {}, models);

    expect(error).toEqual({
      code: "RUN_NO_CANDIDATE_LEFT",
      message:
        `Step "ask" of graph "asking" has no model left to try. Attempts: ` +
        `1. simulated/first: simulated failure "overloaded" (overloaded, HTTP 529, 2 calls, 0 ms); ` +
        `2. simulated/second: simulated failure "auth" (auth, HTTP 401, 0 ms). ` +
        `Add another model to the alias, or start the run again once a provider has recovered.`,
    });
  });

  it("is tried once, also where two aliases list it", async () => {
    const both = kit<{ readonly models: { readonly one: unknown; readonly two: unknown } }>()
      .graph({ id: "both", input })
      .step("ask", { model: ["one", "two"], output: z.string(), prompt: () => "hello" });
    const { providers, requests } = recordedModels(() => ({ fail: "auth" }));
    const models = { one: ["simulated/a", "simulated/b"], two: ["simulated/b", "simulated/c"] };

    await runInProcess(both, {}, { providers, models, liveSignals: openGate() });

    expect(requests.map(({ model }) => model)).toEqual(["a", "b", "c"]);
  });

  it("is told apart from one whose plugin threw something unknown, which counts as unavailable", async () => {
    const broken = provider(() => Promise.reject(new TypeError("the key is sk-123")));

    const { attempts, error } = await runInProcess(asking, {}, broken);

    expect(attempts).toMatchObject([{ kind: "unavailable", tries: 2 }]);
    expect(error?.message).not.toContain("sk-123");
  });
});

describe("what a step says of failures", () => {
  it("narrows what is tried again and what falls back, and wins over the alias", async () => {
    const narrow = graph({ id: "narrow", input }).step("ask", {
      model: "writer",
      output: z.string(),
      retryOn: ["timeout"],
      fallbackOn: ["auth"],
      prompt: () => "hello",
    });
    const models = recordedModels(({ model }) =>
      model === "first" ? { fail: "overloaded" } : { text: "here" },
    );

    const { attempts, error } = await runInProcess(narrow, {}, models);

    expect(attempts).toMatchObject([{ kind: "overloaded", tries: 1 }]);
    expect(error?.code).toBe("RUN_NO_CANDIDATE_LEFT");
  });

  it("can have a kind tried again that otherwise is not", async () => {
    const again = graph({ id: "again", input }).step("ask", {
      model: "writer",
      output: z.string(),
      retryOn: ["timeout"],
      prompt: () => "hello",
    });
    const models = recordedModels(({ model }) =>
      model === "first" ? { fail: "timeout" } : { text: "here" },
    );

    const { attempts } = await runInProcess(again, {}, models);

    expect(attempts.map(({ model, kind }) => [model, kind])).toEqual([
      ["simulated/first", "timeout"],
      ["simulated/first", "timeout"],
      ["simulated/second", undefined],
    ]);
  });
});

describe("a reply that does not fit", () => {
  const counting = graph({ id: "counting", input }).step("count", {
    model: "writer",
    output: z.object({ even: z.number().refine((count) => count % 2 === 0, "has to be even") }),
    prompt: () => "How many?",
  });

  it.each([
    ["no JSON", { text: "four" }, "invalid_output"],
    ["another form", { value: { odd: 3 } }, "invalid_output"],
    ["nothing", { text: "  " }, "malformed"],
  ] as const)(
    "because it is %s is asked for again, then of the next model",
    async (_name, reply, kind) => {
      const models = recordedModels(({ model }) =>
        model === "first" ? reply : { value: { even: 4 } },
      );

      const { result, attempts } = await runInProcess(counting, {}, models);

      expect(result).toEqual({ even: 4 });
      expect(attempts).toMatchObject([
        { model: "simulated/first", status: "failed", kind, tries: 1 },
        { model: "simulated/first", status: "failed", kind, tries: 1 },
        { model: "simulated/second", status: "completed" },
      ]);
    },
  );

  it("because of a rule that JSON Schema cannot carry comes from the next model", async () => {
    const models = recordedModels(({ model }) => ({ value: { even: model === "first" ? 3 : 4 } }));

    const { result } = await runInProcess(counting, {}, models);

    expect(result).toEqual({ even: 4 });
  });

  it("because of such a rule is told among the attempts", async () => {
    const models = recordedModels(() => ({ value: { even: 3 } }));

    const { error } = await runInProcess(counting, {}, models);

    expect(error?.message).toMatch(
      /1\. simulated\/first: .*has to be even.*2\. simulated\/first.*3\. simulated\/second/,
    );
  });
});

describe("the provider's wish to wait", () => {
  it.each([
    { kind: "rate_limited", retryAfterMs: 12_000, waitedMs: 12_000, tries: 2 },
    { kind: "overloaded", retryAfterMs: 599_000, waitedMs: 599_000, tries: 2 },
    { kind: "rate_limited", retryAfterMs: 600_001, waitedMs: 0, tries: 1 },
    { kind: "rate_limited", retryAfterMs: Number.NaN, waitedMs: RETRY_DELAY_MS, tries: 2 },
    { kind: "auth", retryAfterMs: 1_000, waitedMs: 0, tries: 1 },
  ] as const)(
    "of $retryAfterMs ms after $kind is $waitedMs ms of the run's time",
    async ({ kind, retryAfterMs, waitedMs, tries }) => {
      const busy = failing(kind, { retryAfterMs });

      const run = await runInProcess(asking, {}, busy);

      expect(run.durationMs).toBe(waitedMs);
      expect(run.attempts).toMatchObject([{ kind, tries }]);
    },
  );
});

describe("a provider that asks to wait, with another model left", () => {
  const patient = graph({ id: "patient", input }).step("ask", {
    model: "writer",
    output: z.string(),
    patience: "1 minute",
    prompt: () => "hello",
  });

  it.each([
    { name: "5 seconds by default", asked: asking, retryAfterMs: 5_000, waitedMs: 5_000, tries: 2 },
    { name: "no longer", asked: asking, retryAfterMs: 5_001, waitedMs: 0, tries: 1 },
    { name: "as the step says", asked: patient, retryAfterMs: 60_000, waitedMs: 60_000, tries: 2 },
    { name: "and no longer", asked: patient, retryAfterMs: 60_001, waitedMs: 0, tries: 1 },
  ])("is waited for $name: $retryAfterMs ms", async ({ asked, retryAfterMs, waitedMs, tries }) => {
    const models = {
      providers: [
        {
          id: "one",
          generate: ({ model }: { readonly model: string }) =>
            model === "busy"
              ? Promise.reject(new ProviderError("rate_limited", "as asked", { retryAfterMs }))
              : Promise.resolve({ text: "here", finishReason: "stop" as const, usage: {} }),
        },
      ],
      models: { writer: ["one/busy", "one/idle"] },
    };

    const run = await runInProcess(asked, {}, models);

    expect(run).toMatchObject({ result: "here", durationMs: waitedMs });
    expect(run.attempts).toMatchObject([
      {
        model: "one/busy",
        kind: "rate_limited",
        tries,
        ...(tries === 1 && { waitMs: retryAfterMs }),
      },
      { model: "one/idle", status: "completed" },
    ]);
  });
});

describe("a model that stalls", () => {
  it("is given up at the deadline of the run's time, and the next one is asked", async () => {
    const models = recordedModels(({ model }) =>
      model === "first" ? { stall: true } : { text: "here" },
    );

    const run = await runInProcess(asking, {}, models);

    expect(run).toMatchObject({ result: "here", durationMs: 20_000 });
    expect(run.attempts).toMatchObject([
      {
        model: "simulated/first",
        status: "failed",
        kind: "timeout",
        tries: 1,
        durationMs: 20_000,
        message: "simulated/first: no complete answer within 20000 ms",
      },
      { model: "simulated/second", status: "completed" },
    ]);
  });

  it("is given up although its provider ignores signal and clock", async () => {
    const deaf = provider(() => new Promise(() => {}));

    const run = await runInProcess(asking, {}, deaf);

    expect(run).toMatchObject({ status: "failed", durationMs: 20_000 });
    expect(run.attempts).toMatchObject([{ kind: "timeout", tries: 1, durationMs: 20_000 }]);
  });

  it("does not slow down the calls and waits after it", async () => {
    const going = graph({ id: "going", input })
      .map("all", {
        over: () => Array.from({ length: 20 }, (_, index) => index),
        concurrency: 20,
        onItemFailure: "collect",
        each: (flow) =>
          flow
            .step("ask", {
              model: "writer",
              output: z.string(),
              deadline: "20 seconds",
              prompt: () => "hello",
            })
            .wait("pause", { duration: "1 minute" }),
      })
      .wait("day", { duration: "1 day" });
    const deaf = provider(() => new Promise(() => {}));
    const startedAt = performance.now();

    const { durationMs } = await runInProcess(going, {}, deaf);

    expect(durationMs).toBe(20_000 + 86_400_000);
    // The first silence costs a second; 20 of them, and each wait after, would cost one each.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it("is no model that takes real time to answer", async () => {
    const busy = provider(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return { text: "here", finishReason: "stop", usage: {} };
    });

    const run = await runInProcess(asking, {}, busy);

    expect(run).toMatchObject({ result: "here", durationMs: 0 });
  });
});

type Models = Parameters<typeof runInProcess>[2];

/** One model, whose provider does this. */
function provider(generate: Provider["generate"]): Models {
  return { providers: [{ id: "one", generate }], models: { writer: ["one/model"] } };
}

/** One model that fails. */
function failing(kind: FailureKind, details: ProviderErrorDetails): Models {
  return provider(() => Promise.reject(new ProviderError(kind, "as asked", details)));
}
