/** The simulated provider as a test instrument: scripts by attempt, drawn latencies and failures, streams, usage. */

import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  PluginError,
  ProviderError,
  type CallContext,
  type CallStage,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type StreamPart,
} from "../../plugins/contract.ts";
import { simulated, type SimulatedOptions } from "../../plugins/providers/simulated.ts";
import { drawNormal, drawUniform } from "../../plugins/chance/seeded-random.ts";

interface Call {
  readonly step?: string;
  readonly model?: string;
  readonly prompt?: string;
  readonly call?: number;
}

/** A host whose sleeps take no time and are written down, with the stages that were reported. */
function createHost({ step = "draft", call = 1 }: Call = {}): {
  readonly context: CallContext;
  readonly sleeps: number[];
  readonly stages: (CallStage | undefined)[];
} {
  const sleeps: number[] = [];
  const stages: (CallStage | undefined)[] = [];
  const context: CallContext = {
    step,
    call,
    idempotencyKey: "0".repeat(64),
    signal: new AbortController().signal,
    reportProgress: (stage) => void stages.push(stage),
    sleep: async (durationMs) => void sleeps.push(durationMs),
  };
  return { context, sleeps, stages };
}

function requestOf({ model = "large", prompt = "Hello" }: Call): ModelRequest {
  return { model, messages: [{ role: "user", content: prompt }] };
}

function ask(provider: Provider, call: Call = {}): Promise<ModelReply> {
  return provider.generate(requestOf(call), createHost(call).context);
}

/** The latency of one call, in milliseconds. */
async function latencyOf(provider: Provider, call: Call): Promise<number> {
  const { context, sleeps } = createHost(call);
  await provider.generate(requestOf(call), context);
  return sleeps.reduce((sum, durationMs) => sum + durationMs, 0);
}

/** `"answer"`, or the kind of the failure. */
async function outcomeOf(provider: Provider, call: Call): Promise<string> {
  try {
    await ask(provider, call);
    return "answer";
  } catch (error) {
    if (error instanceof ProviderError) return error.kind;
    throw error;
  }
}

async function readParts(parts: AsyncIterable<StreamPart>): Promise<{
  readonly parts: readonly StreamPart[];
  readonly error: unknown;
}> {
  const read: StreamPart[] = [];
  try {
    for await (const part of parts) read.push(part);
  } catch (error) {
    return { parts: read, error };
  }
  return { parts: read, error: undefined };
}

function streamOf(provider: Provider, context: CallContext): AsyncIterable<StreamPart> {
  if (provider.stream === undefined) throw new Error("The provider has no stream.");
  return provider.stream(requestOf({}), context);
}

const prompts = Array.from({ length: 2_000 }, (_, index) => `Question ${index}`);

const fine = { replies: () => ({ text: "Fine." }) } as const;

const latency = { medianMs: 800, p95Ms: 3_000 };

function latenciesOf(seed?: number): Promise<readonly number[]> {
  const provider = simulated({ ...fine, latency, seed });
  return Promise.all(prompts.slice(0, 5).map((prompt) => latencyOf(provider, { prompt })));
}

function failingByHalf(seed: number): Provider {
  return simulated({ ...fine, failures: { timeout: 0.5 }, seed });
}

function outcomesOf(seed: number, change: Call): Promise<readonly string[]> {
  const provider = failingByHalf(seed);
  return Promise.all(
    prompts.slice(0, 60).map((prompt) => outcomeOf(provider, { prompt, ...change })),
  );
}

