import { once } from "node:events";
import { inspect } from "node:util";
import {
  ApplicationFailure,
  ApplicationFailureCategory,
  CancelledFailure,
  defaultFailureConverter,
  defaultPayloadConverter,
} from "@temporalio/common";
import { MockActivityEnvironment } from "@temporalio/testing";
import { z } from "zod";
import { attempt } from "../../activities/attempt.ts";
import type { ModelAccess } from "../../activities/call-provider.ts";
import type { AttemptReply, AttemptRequest } from "../../activities/contract.ts";
import { NO_GUARDRAILS } from "../../activities/guarding/guardrails.ts";
import { createLiveSignals } from "../../activities/signals/create-live-signals.ts";
import type { Admission, LiveSignals } from "../../activities/signals/live-signals.ts";
import { FAILURE_KINDS, type FailureKind } from "../../graph/failure-kinds.ts";
import { toJsonSchema } from "../../graph/schema.ts";
import {
  ProviderError,
  type CallContext,
  type ModelReply,
  type ModelRequest,
  type Provider,
} from "../../plugins/contract.ts";

/** Stands for a model's words, a prompt or a key: what no error may repeat. */
const CANARY = "canary";

const TEXT = toJsonSchema(z.string());
const TRIAGE = toJsonSchema(
  z.object({
    kind: z.enum(["card", "other"]),
    lines: z.array(z.object({ amount: z.number() })),
  }),
);
const GOOD_TRIAGE = { kind: "card", lines: [{ amount: 3 }] };

/** What heartbeats say of a first try. */
const CALLING = { calls: 1, waits: 0, isCalling: true };
const FAILED = { ...CALLING, isCalling: false };

type Generate = Provider["generate"];

interface Setting {
  readonly env?: MockActivityEnvironment;
  /** Default: new ones, of a worker that has just started. */
  readonly live?: LiveSignals;
  readonly request?: Partial<AttemptRequest>;
}

/** Runs an attempt as Temporal would, with a provider `vendor` that does what `generate` says. */
function run(generate: Generate, { env, live, request }: Setting = {}): Promise<AttemptReply> {
  const environment = env ?? new MockActivityEnvironment();
  const access: ModelAccess = {
    providers: new Map([["vendor", { id: "vendor", generate }]]),
    tools: {},
    guarding: NO_GUARDRAILS,
    live: live ?? createLiveSignals({ now: () => performance.now() }),
  };
  return environment.run<[], AttemptReply, () => Promise<AttemptReply>>(() =>
    attempt(
      {
        step: "draft",
        model: "vendor/large",
        messages: [{ role: "user", content: "Hello" }],
        output: TEXT,
        deadlineMs: 30_000,
        ...request,
      },
      access,
    ),
  );
}

async function errorOf(attempted: Promise<AttemptReply>): Promise<unknown> {
  return attempted.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

async function failureOf(attempted: Promise<AttemptReply>): Promise<ApplicationFailure> {
  const error = await errorOf(attempted);
  if (error instanceof ApplicationFailure) return error;
  throw new Error(`Expected an ApplicationFailure, got ${inspect(error)}`);
}

function replying(reply: Partial<ModelReply>): Generate {
  return async () => ({ text: "Hi", finishReason: "stop", usage: {}, ...reply });
}

function failing(error: unknown): Generate {
  return async () => {
    throw error;
  };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Waits for its signal, and tells of the abort as a failure of its own before anyone else hears of it. */
function closingItsSocket(_request: ModelRequest, { signal }: CallContext): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(new ProviderError("unavailable", "the socket was closed"));
    });
  });
}

/** A model that answers nothing, heeding its signal or not, and the context of its call once it is called. */
function stalling({ heedsSignal }: { heedsSignal: boolean }): {
  generate: Generate;
  called: Promise<CallContext>;
} {
  let called: ((context: CallContext) => void) | undefined;
  return {
    called: new Promise((resolve) => {
      called = resolve;
    }),
    generate: (_request, context) => {
      called?.(context);
      return heedsSignal ? untilAborted(context.signal) : new Promise(() => {});
    },
  };
}

