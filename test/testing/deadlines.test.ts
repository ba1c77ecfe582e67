import { kit, type AnyGraph } from "signalbox";
import { z } from "zod";
import { ProviderError } from "../../plugins/contract.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import { defineTool } from "../../worker/config.ts";
import { openGate } from "../harness/open-gate.ts";
import { meteredModels } from "../harness/metered-models.ts";

const find = defineTool({
  description: "Finds a customer.",
  input: z.object({}),
  output: z.string(),
  run: async () => "Ada",
});

const { graph } = kit<{
  readonly models: { readonly one: unknown; readonly two: unknown };
  readonly tools: { readonly find: typeof find };
}>();

const input = z.object({});
const call = { model: "one", output: z.string(), prompt: () => "hello" } as const;
const either = { ...call, model: "two" } as const;

const FOREVER_MS = 100 * 86_400_000;
const stalling = meteredModels(() => ({ afterMs: FOREVER_MS }));

/** A model that is busy, and says for how long. */
function busyFor(retryAfterMs: number) {
  return meteredModels(() => ({
    error: new ProviderError("rate_limited", "busy", { retryAfterMs }),
  }));
}

describe("the deadline of an attempt", () => {
  it("has the next model tried", async () => {
    const models = meteredModels(({ model }) => (model === "dear" ? { afterMs: FOREVER_MS } : {}));
    const asking = graph({ id: "asking", input }).step("ask", { ...either, deadline: "5 seconds" });

    const { status, durationMs, attempts } = await runInProcess(asking, {}, models);

    expect({ status, durationMs }).toEqual({ status: "completed", durationMs: 5_000 });
    expect(attempts).toMatchObject([
      { kind: "timeout", durationMs: 5_000 },
      { status: "completed" },
    ]);
  });

  it("that the last model passes too is told as that, since there was time left", async () => {
    const asking = graph({ id: "asking", input }).step("ask", { ...either, deadline: "5 seconds" });

    const { error, durationMs } = await runInProcess(asking, {}, stalling);

    expect({ code: error?.code, durationMs }).toEqual({
      code: "RUN_NO_CANDIDATE_LEFT",
      durationMs: 10_000,
    });
  });
});

describe("the deadline of a step", () => {
  it("cuts the attempt that would pass it, and ends the run", async () => {
    const asking = graph({ id: "asking", input }).step("ask", {
      ...either,
      deadline: "5 seconds",
      stepDeadline: "8 seconds",
    });

    const { error, durationMs, attempts } = await runInProcess(asking, {}, stalling);

    expect(durationMs).toBe(8_000);
    expect(attempts.map((attempt) => attempt.durationMs)).toEqual([5_000, 3_000]);
    expect(error?.code).toBe("RUN_DEADLINE_PASSED");
    expect(error?.message).toMatch(
      /^Step "ask" of graph "asking" is stopped: the deadline of the step has passed\. Attempts: 1\. metered\/dear.* 2\. metered\/cheap: no complete answer within 3000 ms/,
    );
  });

  it("is 10 minutes where nothing is said", async () => {
    const models = {
      ...stalling,
      models: { one: Array.from({ length: 20 }, (_, at) => `metered/m${at}`) },
      // Their provider would not be asked for all of them.
      liveSignals: openGate(),
    };
    const asking = graph({ id: "asking", input }).step("ask", call);

    const { error, durationMs } = await runInProcess(asking, {}, models);

    expect({ code: error?.code, durationMs }).toEqual({
      code: "RUN_DEADLINE_PASSED",
      durationMs: 600_000,
    });
  });

  it("is that of the graph where the step says nothing", async () => {
    const defaults = { stepDeadline: "3 seconds" } as const;
    const asking = graph({ id: "asking", input, defaults }).step("ask", call);

    const { durationMs } = await runInProcess(asking, {}, stalling);

    expect(durationMs).toBe(3_000);
  });

  it("begins with the step, not with the run", async () => {
    const models = meteredModels(() => ({ afterMs: 4_000 }));
    const later = graph({ id: "later", input })
      .wait("hour", { duration: "1 hour" })
      .step("ask", { ...call, stepDeadline: "5 seconds" });

    const { status } = await runInProcess(later, {}, models);

    expect(status).toBe("completed");
  });

  it("ends a wait for a provider that is busy before it begins, as there is no use in it", async () => {
    const asking = graph({ id: "asking", input }).step("ask", {
      ...call,
      stepDeadline: "8 seconds",
    });
    const models = busyFor(6_000);

    const { durationMs, attempts } = await runInProcess(asking, {}, models);

    // One wait of 6 seconds fits; there is no second one.
    expect(durationMs).toBe(6_000);
    expect(attempts).toMatchObject([{ kind: "rate_limited", tries: 2 }]);
  });

  it("leaves a second try of Temporal's no more than what is left", async () => {
    const models = meteredModels(({ call: count }) =>
      count === 1
        ? { afterMs: 4_000, error: new ProviderError("overloaded", "busy") }
        : { afterMs: FOREVER_MS },
    );
    const asking = graph({ id: "asking", input }).step("ask", {
      ...call,
      deadline: "5 seconds",
      stepDeadline: "6 seconds",
    });

    const { error, durationMs } = await runInProcess(asking, {}, models);

    expect({ code: error?.code, durationMs }).toEqual({
      code: "RUN_DEADLINE_PASSED",
      durationMs: 6_000,
    });
  });
});

