import { openaiCompatible } from "../../plugins/providers/openai-compatible.ts";
import { startFakeOpenAI, type FakeAnswer, type FakeOpenAI } from "../harness/fake-openai.ts";

let server: FakeOpenAI;

afterEach(() => server.stop());

async function start(answer: FakeAnswer, options: object = {}) {
  server = await startFakeOpenAI(() => answer);
  return openaiCompatible({ id: "fake", baseURL: server.url, apiKey: "sk-canary-key", ...options });
}

const LIST = {
  raw: JSON.stringify({
    object: "list",
    data: [{ id: "small", max_model_len: 8_192 }, { id: "large" }, { object: "no model" }],
  }),
};

describe("listModels", () => {
  it("gives what the server lists, and what is known besides", async () => {
    const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
    const models = { small: { price, capabilities: { vision: true } } };
    const provider = await start(LIST, { models });

    const listed = await provider.listModels!();
    await provider.close!();

    const capabilities = { jsonSchema: true, streaming: true };
    expect(listed).toEqual([
      {
        model: "small",
        price,
        capabilities: { ...capabilities, contextWindow: 8_192, vision: true },
      },
      { model: "large", capabilities },
    ]);
    expect(server.requests[0]).toMatchObject({
      url: "/v1/models",
      headers: { authorization: "Bearer sk-canary-key" },
    });
  });

  it.each([
    ["malformed", { raw: '{"object":"list"}' }],
    ["malformed", { raw: "<html>" }],
    ["auth", { status: 401 }],
  ] satisfies [string, FakeAnswer][])("fails as %s with %j", async (kind, answer) => {
    const provider = await start(answer);

    await expect(provider.listModels!()).rejects.toMatchObject({ kind });
    await provider.close!();
  });
});

describe("health", () => {
  it.each([
    ["lists its models", LIST],
    ["has no such list", { status: 404 }],
  ] satisfies [string, FakeAnswer][])("is good when the server %s", async (_name, answer) => {
    const provider = await start(answer);

    await expect(provider.health!()).resolves.toBeUndefined();
    await provider.close!();
  });

  it("is bad when the server does not answer, or not us", async () => {
    const provider = await start({ status: 401 });

    await expect(provider.health!()).rejects.toMatchObject({ kind: "auth" });
    await server.stop();
    await expect(provider.health!()).rejects.toMatchObject({ kind: "unavailable" });
    server = await startFakeOpenAI([]);
    await provider.close!();
  });

  it("ends when it is aborted", async () => {
    const provider = await start({ stall: true });

    await expect(provider.health!({ signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      kind: "timeout",
    });
    await provider.close!();
  });
});

describe("describeModel", () => {
  it("knows what the options say of a model, and no model by accident", async () => {
    const provider = await start(LIST, {
      structuredOutputs: false,
      models: { small: { capabilities: { contextWindow: 10 } } },
    });

    const capabilities = { jsonSchema: false, streaming: true };
    expect(provider.describeModel!("small")).toEqual({
      capabilities: { ...capabilities, contextWindow: 10 },
    });
    expect(provider.describeModel!("constructor")).toEqual({ capabilities });
  });
});

describe("a stream", () => {
  it("asks to be told the usage, and gives it with the whole reply", async () => {
    const provider = await start({ content: "Freeze the card.", finishReason: "eos" });
    const context = {
      step: "draft",
      call: 1,
      idempotencyKey: "0".repeat(64),
      signal: new AbortController().signal,
      reportProgress: () => {},
      sleep: async () => {},
    };

    const parts: unknown[] = [];
    const messages = [{ role: "user", content: "Help" }] as const;
    for await (const part of provider.stream!({ model: "small", messages }, context)) {
      parts.push(part);
    }
    await provider.close!();

    expect(server.requests[0]?.body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(parts).toEqual([
      { text: "Freeze " },
      { text: "the " },
      { text: "card." },
      {
        reply: {
          text: "Freeze the card.",
          finishReason: "stop",
          usage: { inputTokens: 12, outputTokens: 5 },
          requestId: "req-1",
          metadata: { model: "small" },
        },
      },
    ]);
  });
});