/** All that a log or a history can get out of a failure. */
function everythingOf(failure: ApplicationFailure): string {
  return inspect(failure, { depth: Infinity, showHidden: true }) + JSON.stringify(failure);
}

describe("a call", () => {
  it("hands the plugin step, model and messages", async () => {
    const calls: [ModelRequest, string][] = [];

    await run(
      async (request, { step }) => {
        calls.push([request, step]);
        return { text: "Hi", finishReason: "stop", usage: {} };
      },
      {
        request: {
          messages: [
            { role: "system", content: "Be brief." },
            { role: "user", content: "Who are you?" },
          ],
        },
      },
    );

    expect(calls).toEqual([
      [
        {
          model: "large",
          messages: [
            { role: "system", content: "Be brief." },
            { role: "user", content: "Who are you?" },
          ],
          outputSchema: undefined,
        },
        "draft",
      ],
    ]);
  });

  it("sends no system message when the step has none", async () => {
    let messages: ModelRequest["messages"] = [];

    await run(async (request) => {
      messages = request.messages;
      return { text: "Hi", finishReason: "stop", usage: {} };
    });

    expect(messages).toEqual([{ role: "user", content: "Hello" }]);
  });

  it.each([
    ["vendor/large", "large"],
    ["vendor/openai/gpt-5", "openai/gpt-5"],
    ["vendor/a/b/c:free", "a/b/c:free"],
  ])("to %s asks for the model %s", async (name, expected) => {
    let model = "";

    await run(
      async (request) => {
        model = request.model;
        return { text: "Hi", finishReason: "stop", usage: {} };
      },
      { request: { model: name } },
    );

    expect(model).toBe(expected);
  });

  it("to a provider that is not there is not_found", async () => {
    const failure = await failureOf(run(replying({}), { request: { model: "other/large" } }));

    expect(failure.type).toBe("not_found");
    expect(failure.message).toBe('other/large: this worker has no provider "other"');
  });
});

describe("a reply", () => {
  it("comes back with tokens, cost, duration and request id", async () => {
    const generate = replying({ usage: { inputTokens: 12, outputTokens: 5 }, requestId: "req-1" });

    const reply = await run(generate, {
      request: { price: { inputUsdPerMTok: 3, outputUsdPerMTok: 15 } },
    });

    expect(reply).toEqual({
      value: "Hi",
      inputTokens: 12,
      outputTokens: 5,
      costNanoUsd: 111_000,
      durationMs: expect.any(Number),
      requestId: "req-1",
    });
    expect(Number.isInteger(reply.durationMs)).toBe(true);
  });

  it("has no cost when the price of its model is not known", async () => {
    const generate = replying({ usage: { inputTokens: 12, outputTokens: 5 } });

    const reply = await run(generate);

    expect(reply.costNanoUsd).toBeUndefined();
  });

  it("is not lost when the vendor's count of tokens makes no sense", async () => {
    const generate = replying({ usage: { inputTokens: 12.5, outputTokens: 5 } });

    const reply = await run(generate, {
      request: { price: { inputUsdPerMTok: 3, outputUsdPerMTok: 15 } },
    });

    // The prompt as JSON has 36 characters, at four a token.
    expect(reply).toMatchObject({ value: "Hi", inputTokens: 9, outputTokens: 5, isEstimate: true });
    expect(reply.costNanoUsd).toBe(102_000);
  });

  it.each(["Hi", ' "Hi"\n', '{"kind":"card"}'])("of text is kept as it is: %j", async (text) => {
    const reply = await run(replying({ text }));

    expect(reply.value).toBe(text);
  });

  it("of JSON is parsed, and the plugin is told what it must fit", async () => {
    const schemas: unknown[] = [];

    const reply = await run(
      async ({ outputSchema }) => {
        schemas.push(outputSchema);
        return { text: JSON.stringify(GOOD_TRIAGE), finishReason: "stop", usage: {} };
      },
      { request: { output: TRIAGE } },
    );

    expect(reply.value).toEqual(GOOD_TRIAGE);
    expect(schemas).toEqual([TRIAGE]);
  });
});

