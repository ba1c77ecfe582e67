import { createOpenAI as createV3 } from "@ai-sdk/openai";
import { createOpenAI as createV2 } from "ai-sdk-openai-v2";
import type { createOpenAI as CreateV4 } from "ai-sdk-openai-v4";
import {
  ProviderError,
  type CallContext,
  type CallStage,
  type ModelReply,
  type ModelRequest,
  type Provider,
} from "../../plugins/contract.ts";
import type { AiSdkSource } from "../../plugins/ai-sdk/ai-sdk-types.ts";
import { aiSdk, type AiSdkOptions } from "../../plugins/providers/ai-sdk.ts";
import { startFakeOpenAI, type FakeAnswer, type FakeOpenAI } from "../harness/fake-openai.ts";
import { importEsModule } from "../harness/import-es-module.ts";
import { startScriptedServer } from "../harness/scripted-server.ts";

const API_KEY = "sk-canary-key";

type CreateOpenAI = typeof createV2 | typeof createV3 | typeof CreateV4;

/** The same vendor's package in three of its versions. */
const VERSIONS: readonly (readonly [string, () => Promise<CreateOpenAI>])[] = [
  ["v2", async () => createV2],
  ["v3", async () => createV3],
  [
    "v4",
    async () => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The package's own types.
      const exports = (await importEsModule("ai-sdk-openai-v4")) as {
        readonly createOpenAI: typeof CreateV4;
      };
      return exports.createOpenAI;
    },
  ],
];

let server: FakeOpenAI;
let provider: Provider;
let stages: CallStage[] = [];

afterEach(async () => {
  await provider.close?.();
  await server.stop();
});

async function start(
  load: () => Promise<CreateOpenAI>,
  answers: readonly FakeAnswer[],
): Promise<void> {
  const create = await load();
  server = await startFakeOpenAI(answers);
  stages = [];
  provider = aiSdk({
    id: "fake",
    create: ({ fetch }): AiSdkSource => {
      const models = create({ apiKey: API_KEY, baseURL: server.url, fetch });
      return (id) => models.chat(id);
    },
  });
}

const REQUEST: ModelRequest = { model: "small", messages: [{ role: "user", content: "Hi there" }] };

function contextOf(signal = new AbortController().signal): CallContext {
  return {
    step: "draft",
    call: 1,
    idempotencyKey: "0".repeat(64),
    signal,
    reportProgress: (stage) => void (stage && stages.push(stage)),
    sleep: async () => {},
  };
}

function generate(request: Partial<ModelRequest> = {}, signal?: AbortSignal): Promise<ModelReply> {
  return provider.generate({ ...REQUEST, ...request }, contextOf(signal));
}

async function stream(request: Partial<ModelRequest> = {}): Promise<[string[], ModelReply]> {
  const pieces: string[] = [];
  for await (const part of provider.stream!({ ...REQUEST, ...request }, contextOf())) {
    if ("reply" in part) return [pieces, part.reply];
    pieces.push(part.text);
  }
  throw new Error("the stream had no reply");
}

async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await call.then(
    () => new Error("Expected a failure"),
    (reason: unknown) => reason,
  );
  if (error instanceof ProviderError) return error;
  throw error;
}