describe("the deadline of a run", () => {
  const hour = graph({ id: "hour", input, deadline: "1 hour" });
  const inner = graph({ id: "inner", input }).wait("day", { duration: "1 day" });

  it.each<[string, AnyGraph, string]>([
    ["a call", hour.step("ask", { ...call, deadline: "2 hours" }), "ask"],
    [
      "a call of a chain of models",
      hour.step("ask", { ...either, deadline: "40 minutes", stepDeadline: "1 day" }),
      "ask",
    ],
    ["an approval", hour.approval("ask", { decision: z.boolean(), show: () => "?" }), "ask"],
    [
      "an approval with a later deadline of its own",
      hour.approval("ask", {
        decision: z.boolean(),
        show: () => "?",
        timeout: "2 hours",
        onTimeout: true,
      }),
      "ask",
    ],
    ["a timer", hour.wait("ask", { duration: "2 hours" }), "ask"],
    ["a wait for an event", hour.wait("ask", { event: z.string() }), "ask"],
    [
      "a wait for an event with a later deadline of its own",
      hour.wait("ask", { event: z.string(), timeout: "2 hours", onTimeout: "none" }),
      "ask",
    ],
    [
      "the items of a map",
      hour.map("all", {
        over: () => [1, 2],
        each: (flow) => flow.wait("ask", { duration: "1 day" }),
      }),
      "all[0]/ask",
    ],
    [
      "a round of a refine",
      hour.refine("ask", {
        maxRounds: 2,
        write: { ...call, deadline: "2 hours" },
        review: { ...call, output: z.boolean() },
        accept: (good) => good,
      }),
      "ask[1]/write",
    ],
    ["a sub-graph", hour.sub("ask", { graph: inner, input: () => ({}) }), "day"],
  ])("ends it in the middle of %s, and says so", async (_name, hurried, step) => {
    const { status, error, durationMs } = await runInProcess(hurried, {}, stalling);

    expect({ status, durationMs }).toEqual({ status: "failed", durationMs: 3_600_000 });
    expect(error?.message).toContain(`Step "${step}"`);
    expect(error?.message).toContain("the deadline of the run has passed");
    expect(["RUN_DEADLINE_PASSED", "RUN_SUB_FAILED"]).toContain(error?.code);
  });

  it("leaves steps that come after it untouched: nothing is called any more", async () => {
    const models = meteredModels();
    const after = graph({ id: "after", input, deadline: "1 hour" })
      .code("begin", { run: () => 1 })
      .wait("exactly", { duration: "1 hour" })
      .step("ask", call);

    const { error } = await runInProcess(after, {}, models);

    expect(error?.code).toBe("RUN_DEADLINE_PASSED");
    expect(models.calls).toEqual([]);
  });

  it("is as far as a tool may go", async () => {
    const after = graph({ id: "after", input, deadline: "1 hour" })
      .wait("exactly", { duration: "1 hour" })
      .tool("find", { tool: "find", input: () => ({}) });

    const { error } = await runInProcess(after, {}, { ...meteredModels(), tools: { find } });

    expect(error?.message).toContain(
      `Step "find" of graph "after" is stopped: the deadline of the run`,
    );
  });

  it("that a provider's wish to wait would pass is not waited for", async () => {
    const asking = graph({ id: "asking", input, deadline: "1 minute" }).step("ask", call);

    const { durationMs } = await runInProcess(asking, {}, busyFor(61_000));

    expect(durationMs).toBe(0);
  });

  it("of a sub-graph is its own where that comes first", async () => {
    const minute = graph({ id: "minute", input, deadline: "1 minute" }).step("ask", {
      ...call,
      deadline: "10 minutes",
    });
    const outer = graph({ id: "outer", input, deadline: "1 hour" }).sub("sub", {
      graph: minute,
      input: () => ({}),
    });

    const { error, durationMs } = await runInProcess(outer, {}, stalling);

    expect(durationMs).toBe(60_000);
    expect(error).toMatchObject({
      code: "RUN_SUB_FAILED",
      message: expect.stringContaining(
        `Step "ask" of graph "minute" is stopped: the deadline of the run has passed`,
      ),
    });
  });

  it("is 30 days where nothing is said, since people take holidays", async () => {
    const waiting = graph({ id: "waiting", input }).wait("long", { duration: "31 days" });

    const { error, durationMs } = await runInProcess(waiting, {}, stalling);

    expect(error?.code).toBe("RUN_DEADLINE_PASSED");
    expect(durationMs).toBe(30 * 86_400_000);
  });

  it("that is not reached changes nothing", async () => {
    const asking = graph({ id: "asking", input, deadline: "1 hour" })
      .approval("signoff", {
        decision: z.boolean(),
        show: () => "?",
        timeout: "59 minutes",
        onTimeout: true,
      })
      .step("ask", call);

    const run = await runInProcess(asking, {}, meteredModels());

    expect(run).toMatchObject({ status: "completed", durationMs: 3_540_000 });
  });
});