describe("a reply that does not fit", () => {
  it.each([
    ["a value", { ...GOOD_TRIAGE, kind: CANARY }, ['"kind"']],
    ["a type deep inside", { kind: "card", lines: [{ amount: CANARY }] }, ['"lines.0.amount"']],
    ["several things", { kind: CANARY, lines: CANARY }, ['"kind"', '"lines"']],
    ["a missing part", { kind: "card", note: CANARY }, ['"lines"']],
    ["the whole", CANARY, ['""']],
  ])("names the path and not the content: %s", async (_name, value, paths) => {
    const generate = replying({ text: JSON.stringify(value) });

    const failure = await failureOf(run(generate, { request: { output: TRIAGE } }));

    expect(failure.type).toBe("invalid_output");
    for (const path of paths) expect(failure.message).toContain(`${path}: `);
    expect(everythingOf(failure)).not.toContain(CANARY);
  });

  it("does not name keys that the schema does not know", async () => {
    const output = toJsonSchema(z.strictObject({ kind: z.string() }));
    const generate = replying({ text: JSON.stringify({ kind: "card", [CANARY]: 1 }) });

    const failure = await failureOf(run(generate, { request: { output } }));

    expect(failure.type).toBe("invalid_output");
    expect(everythingOf(failure)).not.toContain(CANARY);
  });

  it("may be text", async () => {
    const output = toJsonSchema(z.string().max(3));

    const failure = await failureOf(run(replying({ text: CANARY }), { request: { output } }));

    expect(failure.type).toBe("invalid_output");
    expect(everythingOf(failure)).not.toContain(CANARY);
  });

  it.each([
    CANARY,
    `{"kind":"${CANARY}`,
    `{"kind":"${CANARY}"`,
    `\`\`\`json\n{"lines":[{"kind":"${CANARY}"}`,
    `[{'${CANARY}':1}`,
  ])("is invalid_output when it is no JSON: %j", async (text) => {
    const failure = await failureOf(run(replying({ text }), { request: { output: TRIAGE } }));

    expect(failure.type).toBe("invalid_output");
    expect(failure.message).toBe("vendor/large: the reply is not JSON");
    expect(everythingOf(failure)).not.toContain(CANARY);
  });

  it.each([
    ["text", TEXT, ""],
    ["text", TEXT, " \n"],
    ["JSON", TRIAGE, ""],
  ])("is malformed when %s was asked for and it is empty", async (_name, output, text) => {
    const failure = await failureOf(run(replying({ text }), { request: { output } }));

    expect(failure.type).toBe("malformed");
  });

  it.each([
    ["length", "invalid_output"],
    ["content_filter", "content_filtered"],
  ] as const)(
    "fails when it finished with %s, however good it looks",
    async (finishReason, kind) => {
      const failure = await failureOf(run(replying({ text: CANARY, finishReason })));

      expect(failure.type).toBe(kind);
      expect(everythingOf(failure)).not.toContain(CANARY);
    },
  );

  it.each<[string, Partial<ModelReply>]>([
    ["no JSON", { text: "Hi" }],
    ["another shape", { text: "{}" }],
    ["empty", { text: "" }],
    ["cut short", { finishReason: "length" }],
    ["filtered", { finishReason: "content_filter" }],
  ])("keeps its request id: %s", async (_name, reply) => {
    const generate = replying({ ...reply, requestId: "req-1" });

    const failure = await failureOf(run(generate, { request: { output: TRIAGE } }));

    expect(failure.details).toMatchObject([{ requestId: "req-1" }]);
  });
});

