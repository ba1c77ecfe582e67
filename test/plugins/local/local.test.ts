/** The local provider on a real model. What it writes is poor; that it fits, ends and is counted is what counts. */

import { inspect } from "node:util";
import {
  ProviderError,
  type CallContext,
  type CallStage,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type StreamPart,
  type Turn,
} from "../../../plugins/contract.ts";
import { deferred } from "../../harness/deferred.ts";
import { fetchLocalModel, FETCH_TIMEOUT_MS, realLocal } from "../../harness/local-model.ts";

const MODEL = "smollm2";

// A machine with much else to do lets a model of this size write a few tokens a second.
jest.setTimeout(180_000);

const KINDS = ["card", "transfer", "cash"];
const TRIAGE = {
  type: "object",
  properties: { kind: { enum: KINDS }, urgent: { type: "boolean" } },
  required: ["kind", "urgent"],
  additionalProperties: false,
};

let model: string;
let provider: Provider;

beforeAll(async () => {
  model = await fetchLocalModel();
  provider = realLocal({ model, name: MODEL, contextSize: 1_024, maxStringLength: 80 });
}, FETCH_TIMEOUT_MS);

afterAll(() => provider.close?.());

function contextOf(signal = new AbortController().signal): {
  readonly context: CallContext;
  readonly stages: CallStage[];
} {
  const stages: CallStage[] = [];
  const context: CallContext = {
    step: "triage",
    call: 1,
    idempotencyKey: "0".repeat(64),
    signal,
    reportProgress: (stage) => void (stage && stages.push(stage)),
    sleep: async () => {},
  };
  return { context, stages };
}

function requestOf(prompt: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { model: MODEL, messages: [{ role: "user", content: prompt }], ...more };
}

function ask(
  prompt: string,
  more: Partial<ModelRequest> = {},
  signal?: AbortSignal,
): Promise<ModelReply> {
  return provider.generate(requestOf(prompt, more), contextOf(signal).context);
}

async function failureOf(reply: Promise<unknown>): Promise<ProviderError> {
  const error = await reply.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`Expected a ProviderError, got ${inspect(error)}`);
}

async function readStream(
  parts: AsyncIterable<StreamPart>,
): Promise<{ texts: string[]; reply?: ModelReply }> {
  const texts: string[] = [];
  let reply: ModelReply | undefined;
  for await (const part of parts) {
    if ("text" in part) texts.push(part.text);
    else reply = part.reply;
  }
  return { texts, reply };
}

function streamOf(request: ModelRequest, context: CallContext): AsyncIterable<StreamPart> {
  if (provider.stream === undefined) throw new Error("The provider has no stream.");
  return provider.stream(request, context);
}

const STORY = "Tell a very long story about a dog who travels the world.";

async function writePoem(seed: number): Promise<string> {
  const sampling = { temperature: 1.5, seed };
  const { text } = await ask("Write a poem.", { maxOutputTokens: 12, sampling });
  return text;
}