describe.each(VERSIONS)("a model of specification %s", (version, load) => {
  it("is one", async () => {
    await start(load, []);

    const create = await load();
    const model = create({ apiKey: API_KEY }).chat("small");

    expect(model.specificationVersion).toBe(version);
  });

  it("is asked what the request says", async () => {
    await start(load, [{ content: "Hello" }]);

    await generate({
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image", mediaType: "image/png", bytes: "aGVsbG8=" },
            { type: "image", mediaType: "image/png", url: "https://example.com/cat.png" },
          ],
        },
        { role: "assistant", toolCalls: [{ id: "call_1", tool: "find", input: { name: "Ada" } }] },
        { role: "tool", toolCallId: "call_1", tool: "find", output: { city: "London" } },
      ],
      tools: [{ name: "find", description: "Finds people", input: { type: "object" } }],
      maxOutputTokens: 99,
      sampling: { temperature: 0.5, topP: 0.9, seed: 7, stop: ["END"] },
    });

    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${API_KEY}`);
    expect(server.requests[0]?.body).toMatchObject({
      model: "small",
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,aGVsbG8=" } },
            { type: "image_url", image_url: { url: "https://example.com/cat.png" } },
          ],
        },
        {
          role: "assistant",
          tool_calls: [{ id: "call_1", function: { name: "find", arguments: '{"name":"Ada"}' } }],
        },
        { role: "tool", tool_call_id: "call_1", content: '{"city":"London"}' },
      ],
      tools: [{ type: "function", function: { name: "find", description: "Finds people" } }],
      max_tokens: 99,
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      stop: ["END"],
    });
  });

  it.each([
    ["strictly where the schema allows it", ["fit"], true],
    ["loosely where it does not", [], false],
  ])("is held to a schema %s", async (_name, required, strict) => {
    await start(load, [{ content: '{"fit":true}' }]);
    const schema = { type: "object", properties: { fit: { type: "boolean" } }, required };

    await generate({ outputSchema: schema });

    expect(server.requests[0]?.body.response_format).toMatchObject({
      type: "json_schema",
      json_schema: { schema: { ...schema, additionalProperties: false }, strict },
    });
  });

  it("answers with text, usage, finish reason and request id", async () => {
    await start(load, [{ content: "Hello", usage: { prompt_tokens: 31, completion_tokens: 7 } }]);

    const reply = await generate();

    expect(reply).toEqual({
      text: "Hello",
      finishReason: "stop",
      usage: { inputTokens: 31, outputTokens: 7 },
      requestId: "req-1",
      metadata: { model: "small" },
    });
    expect(new Set(stages)).toEqual(new Set(["connecting", "waiting", "receiving"]));
  });

  it("answers with tool calls", async () => {
    const toolCalls = [{ id: "call_1", name: "find", arguments: '{"name":"Ada"}' }];
    const answer = { content: null, toolCalls, finishReason: "tool_calls" };
    await start(load, [answer, answer]);

    const reply = await generate();
    const [, streamed] = await stream();

    const expected = {
      toolCalls: [{ id: "call_1", tool: "find", input: { name: "Ada" } }],
      finishReason: "tool_calls",
    };
    expect(reply).toMatchObject(expected);
    expect(streamed).toMatchObject(expected);
  });

  it("answers in pieces, and at the end as a whole", async () => {
    await start(load, [{ content: "Freeze the card." }]);

    const [pieces, reply] = await stream();

    expect(pieces).toEqual(["Freeze ", "the ", "card."]);
    expect(reply).toMatchObject({
      text: "Freeze the card.",
      finishReason: "stop",
      usage: { inputTokens: 12, outputTokens: 5 },
      requestId: "req-1",
    });
  });

  it("has no usage where the vendor counts none", async () => {
    await start(load, [
      { content: "Hello", usage: null },
      { content: "Hello", usage: null },
    ]);

    expect((await generate()).usage).toEqual({});
    expect((await stream())[1].usage).toEqual({});
  });

  it.each([
    ["429", { status: 429, headers: { "retry-after": "7" } }, "rate_limited"],
    [
      "an empty account",
      { status: 429, error: { code: "insufficient_quota" } },
      "insufficient_credit",
    ],
    [
      "an error in a success",
      { raw: '{"error":{"message":"Overloaded","code":529}}' },
      "overloaded",
    ],
    ["a page", { raw: "<html>Welcome</html>" }, "malformed"],
    ["an empty body", { raw: "" }, "malformed"],
    ["no choices", { raw: '{"choices":[]}' }, "malformed"],
    ["a reset connection", { cut: true }, "unavailable"],
    ["a body that is cut", { cut: true, after: '{"id":' }, "malformed"],
    ["no content", { content: null }, "malformed"],
    [
      "tool arguments that are not JSON",
      {
        content: null,
        toolCalls: [{ id: "1", name: "find", arguments: "{" }],
        finishReason: "tool_calls",
      },
      "malformed",
    ],
  ] satisfies [string, FakeAnswer, string][])(
    "fails after one call with %s",
    async (_name, answer, kind) => {
      await start(load, [answer]);

      const failure = await failureOf(generate());

      expect(failure.kind).toBe(kind);
      expect(failure.message).not.toContain(API_KEY);
      expect(server.requests).toHaveLength(1);
    },
  );

  it("says what a reply cost that is of no use", async () => {
    await start(load, [{ content: null, usage: { prompt_tokens: 31, completion_tokens: 7 } }]);

    const { details } = await failureOf(generate());

    expect(details).toMatchObject({
      usage: { inputTokens: 31, outputTokens: 7 },
      requestId: "req-1",
    });
  });

  it.each([
    [
      "is cut",
      { body: ['data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n'], ending: "close" },
    ],
    [
      "ends without a finish reason",
      { body: ['data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n'] },
    ],
    ["is empty", {}],
  ] as const)("fails when a stream %s", async (_name, wire) => {
    const headers = { "content-type": "text/event-stream" };
    await start(load, [{ wire: { headers, ...wire } }]);

    expect((await failureOf(stream())).kind).toBe("malformed");
  });

  it("fails as the error in the middle of a stream says", async () => {
    const event = {
      error: { message: "Rate limit reached", type: "tokens", code: "rate_limit_exceeded" },
    };
    const wire = {
      headers: { "content-type": "text/event-stream" },
      body: [
        'data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n',
        `data: ${JSON.stringify(event)}\n\n`,
      ],
    };
    await start(load, [{ wire }]);

    expect(await failureOf(stream())).toMatchObject({
      kind: "rate_limited",
      details: { mayBeBilled: true },
    });
  });

  it("hangs up when it is aborted", async () => {
    await start(load, [{ stall: true }]);
    const controller = new AbortController();
    const arrived = server.nextRequest();
    const ended = failureOf(generate({}, controller.signal));

    const request = await arrived;
    controller.abort();

    expect((await ended).kind).toBe("cancelled");
    await request.disconnected;
  });

  it("hangs up when nobody reads the stream any more", async () => {
    const headers = { "content-type": "text/event-stream" };
    const body = ['data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n'];
    await start(load, [{ wire: { headers, body, ending: "stall" } }]);

    for await (const part of provider.stream!(REQUEST, contextOf())) {
      expect(part).toEqual({ text: "Hi" });
      break;
    }

    await server.requests[0]?.disconnected;
  });
});

async function explode(): Promise<never> {
  throw new TypeError(`cannot read ${API_KEY}`);
}

describe("aiSdk with a provider that is there", () => {
  it.each(VERSIONS)(
    "of specification %s answers through its own connections",
    async (_version, load) => {
      const create = await load();
      server = await startFakeOpenAI([{ content: "Hello" }, { status: 503 }]);
      const models = create({ apiKey: API_KEY, baseURL: server.url });
      provider = aiSdk({
        id: "fake",
        provider: (id) => models.chat(id),
        headers: { "x-team": "ours" },
      });

      const reply = await generate();
      const failure = await failureOf(generate());

      expect(reply).toMatchObject({ text: "Hello", requestId: "req-1" });
      expect(server.requests[0]?.headers["x-team"]).toBe("ours");
      expect(failure).toMatchObject({ kind: "overloaded", details: { httpStatus: 503 } });
    },
  );

  it("is unavailable when nobody listens, and cannot have been billed", async () => {
    server = await startFakeOpenAI([]);
    const models = createV3({ apiKey: API_KEY, baseURL: server.url });
    provider = aiSdk({ id: "fake", provider: (id) => models.chat(id) });
    await server.stop();

    const failure = await failureOf(generate());
    server = await startFakeOpenAI([]);

    expect(failure).toMatchObject({ kind: "unavailable", details: { mayBeBilled: false } });
  });

  it("shows nothing of what its code throws", async () => {
    server = await startFakeOpenAI([]);
    const model = { specificationVersion: "v3", doGenerate: explode, doStream: explode };
    provider = aiSdk({ id: "fake", provider: { languageModel: () => model } });

    const failure = await failureOf(generate());

    expect(failure.kind).toBe("unavailable");
    expect(failure.message).toBe('the AI SDK provider threw "TypeError"');
  });

  it("names the key that an SDK misses", async () => {
    server = await startFakeOpenAI([]);
    const models = createV3({ baseURL: server.url });
    provider = aiSdk({ id: "fake", provider: (id) => models.chat(id) });

    const failure = await failureOf(generate());

    expect(failure.kind).toBe("auth");
    expect(failure.message).toContain("OPENAI_API_KEY");
  });

  it.each([
    ["neither provider nor create", {}],
    ["a provider that is none", { provider: {} }],
    ["other base URLs beside a provider", { provider: () => {}, fallbackBaseURLs: ["http://b"] }],
  ])("refuses %s", async (_name, options) => {
    server = await startFakeOpenAI([]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What a caller without types may write.
    const make = (): unknown => aiSdk({ id: "fake", ...options } as unknown as AiSdkOptions);

    expect(make).toThrow(expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }));
  });
});

describe("aiSdk with OpenAI's responses API", () => {
  it("reads cached and reasoning tokens", async () => {
    const answer = {
      id: "resp_1",
      object: "response",
      created_at: 1_700_000_000,
      model: "gpt-5-mini-2026",
      error: null,
      incomplete_details: null,
      output: [
        {
          type: "message",
          id: "msg_1",
          role: "assistant",
          content: [{ type: "output_text", text: "Freeze it.", annotations: [] }],
        },
      ],
      usage: {
        input_tokens: 31,
        input_tokens_details: { cached_tokens: 10 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 3 },
      },
    };
    const api = await startScriptedServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
    server = await startFakeOpenAI([]);
    provider = aiSdk({
      id: "openai",
      create: ({ fetch }) => createV3({ apiKey: API_KEY, baseURL: api.url, fetch }),
    });

    const reply = await generate({ model: "gpt-5-mini" });
    await api.stop();

    expect(reply).toEqual({
      text: "Freeze it.",
      finishReason: "stop",
      usage: { inputTokens: 31, cachedInputTokens: 10, outputTokens: 7, reasoningTokens: 3 },
      requestId: "resp_1",
      metadata: { model: "gpt-5-mini-2026" },
    });
  });
});