describe("the deadline", () => {
  it.each([
    ["heeds its signal", true],
    ["ignores its signal", false],
  ])("ends a call to a plugin that %s", async (_name, heedsSignal) => {
    const { generate } = stalling({ heedsSignal });

    const failure = await failureOf(run(generate, { request: { deadlineMs: 30 } }));

    expect(failure).toMatchObject({
      type: "timeout",
      message: "vendor/large: no complete answer within 30 ms",
      nonRetryable: true,
    });
    expect(failure.details).toMatchObject([{ kind: "timeout" }]);
  });

  it("aborts the plugin's signal", async () => {
    const { generate, called } = stalling({ heedsSignal: false });

    await failureOf(run(generate, { request: { deadlineMs: 30 } }));

    expect((await called).signal.aborted).toBe(true);
  });

  it("is what counts, whatever a plugin makes of its aborted signal", async () => {
    const failure = await failureOf(run(closingItsSocket, { request: { deadlineMs: 30 } }));

    expect(failure.type).toBe("timeout");
  });

  it("is the duration of the call on record", async () => {
    const { generate } = stalling({ heedsSignal: true });

    const failure = await failureOf(run(generate, { request: { deadlineMs: 30 } }));

    const [{ durationMs }] = z.tuple([z.object({ durationMs: z.int() })]).parse(failure.details);
    // Node's timers may fire a millisecond early.
    expect(durationMs).toBeGreaterThanOrEqual(29);
    expect(durationMs).toBeLessThan(1_000);
  });
});

describe("a cancelled attempt", () => {
  it.each([
    ["heeds its signal", true],
    ["ignores its signal", false],
  ])("ends as cancelled with a plugin that %s", async (_name, heedsSignal) => {
    const env = new MockActivityEnvironment();
    const { generate, called } = stalling({ heedsSignal });
    const ended = errorOf(run(generate, { env }));
    const { signal } = await called;

    env.cancel();
    const error = await ended;

    expect(error).toBeInstanceOf(CancelledFailure);
    expect(signal.aborted).toBe(true);
  });

  it("ends as cancelled whatever the plugin makes of its aborted signal", async () => {
    const env = new MockActivityEnvironment();
    const ended = errorOf(
      run(
        (...call) => {
          const reply = closingItsSocket(...call);
          env.cancel();
          return reply;
        },
        { env },
      ),
    );

    const error = await ended;

    expect(error).toBeInstanceOf(CancelledFailure);
  });
});

describe("heartbeats", () => {
  it("are not sent of a first try that is quick, whatever its plugin reports", async () => {
    const env = new MockActivityEnvironment();
    const beats: unknown[] = [];
    env.on("heartbeat", (details) => beats.push(details));

    await run(replyingInParts, { env });

    expect(beats).toEqual([]);
  });

  it("say of a later try that it may have called, from its beginning", async () => {
    const heartbeatDetails = { calls: 1, waits: 0, isCalling: false };
    const env = new MockActivityEnvironment({ attempt: 2, heartbeatDetails });
    const beats: unknown[] = [];
    env.on("heartbeat", (details) => beats.push(details));

    await run(replying({}), { env });

    expect(beats).toEqual([{ calls: 2, waits: 0, isCalling: true, by: 2 }]);
  });

  it("come by themselves while a plugin is silent", async () => {
    const env = new MockActivityEnvironment();
    const { generate, called } = stalling({ heedsSignal: true });
    const beat = once(env, "heartbeat");
    const ended = errorOf(run(generate, { env }));
    await called;

    await beat;
    env.cancel();

    expect(await ended).toBeInstanceOf(CancelledFailure);
  });
});