describe("a script", () => {
  it("gives each call of a model for a step its own reply, and repeats the last", async () => {
    const provider = simulated({ replies: () => [{ text: "one" }, { text: "two" }] });

    const replies = await Promise.all([1, 2, 3].map((call) => ask(provider, { call })));

    expect(replies.map(({ text }) => text)).toEqual(["one", "two", "two"]);
  });

  it("can be a file, by step, model and number of the call", async () => {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-simulated-"));
    const file = join(folder, "replies.json");
    const rules = [
      { step: "draft", call: 2, reply: { fail: "rate_limited", retryAfterMs: 700 } },
      { step: "draft", reply: [{ text: "one" }, { text: "never" }, { text: "three" }] },
    ];
    await writeFile(file, JSON.stringify(rules));

    const provider = simulated({ replies: file });
    await rm(folder, { recursive: true });
    const [one, two, three] = await Promise.allSettled(
      [1, 2, 3].map((call) => ask(provider, { call })),
    );

    expect(one).toMatchObject({ value: { text: "one" } });
    expect(two).toMatchObject({
      reason: { kind: "rate_limited", details: { retryAfterMs: 700 } },
    });
    expect(three).toMatchObject({ value: { text: "three" } });
  });

  it("can state usage, cost, finish reason, request id and metadata", async () => {
    const details = {
      usage: { inputTokens: 9, cachedInputTokens: 4, outputTokens: 3, reasoningTokens: 1 },
      costUsd: 0.002,
      finishReason: "length",
      requestId: "req-7",
      metadata: { region: "eu" },
    } as const;

    const reply = await ask(simulated({ replies: () => ({ text: "Hel", ...details }) }));

    expect(reply).toEqual({ text: "Hel", ...details });
  });

  it("can leave usage out", async () => {
    const { usage } = await ask(simulated({ replies: () => ({ text: "Hello", usage: {} }) }));

    expect(usage).toEqual({});
  });

  it("counts the tokens of tool calls as written", async () => {
    const calls = [{ id: "call-1", tool: "findPayments", input: { customer: "Bo" } }];

    const reply = await ask(simulated({ replies: () => ({ calls }) }));

    expect(reply).toMatchObject({ toolCalls: calls, finishReason: "tool_calls", text: "" });
    expect(reply.usage.outputTokens).toBeGreaterThan(10);
  });

  it("can say what a failure cost, and when to ask again", async () => {
    const details = {
      httpStatus: 429,
      retryAfterMs: 2_500,
      usage: { inputTokens: 5 },
      costUsd: 0.1,
      requestId: "req-8",
      mayBeBilled: true,
    } as const;

    const reply = ask(simulated({ replies: () => ({ fail: "rate_limited", ...details }) }));

    await expect(reply).rejects.toMatchObject({ kind: "rate_limited", details });
  });
});

describe("latency", () => {
  it("is slept on the host's clock, drawn from a log-normal distribution", async () => {
    const provider = simulated({ ...fine, latency });

    const latencies = await Promise.all(prompts.map((prompt) => latencyOf(provider, { prompt })));

    const sorted = latencies.toSorted((one, other) => one - other);
    expect(sorted[1_000]).toBeGreaterThan(740);
    expect(sorted[1_000]).toBeLessThan(860);
    expect(sorted[1_900]).toBeGreaterThan(2_600);
    expect(sorted[1_900]).toBeLessThan(3_400);
    expect(sorted[0]).toBeGreaterThan(0);
  });

  it("is the same for the same seed and another for another one", async () => {
    expect(await latenciesOf(7)).toEqual(await latenciesOf(7));
    expect(await latenciesOf(7)).not.toEqual(await latenciesOf(8));
    expect(await latenciesOf()).toEqual(await latenciesOf(1));
  });

  it("is the median for every call where no spread is given", async () => {
    const provider = simulated({ ...fine, latency: { medianMs: 250 } });

    expect(await latencyOf(provider, { prompt: "a" })).toBe(250);
    expect(await latencyOf(provider, { prompt: "b" })).toBe(250);
  });

  it("gives way to what a reply says, and passes before a failure too", async () => {
    const provider = simulated({
      replies: () => ({ fail: "unavailable", latencyMs: 40 }),
      latency,
    });
    const { context, sleeps, stages } = createHost();

    const reply = provider.generate(requestOf({}), context);

    await expect(reply).rejects.toMatchObject({ kind: "unavailable" });
    expect(sleeps).toEqual([40]);
    expect(stages).toEqual(["waiting"]);
  });
});

describe("failures by rate", () => {
  const failures = { rate_limited: { rate: 0.1, retryAfterMs: 500 }, overloaded: 0.05 } as const;

  it("happen as often as they are told to", async () => {
    const provider = simulated({ ...fine, failures });

    const outcomes = await Promise.all(prompts.map((prompt) => outcomeOf(provider, { prompt })));

    const count = (kind: string): number => outcomes.filter((outcome) => outcome === kind).length;
    expect(count("rate_limited") / prompts.length).toBeCloseTo(0.1, 1);
    expect(count("overloaded") / prompts.length).toBeCloseTo(0.05, 1);
    expect(count("rate_limited") + count("overloaded") + count("answer")).toBe(prompts.length);
  });

  it("depend on seed, step, model, call and prompt, and on nothing else", async () => {
    const first = await outcomesOf(3, {});

    expect(await outcomesOf(3, {})).toEqual(first);
    expect(await outcomesOf(4, {})).not.toEqual(first);
    expect(await outcomesOf(3, { step: "review" })).not.toEqual(first);
    expect(await outcomesOf(3, { model: "small" })).not.toEqual(first);
    expect(await outcomesOf(3, { call: 2 })).not.toEqual(first);
  });

  it("carry the usual status of their kind and what the rate says", async () => {
    const provider = simulated({
      ...fine,
      failures: { rate_limited: { rate: 1, retryAfterMs: 9 } },
    });

    await expect(ask(provider)).rejects.toMatchObject({
      kind: "rate_limited",
      details: { httpStatus: 429, retryAfterMs: 9 },
    });
  });

  it.each<[string, Partial<SimulatedOptions>, string]>([
    ["a rate above 1", { failures: { timeout: 1.5 } }, "timeout"],
    ["a rate that is no number", { failures: { timeout: Number.NaN } }, "NaN"],
    ["rates above 1 together", { failures: { timeout: 0.6, auth: 0.6 } }, "add up to 1.2"],
    ["a kind that is none", { failures: JSON.parse('{"tired":0.1}') }, `"tired"`],
    ["a median of nothing", { latency: { medianMs: 0 } }, `"medianMs":0`],
    ["a percentile below the median", { latency: { medianMs: 9, p95Ms: 8 } }, `"p95Ms":8`],
  ])("are refused with %s", (_name, options, named) => {
    const make = (): Provider => simulated({ ...fine, ...options });

    expect(make).toThrow(PluginError);
    expect(make).toThrow(named);
  });
});