describe("a local model", () => {
  it("loads when its health is asked for", async () => {
    await expect(provider.health?.()).resolves.toBeUndefined();
  });

  it("answers a classification, held to its schema by a grammar", async () => {
    const reply = await ask(
      "Classify this question of a bank's customer.\nQuestion: I lost my card",
      {
        outputSchema: TRIAGE,
      },
    );

    const value: unknown = JSON.parse(reply.text);
    expect(value).toEqual({ kind: expect.any(String), urgent: expect.any(Boolean) });
    expect(KINDS).toContain(Reflect.get(Object(value), "kind"));
    expect(reply.finishReason).toBe("stop");
  });

  it("fills strings of no stated length, and ends", async () => {
    const outputSchema = {
      type: "object",
      properties: {
        text: { type: "string" },
        notes: { type: "array", items: { type: "string" }, maxItems: 2 },
      },
      required: ["text", "notes"],
    };

    const reply = await ask(STORY, { outputSchema });

    const { text, notes } = JSON.parse(reply.text);
    expect(text.length).toBeLessThanOrEqual(80);
    expect(notes.length).toBeLessThanOrEqual(2);
    expect(reply.finishReason).toBe("stop");
  });

  it("counts tokens with its own tokenizer, those it remembers apart", async () => {
    const first = await ask("Count: one two three four five six seven eight", {
      maxOutputTokens: 4,
    });
    const again = await ask("Count: one two three four five six seven eight", {
      maxOutputTokens: 4,
    });

    expect(first.usage.inputTokens).toBeGreaterThan(15);
    expect(first.usage.inputTokens).toBeLessThan(60);
    expect(first.usage).toMatchObject({ outputTokens: 4, reasoningTokens: 0 });
    expect(again.usage.inputTokens).toBe(first.usage.inputTokens);
    expect(again.usage.cachedInputTokens).toBe((first.usage.inputTokens ?? 0) - 1);
    expect(again.text).toBe(first.text);
  });

  it("stops at the limit of output tokens, and says so", async () => {
    const reply = await ask(STORY, { maxOutputTokens: 7 });

    expect(reply).toMatchObject({ finishReason: "length", usage: { outputTokens: 7 } });
  });

  it("stops before a word it is told to stop at", async () => {
    const reply = await ask("Repeat after me: alpha beta gamma delta", {
      maxOutputTokens: 40,
      sampling: { stop: ["a"] },
    });

    expect(reply.finishReason).toBe("stop");
    expect(reply.text).not.toContain("a");
  });

  it("writes the same for the same seed and something else for another", async () => {
    const [one, again, other] = [await writePoem(1), await writePoem(1), await writePoem(2)];

    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  it("streams what it writes, and ends with the whole reply", async () => {
    const { context, stages } = contextOf();

    const { texts, reply } = await readStream(
      streamOf(requestOf("Say hello.", { maxOutputTokens: 12 }), context),
    );

    expect(texts.length).toBeGreaterThan(2);
    expect(reply?.text).toBe(texts.join(""));
    expect(stages[0]).toBe("waiting");
    expect(stages.filter((stage) => stage === "receiving").length).toBeGreaterThan(2);
  });

  it("keeps calls that come at once apart", async () => {
    const questions = ["I lost my card", "Where is my transfer?", "The machine kept my cash"];
    const alone: ModelReply[] = [];
    for (const question of questions) alone.push(await ask(question, { outputSchema: TRIAGE }));

    const together = await Promise.all(
      questions.map((question) => ask(question, { outputSchema: TRIAGE })),
    );

    expect(together.map(({ text }) => text)).toEqual(alone.map(({ text }) => text));
    expect(together.map(({ usage }) => usage.inputTokens)).toEqual(
      alone.map(({ usage }) => usage.inputTokens),
    );
  });

  it("continues a conversation with tool calls and their results", async () => {
    const reply = await provider.generate(
      {
        model: MODEL,
        messages: [
          { role: "user", content: "What did I pay last?" },
          {
            role: "assistant",
            toolCalls: [{ id: "1", tool: "findPayments", input: { customer: "Bo" } }],
          },
          { role: "tool", toolCallId: "1", tool: "findPayments", output: { amountEur: 40 } },
        ],
        outputSchema: TRIAGE,
      },
      contextOf().context,
    );

    expect(JSON.parse(reply.text)).toMatchObject({ urgent: expect.any(Boolean) });
  });

  it("calls a tool, after examples of how that is done", async () => {
    const tools = [
      {
        name: "findPayments",
        description: "Lists the last payments of a customer",
        input: {
          type: "object",
          properties: { customer: { type: "string" } },
          required: ["customer"],
        },
      },
    ];
    const examples = ["Bo", "Cy", "Di"].flatMap((customer, index): Turn[] => [
      { role: "user", content: `What did ${customer} pay last?` },
      {
        role: "assistant",
        toolCalls: [{ id: `${index}`, tool: "findPayments", input: { customer } }],
      },
      {
        role: "tool",
        toolCallId: `${index}`,
        tool: "findPayments",
        output: { amountEur: 40 + index },
      },
      { role: "assistant", content: `${customer} paid ${40 + index} EUR.` },
    ]);

    const { toolCalls, finishReason, usage } = await provider.generate(
      {
        model: MODEL,
        messages: [...examples, { role: "user", content: "What did Ed pay last?" }],
        tools,
        outputSchema: TRIAGE,
        maxOutputTokens: 60,
      },
      contextOf().context,
    );

    expect(toolCalls).toEqual([
      { id: expect.any(String), tool: "findPayments", input: { customer: "Ed" } },
    ]);
    expect(finishReason).toBe("tool_calls");
    expect(usage.outputTokens).toBeGreaterThan(5);
  });

  it("holds to the schema where tools are offered and none is wanted", async () => {
    const tools = [
      {
        name: "findPayments",
        description: "Lists payments",
        input: { type: "object", properties: { customer: { type: "string" } } },
      },
    ];

    const reply = await ask("I lost my card", { outputSchema: TRIAGE, tools, maxOutputTokens: 60 });

    const isCall = (reply.toolCalls?.length ?? 0) > 0;
    expect(isCall || KINDS.includes(JSON.parse(reply.text).kind)).toBe(true);
  });
});

describe("a call of a local model that cannot be answered", () => {
  it("ends with context_length when the prompt is longer than the context", async () => {
    const error = await failureOf(ask("canary ".repeat(2_000)));

    expect(error.kind).toBe("context_length");
    expect(error.message).toMatch(/has \d{4} tokens .* context of 1024/);
    expect(error.message).not.toContain("canary");
  });

  it("is refused for images", async () => {
    const error = await failureOf(
      provider.generate(
        {
          model: MODEL,
          messages: [
            {
              role: "user",
              content: [{ type: "image", mediaType: "image/png", bytes: "iVBORw0KGgo=" }],
            },
          ],
        },
        contextOf().context,
      ),
    );

    expect(error.kind).toBe("bad_request");
  });

  it("is not found under another name", async () => {
    const error = await failureOf(
      provider.generate({ ...requestOf("Hello"), model: "other" }, contextOf().context),
    );

    expect(error).toMatchObject({
      kind: "not_found",
      message: `"local" has the model "smollm2" alone`,
    });
  });

  it("ends within a second of being aborted, with the reason, in the middle of writing", async () => {
    const controller = new AbortController();
    const reason = new ProviderError("timeout", "no complete answer");
    const { context, stages } = contextOf(controller.signal);
    const writing = deferred();
    const reply = provider.generate(requestOf(STORY), {
      ...context,
      reportProgress: (stage) => {
        context.reportProgress(stage);
        if (stage === "receiving") writing.resolve();
      },
    });
    const failure = failureOf(reply);
    await writing.promise;

    const abortedAt = performance.now();
    controller.abort(reason);

    expect(await failure).toBe(reason);
    expect(performance.now() - abortedAt).toBeLessThan(1_000);
    expect(stages.at(-1)).toBe("receiving");
  });

  it("ends within a second of being aborted while it waits its turn", async () => {
    const controller = new AbortController();
    const first = ask(STORY, { maxOutputTokens: 60 });
    const second = failureOf(ask("Hello", {}, controller.signal));

    const abortedAt = performance.now();
    controller.abort(new ProviderError("cancelled", "the run was cancelled"));

    expect(await second).toMatchObject({ kind: "cancelled" });
    expect(performance.now() - abortedAt).toBeLessThan(1_000);
    expect((await first).usage.outputTokens).toBeGreaterThan(0);
  });

  it("leaves the model fit for the next one", async () => {
    const reply = await ask("I lost my card", { outputSchema: TRIAGE });

    expect(KINDS).toContain(JSON.parse(reply.text).kind);
  });
});

describe("a local model that is closed", () => {
  it("ends what runs and takes no more calls", async () => {
    const closing = realLocal({ model, name: MODEL, contextSize: 256 });
    await closing.health?.();
    const running = failureOf(closing.generate(requestOf(STORY), contextOf().context));

    await closing.close?.();

    expect(await running).toMatchObject({ kind: "unavailable" });
    expect(
      await failureOf(closing.generate(requestOf("Hello"), contextOf().context)),
    ).toMatchObject({
      kind: "unavailable",
      message: "the local model has been closed",
    });
  });
});