describe("what a plugin throws", () => {
  it("keeps its kind and message when it is a ProviderError", async () => {
    const failure = await failureOf(run(failing(new ProviderError("auth", "the key is revoked"))));

    expect(failure.type).toBe("auth");
    expect(failure.message).toBe("vendor/large: the key is revoked");
  });

  it("may be thrown before there is a promise", async () => {
    const failure = await failureOf(
      run(() => {
        throw new ProviderError("auth", "the key is revoked");
      }),
    );

    expect(failure.type).toBe("auth");
  });

  it("is on record in the details, without its cause", async () => {
    const error = new ProviderError("overloaded", "busy", {
      httpStatus: 529,
      requestId: "req-1",
      retryAfterMs: 7_000,
      cause: new Error(CANARY),
    });

    const failure = await failureOf(run(failing(error)));

    expect(failure.details).toEqual([
      {
        model: "vendor/large",
        kind: "overloaded",
        durationMs: expect.any(Number),
        tries: 1,
        httpStatus: 529,
        requestId: "req-1",
        waitMs: 7_000,
      },
    ]);
    expect(everythingOf(failure)).not.toContain(CANARY);
  });

  // What a plugin in JavaScript, or one for a later version, can throw.
  const unheardOf: FailureKind = JSON.parse('"unheard_of"');

  it.each<[string, unknown, string]>([
    ["a TypeError", new TypeError(CANARY), "TypeError"],
    ["an error with a cause", new Error(CANARY, { cause: new Error(CANARY) }), "Error"],
    ["a string", CANARY, "string"],
    ["nothing", undefined, "undefined"],
    ["an unknown kind", new ProviderError(unheardOf, CANARY), "ProviderError"],
  ])("is unavailable without its text when it is %s", async (_name, error, thrown) => {
    const failure = await failureOf(run(failing(error)));

    expect(failure).toMatchObject({
      type: "unavailable",
      message: `vendor/large: the provider plugin threw "${thrown}" without a known kind of failure`,
    });
    expect(everythingOf(failure)).not.toContain(CANARY);
  });
});

/** Signals that refuse, or give leave. */
function gate(admission: Admission): LiveSignals {
  return { ...createLiveSignals({ now: () => 0 }), admit: async () => admission };
}

const OPEN = {
  ok: false,
  kind: "unavailable",
  why: "its breaker is open",
  retryAfterMs: 4_000,
} as const;
const LIMITED = { ...OPEN, kind: "rate_limited", why: "the limit is used up" } as const;
const PROBING = { ...OPEN, isProbing: true } as const;
const isLast = true as const;

describe("an attempt whose model may not be called", () => {
  it("fails without a call and for free", async () => {
    const generate = jest.fn(replying({}));

    const failure = await failureOf(run(generate, { live: gate(OPEN) }));

    expect(generate).not.toHaveBeenCalled();
    expect(failure).toMatchObject({
      type: "unavailable",
      message: "vendor/large: not called: its breaker is open",
      nonRetryable: true,
    });
    expect(failure.details).toEqual([
      {
        model: "vendor/large",
        kind: "unavailable",
        durationMs: expect.any(Number),
        tries: 0,
        notCalled: true,
      },
    ]);
  });

  it.each([
    { name: "its breaker, with another model left", live: gate(OPEN), waited: false },
    { name: "its breaker, with none left", live: gate(OPEN), request: { isLast }, waited: true },
    { name: "a limit of the user's", live: gate(LIMITED), waited: true },
    {
      name: "a limit, for longer than the step has patience",
      live: gate({ ...LIMITED, retryAfterMs: 5_001 }),
      waited: false,
    },
    {
      name: "a limit, for a time that is none",
      live: gate({ ...LIMITED, retryAfterMs: Number.NaN }),
      waited: false,
    },
    {
      name: "its breaker, after a cool-down was waited for",
      live: gate(OPEN),
      request: { isLast },
      waits: 1,
      waited: false,
    },
    {
      name: "another call's probe, after a cool-down was waited for",
      live: gate(PROBING),
      request: { isLast },
      waits: 1,
      waited: true,
    },
    {
      name: "probes of others, again and again",
      live: gate(PROBING),
      request: { isLast },
      waits: 4,
      waited: false,
    },
  ])("because of $name, is tried again: $waited", async ({ live, request, waits = 0, waited }) => {
    const heartbeatDetails = { calls: 0, waits, isCalling: false };
    const env = new MockActivityEnvironment({ attempt: 2, heartbeatDetails });

    const failure = await failureOf(run(replying({}), { env, live, request: request ?? {} }));

    expect(failure.nonRetryable).toBe(!waited);
    expect(failure.nextRetryDelay).toBe(waited ? 4_000 : undefined);
  });

  it("remembers what it waited for, and is no lost call", async () => {
    const beats: unknown[] = [];
    const env = new MockActivityEnvironment({ attempt: 1 });
    env.on("heartbeat", (details) => beats.push(details));
    await failureOf(run(replying({}), { env, live: gate(OPEN), request: { isLast } }));
    const later = new MockActivityEnvironment({ attempt: 2, heartbeatDetails: beats.at(-1) });

    const reply = await run(replying({}), { env: later });

    expect(beats.at(-1)).toEqual({ calls: 0, waits: 1, isCalling: false, by: 1 });
    expect(reply).toMatchObject({ value: "Hi", tries: 1 });
  });

  it("after a call that failed, tells of that call", async () => {
    const beats: unknown[] = [];
    const env = new MockActivityEnvironment({ attempt: 1 });
    env.on("heartbeat", (details) => beats.push(details));
    const error = new ProviderError("overloaded", "busy", { httpStatus: 529 });
    await failureOf(run(failing(error), { env }));
    const later = new MockActivityEnvironment({ attempt: 2, heartbeatDetails: beats.at(-1) });

    const failure = await failureOf(run(replying({}), { env: later, live: gate(OPEN) }));

    expect(failure).toMatchObject({
      type: "overloaded",
      message: "vendor/large: busy; then not called: its breaker is open",
      nonRetryable: true,
    });
    expect(failure.details).toMatchObject([{ kind: "overloaded", tries: 1, httpStatus: 529 }]);
    expect(failure.details?.[0]).not.toHaveProperty("notCalled");
  });
});