describe("a stream", () => {
  it("writes word by word, over all of the latency, and ends with the whole reply", async () => {
    const provider = simulated({
      replies: () => ({ text: "Dear customer,\nwe look into it. " }),
      latency: { medianMs: 1_000 },
    });
    const { context, sleeps, stages } = createHost();

    const { parts, error } = await readParts(streamOf(provider, context));

    const texts = parts.flatMap((part) => ("text" in part ? [part.text] : []));
    expect(texts).toEqual(["Dear", " customer,", "\nwe", " look", " into", " it. "]);
    expect(parts.at(-1)).toMatchObject({ reply: { text: texts.join(""), finishReason: "stop" } });
    expect(error).toBeUndefined();
    expect(sleeps).toHaveLength(7);
    expect(sleeps[0]).toBeCloseTo(500);
    expect(sleeps.reduce((sum, durationMs) => sum + durationMs, 0)).toBeCloseTo(1_000);
    expect(stages).toEqual(["waiting", ...texts.map(() => "receiving")]);
  });

  it("answers as generate does", async () => {
    const provider = simulated({ replies: () => ({ text: "Fine, thanks.", costUsd: 1 }) });

    const { parts } = await readParts(streamOf(provider, createHost().context));

    expect(parts.at(-1)).toEqual({ reply: await ask(provider) });
  });

  it("can break off in the middle", async () => {
    const provider = simulated({ replies: () => ({ fail: "malformed", afterText: "Dear cus" }) });

    const { parts, error } = await readParts(streamOf(provider, createHost().context));

    expect(parts).toEqual([{ text: "Dear" }, { text: " cus" }]);
    expect(error).toMatchObject({ name: "ProviderError", kind: "malformed" });
  });

  it("can fall silent in the middle", async () => {
    const provider = simulated({ replies: () => ({ stall: true, afterText: "Dear" }) });
    const { context, sleeps } = createHost();

    const { parts, error } = await readParts(streamOf(provider, context));

    expect(parts).toEqual([{ text: "Dear" }]);
    expect(sleeps.at(-1)).toBeGreaterThan(24 * 86_400_000);
    expect(error).toMatchObject({ kind: "timeout" });
  });
});

describe("the models of the simulated provider", () => {
  const facts = { capabilities: { contextWindow: 8_000, jsonSchema: true } };
  const provider = simulated({ ...fine, models: { large: facts } });

  it("are listed with what is known of them", async () => {
    expect(await provider.listModels?.()).toEqual([{ model: "large", ...facts }]);
  });

  it("are described, and others are not", () => {
    expect(provider.describeModel?.("large")).toEqual(facts);
    expect(provider.describeModel?.("toString")).toBeUndefined();
  });
});

describe("the seeded generator", () => {
  it("draws numbers from 0 to 1, evenly", () => {
    const drawn = prompts.map((prompt) => drawUniform(1, prompt));

    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    for (const tenth of Array.from({ length: 10 }, (_, index) => index)) {
      const share = drawn.filter((number) => Math.floor(number * 10) === tenth).length;
      expect(share).toBeGreaterThan(140);
      expect(share).toBeLessThan(260);
    }
  });

  it("draws the normal distribution", () => {
    const drawn = prompts.map((prompt) => drawNormal(1, prompt));

    const mean = drawn.reduce((sum, number) => sum + number, 0) / drawn.length;
    const variance = drawn.reduce((sum, number) => sum + (number - mean) ** 2, 0) / drawn.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 0);
  });

  it("draws the same on every machine", () => {
    const drawn = drawUniform(1, "draft", "large", 1);

    expect(drawn).toBe(0.9873131532222033);
  });
});