describe("an item of a map whose step is out of time", () => {
  it("is collected like one that failed", async () => {
    const models = meteredModels(({ step }) =>
      step.startsWith("all[1]") ? { afterMs: FOREVER_MS } : {},
    );
    const collecting = graph({ id: "collecting", input }).map("all", {
      over: () => [1, 2, 3],
      onItemFailure: "collect",
      each: (flow) => flow.step("ask", { ...call, stepDeadline: "2 seconds" }),
    });

    const { result } = await runInProcess(collecting, {}, models);

    expect(result).toMatchObject([
      { ok: true },
      { ok: false, error: { code: "RUN_DEADLINE_PASSED" } },
      { ok: true },
    ]);
  });
});

describe("a call that is cancelled in process", () => {
  it("in the middle may be billed; one that waits for its second try, or never began, is not", async () => {
    const models = meteredModels(({ step }) => {
      if (step.endsWith("/calling")) return { afterMs: FOREVER_MS };
      if (step.endsWith("/waiting")) return { error: new ProviderError("overloaded", "busy") };
      return { afterMs: 100, error: new ProviderError("auth", "no key") };
    });
    const cancelling = graph({ id: "cancelling", input }).map("all", {
      over: () => [1],
      onItemFailure: "collect",
      each: (flow) =>
        flow
          .step("calling", call)
          .step("waiting", { ...call, needs: [] })
          .step("failing", { ...call, needs: [] }),
    });

    const { attempts } = await runInProcess(cancelling, {}, models);

    expect(attempts).toMatchObject([
      { step: "all[0]/calling", status: "cancelled", mayBeBilled: true, durationMs: 100 },
      { step: "all[0]/waiting", status: "cancelled" },
      { step: "all[0]/failing", status: "failed", kind: "auth" },
    ]);
    expect(attempts[1]).not.toHaveProperty("mayBeBilled");
  });
});