/** Reports how far it is, and what is left of its limits. */
async function replyingInParts(_request: ModelRequest, context: CallContext): Promise<ModelReply> {
  context.reportProgress("waiting");
  context.reportProgress("receiving");
  return {
    text: "Hi",
    finishReason: "stop",
    usage: { inputTokens: 3, outputTokens: 5 },
    limits: { requests: { limit: 10, remaining: 4 } },
  };
}

describe("the live signals", () => {
  it("are told of a reply: when its first part came, its tokens, cost and limits", async () => {
    const live = createLiveSignals({ now: () => performance.now() });
    const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };

    await run(replyingInParts, { live, request: { price } });

    const seen = live.of("vendor/large");
    expect(seen).toMatchObject({ successRate: 1, headroom: 0.4 });
    expect(seen?.calls).toBeCloseTo(1);
    expect(seen?.costNanoUsd).toBeCloseTo(13_000);
    expect(seen?.firstTokenMs?.p50).toBeGreaterThan(0);
    expect(live.outputTokensOf({ graph: "test", step: "draft" })).toBeCloseTo(5);
  });

  it("are told of a failure, with its limits", async () => {
    const live = createLiveSignals({ now: () => performance.now() });
    const limits = { tokens: { limit: 100, remaining: 0 } };
    const error = new ProviderError("rate_limited", "busy", { limits, retryAfterMs: 9_000 });

    await failureOf(run(failing(error), { live }));

    const seen = live.of("vendor/large");
    expect(seen).toMatchObject({ successRate: 0, headroom: 0 });
    expect(seen?.failures.rate_limited).toBeCloseTo(1);
    expect(seen?.blockedUntil).toBeGreaterThan(performance.now() + 8_000);
  });

  it("are told nothing of a model that the worker has not got", async () => {
    const live = createLiveSignals({ now: () => performance.now() });

    await failureOf(run(replying({}), { live, request: { model: "missing/large" } }));

    expect(live.models()).toEqual([]);
  });

  it("do not hold a cancelled call against the model", async () => {
    const live = createLiveSignals({ now: () => performance.now() });
    const env = new MockActivityEnvironment();
    const { generate, called } = stalling({ heedsSignal: true });
    const attempted = errorOf(run(generate, { env, live }));
    await called;

    env.cancel();
    const error = await attempted;

    expect(error).toBeInstanceOf(CancelledFailure);
    expect(live.of("vendor/large")).toMatchObject({ calls: 0, failures: {}, breaker: "closed" });
  });
});

describe("a failure", () => {
  /** Only what costs nothing: what may be billed is the workflow's to repeat. */
  const calledTwice: readonly FailureKind[] = ["rate_limited", "overloaded", "unavailable"];
  const calledOnce = FAILURE_KINDS.filter((kind) => !calledTwice.includes(kind));

  it.each(calledTwice)("of kind %s lets the same model be called once more", async (kind) => {
    const generate = failing(new ProviderError(kind, "no"));

    const first = await failureOf(run(generate));
    const second = await failureOf(
      run(generate, {
        env: new MockActivityEnvironment({ attempt: 2, heartbeatDetails: FAILED }),
      }),
    );

    expect([first.nonRetryable, second.nonRetryable]).toEqual([false, true]);
  });

  it.each(calledOnce)("of kind %s ends with the first call", async (kind) => {
    const failure = await failureOf(run(failing(new ProviderError(kind, "no"))));

    expect(failure.nonRetryable).toBe(true);
  });

  it.each([0, 3_000, 5_000])("waits as long as the provider asks: %i ms", async (retryAfterMs) => {
    const error = new ProviderError("rate_limited", "slow down", { retryAfterMs });

    const failure = await failureOf(run(failing(error)));

    expect(failure).toMatchObject({ nonRetryable: false, nextRetryDelay: retryAfterMs });
  });

  it.each([undefined, Number.NaN, -5])(
    "leaves the delay to Temporal when the provider asks for %d",
    async (retryAfterMs) => {
      const error = new ProviderError("rate_limited", "slow down", { retryAfterMs });

      const failure = await failureOf(run(failing(error)));

      expect(failure).toMatchObject({ nonRetryable: false, nextRetryDelay: undefined });
    },
  );

  it("waits as long as the step has patience for", async () => {
    const error = new ProviderError("rate_limited", "slow down", { retryAfterMs: 30_000 });

    const failure = await failureOf(run(failing(error), { request: { patienceMs: 30_000 } }));

    expect(failure).toMatchObject({ nonRetryable: false, nextRetryDelay: 30_000 });
  });

  it.each([CALLING, undefined])(
    "of a worker that was lost, whose last word was %s, is not repeated by Temporal: it may be billed",
    async (heartbeatDetails) => {
      const generate = jest.fn(replying({}));
      const env = new MockActivityEnvironment({ attempt: 2, heartbeatDetails });

      const failure = await failureOf(run(generate, { env }));

      expect(generate).not.toHaveBeenCalled();
      expect(failure).toMatchObject({ type: "unavailable", nonRetryable: true });
      expect(failure.details).toMatchObject([{ tries: 1, mayBeBilled: true, isEstimate: true }]);
    },
  );

  it.each([5_001, 3_600_000, Infinity])(
    "goes on to the next model when the provider asks for a long wait: %d ms",
    async (retryAfterMs) => {
      const error = new ProviderError("rate_limited", "slow down", { retryAfterMs });

      const failure = await failureOf(run(failing(error)));

      expect(failure).toMatchObject({ nonRetryable: true, nextRetryDelay: undefined });
    },
  );

  it.each([undefined, 0.123_456_789, Number.NaN, Infinity, 1e300])(
    "can be sent to Temporal with a delay of %d",
    async (retryAfterMs) => {
      const error = new ProviderError("rate_limited", "slow down", { retryAfterMs });

      const failure = await failureOf(run(failing(error)));

      const sent = defaultFailureConverter.errorToFailure(failure, defaultPayloadConverter);
      expect(sent.applicationFailureInfo?.type).toBe("rate_limited");
    },
  );

  it("is no news for the worker's log", async () => {
    const failure = await failureOf(run(failing(new ProviderError("overloaded", "busy"))));

    expect(failure.category).toBe(ApplicationFailureCategory.BENIGN);
  });
});
