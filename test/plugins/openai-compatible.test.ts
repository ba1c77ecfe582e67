import { inspect } from "node:util";
import {
  ProviderError,
  type CallContext,
  type ModelReply,
  type ModelRequest,
} from "../../plugins/contract.ts";
import { openaiCompatible } from "../../plugins/providers/openai-compatible.ts";
import {
  startFakeOpenAI,
  type FakeAnswer,
  type FakeOpenAI,
  type FakeScript,
} from "../harness/fake-openai.ts";

const API_KEY = "sk-canary-key";
const PROMPT = "canary prompt";
const PATH = "/v1/chat/completions";

/** Answers 200 with a body that is no chat completion. */
const malformed = [
  ["an HTML page", { raw: "<html><body>Welcome</body></html>" }],
  ["an empty body", { raw: "" }],
  ["truncated JSON", { raw: '{"id":"chatcmpl-1","choices":[{"mess' }],
  ["no choices", { raw: '{"choices":[]}' }],
  ["choices of another shape", { raw: '{"choices":[{"text":"hi"}]}' }],
  ["a body that is cut off", { cut: true, after: '{"id":"chatcmpl-1",' }],
] as const satisfies readonly (readonly [string, FakeAnswer])[];

const statuses = [
  [400, "bad_request"],
  [401, "auth"],
  [402, "insufficient_credit"],
  [403, "auth"],
  [404, "not_found"],
  [408, "timeout"],
  [410, "not_found"],
  [413, "context_length"],
  [429, "rate_limited"],
  [500, "unavailable"],
  [502, "unavailable"],
  [503, "overloaded"],
  [504, "timeout"],
  [529, "overloaded"],
] as const;

/** Every way to fail after the request has been sent. */
const failures: readonly (readonly [string, FakeAnswer])[] = [
  ...malformed,
  ...statuses.map(([status]) => [`status ${status}`, { status }] as const),
  ["a status with an HTML page", { status: 502, raw: "<html>Bad Gateway</html>" }],
  ["a status with an empty body", { status: 503, raw: "" }],
  ["a reset connection", { cut: true }],
];

let server: FakeOpenAI;

async function start(script: FakeScript): Promise<void> {
  server = await startFakeOpenAI(script);
}

afterEach(() => server.stop());

function call(
  request: Partial<ModelRequest> = {},
  { signal = new AbortController().signal }: Partial<CallContext> = {},
): Promise<ModelReply> {
  const provider = openaiCompatible({ id: "fake", baseURL: server.url, apiKey: API_KEY });
  return provider.generate(
    { model: "small", messages: [{ role: "user", content: PROMPT }], ...request },
    {
      step: "draft",
      call: 1,
      idempotencyKey: "0".repeat(64),
      signal,
      reportProgress: () => {},
      sleep: async () => {},
    },
  );
}

async function failureOf(reply: Promise<ModelReply>): Promise<ProviderError> {
  const error = await reply.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`Expected a ProviderError, got ${inspect(error)}`);
}

/** All that a log or a history can get out of an error, its stack and causes included. */
function everythingOf(error: ProviderError): string {
  return inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
}

describe("a request", () => {
  it("goes to the chat completions of the base URL, with the key as a bearer token", async () => {
    await start([{ content: "Hello" }]);

    await call();

    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      url: PATH,
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
    });
  });

  it("carries no authorization without a key", async () => {
    await start([{ content: "Hello" }]);

    await openaiCompatible({ id: "local", baseURL: server.url }).generate(
      { model: "small", messages: [{ role: "user", content: PROMPT }] },
      {
        step: "draft",
        call: 1,
        idempotencyKey: "0".repeat(64),
        signal: new AbortController().signal,
        reportProgress: () => {},
        sleep: async () => {},
      },
    );

    expect(server.requests[0]?.headers).not.toHaveProperty("authorization");
  });

  it("names the model with all its slashes", async () => {
    await start([{ content: "Hello" }]);

    await call({ model: "openai/gpt-5-mini" });

    expect(server.requests[0]?.body.model).toBe("openai/gpt-5-mini");
  });

  it("keeps the roles and the order of the messages", async () => {
    await start([{ content: "Hello" }]);

    await call({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Yes?" },
        { role: "user", content: "Bye" },
      ],
    });

    expect(server.requests[0]?.body.messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Yes?" },
      { role: "user", content: "Bye" },
    ]);
  });

  it("asks for no format where text is wanted", async () => {
    await start([{ content: "Hello" }]);

    await call();

    expect(server.requests[0]?.body).not.toHaveProperty("response_format");
  });

  it("asks for the schema where JSON is wanted", async () => {
    await start([{ content: '{"fit":true}' }]);
    const outputSchema = {
      type: "object",
      properties: { fit: { type: "boolean" } },
      required: ["fit"],
      additionalProperties: false,
    };

    const reply = await call({ outputSchema });

    expect(server.requests[0]?.body.response_format).toMatchObject({
      type: "json_schema",
      json_schema: { schema: outputSchema },
    });
    expect(reply.text).toBe('{"fit":true}');
  });
});

describe("a reply", () => {
  it("carries text, usage, finish reason and request id", async () => {
    await start([{ content: "Freeze it.", usage: { prompt_tokens: 31, completion_tokens: 7 } }]);

    const reply = await call();

    expect(reply).toEqual({
      text: "Freeze it.",
      finishReason: "stop",
      usage: { inputTokens: 31, outputTokens: 7 },
      requestId: "req-1",
      metadata: { model: "small" },
    });
  });

  it.each([
    ["stop", "stop"],
    ["length", "length"],
    ["content_filter", "content_filter"],
    ["eos", "stop"],
    ["eos_token", "stop"],
    ["stop_sequence", "stop"],
    ["end_turn", "stop"],
    ["COMPLETE", "stop"],
    ["refusal", "refusal"],
    ["brand_new", "unknown"],
  ])("that finished with %s says %s", async (finishReason, expected) => {
    await start([{ content: "Hello", finishReason }]);

    const reply = await call();

    expect(reply.finishReason).toBe(expected);
  });

  it("in which the model refuses is a refusal", async () => {
    await start([{ content: null, refusal: "I cannot help with that." }]);

    const reply = await call();

    expect(reply.finishReason).toBe("refusal");
  });

  it.each([
    ["usage is null", null],
    ["usage is empty", {}],
    ["its counts are null", { prompt_tokens: null, completion_tokens: null }],
  ])("has no token counts when %s", async (_name, usage) => {
    await start([{ raw: JSON.stringify({ choices: [{ message: { content: "Hi" } }], usage }) }]);

    const reply = await call();

    expect(reply.usage).toEqual({ inputTokens: undefined, outputTokens: undefined });
  });

  it("takes its request id from the body when no header has one", async () => {
    await start([
      { raw: JSON.stringify({ id: "chatcmpl-9", choices: [{ message: { content: "Hi" } }] }) },
    ]);

    const reply = await call();

    expect(reply.requestId).toBe("chatcmpl-9");
  });
});

describe("a failure", () => {
  it.each(statuses)("with status %i is %s", async (status, kind) => {
    await start([{ status }]);

    const failure = await failureOf(call());

    expect(failure.kind).toBe(kind);
    expect(failure.message).toContain(
      `the API answered ${status}: {"error":{"message":"Status ${status}"`,
    );
    expect(failure.details).toMatchObject({ httpStatus: status, requestId: "req-1" });
  });

  it("is told by its status when its body is not the vendor's", async () => {
    await start([{ status: 502, raw: "<html>Bad Gateway</html>" }]);

    const failure = await failureOf(call());

    expect(failure).toMatchObject({ kind: "unavailable", details: { httpStatus: 502 } });
  });

  it("carries the seconds of Retry-After", async () => {
    await start([{ status: 429, headers: { "retry-after": "7" } }]);

    const failure = await failureOf(call());

    expect(failure).toMatchObject({ kind: "rate_limited", details: { retryAfterMs: 7_000 } });
  });

  it("carries the time that is left until the date of Retry-After", async () => {
    const date = new Date(Date.now() + 30_000).toUTCString();
    await start([{ status: 429, headers: { "retry-after": date } }]);

    const failure = await failureOf(call());

    expect(failure.kind).toBe("rate_limited");
    expect(failure.details.retryAfterMs).toBeGreaterThan(20_000);
    expect(failure.details.retryAfterMs).toBeLessThanOrEqual(30_000);
  });

  it.each(malformed)("with %s is malformed", async (_name, answer) => {
    await start([answer]);

    const failure = await failureOf(call());

    expect(failure.kind).toBe("malformed");
  });

  it("is read from the error under a status of success", async () => {
    await start([{ raw: '{"error":{"message":"The model is overloaded"}}' }]);

    const failure = await failureOf(call());

    expect(failure).toMatchObject({ kind: "overloaded", details: { httpStatus: 200 } });
  });

  it("is unavailable when the connection is refused", async () => {
    await start([]);
    await server.stop();

    const failure = await failureOf(call());

    expect(failure.kind).toBe("unavailable");
  });

  it("is unavailable when the connection is reset", async () => {
    await start([{ cut: true }]);

    const failure = await failureOf(call());

    expect(failure.kind).toBe("unavailable");
  });

  it.each(failures)("with %s costs one request", async (_name, answer) => {
    await start(() => answer);

    await failureOf(call());

    expect(server.requests).toHaveLength(1);
  });
});

describe("an aborted call", () => {
  it("ends at once and hangs up", async () => {
    await start([{ stall: true }]);
    const controller = new AbortController();
    const arrived = server.nextRequest();
    const ended = failureOf(call({}, { signal: controller.signal }));
    const request = await arrived;

    const abortedAt = performance.now();
    controller.abort();
    await Promise.all([ended, request.disconnected]);

    expect(performance.now() - abortedAt).toBeLessThan(1_000);
    expect(server.requests).toHaveLength(1);
  });

  it("ends at its deadline and hangs up when half of an answer has come", async () => {
    await start([{ stall: true, after: '{"id":' }]);
    const startedAt = performance.now();

    await failureOf(call({}, { signal: AbortSignal.timeout(100) }));
    await server.requests[0]?.disconnected;

    expect(performance.now() - startedAt).toBeLessThan(1_100);
    expect(server.requests).toHaveLength(1);
  });

  it("sends nothing when it was aborted before it began", async () => {
    await start([{ content: "Hello" }]);

    await failureOf(call({}, { signal: AbortSignal.abort() }));

    expect(server.requests).toEqual([]);
  });
});

describe("no trace of key or prompt", () => {
  /** What the server was sent, as vendors like to quote it. */
  const ECHO = `You sent ${PROMPT} with ${API_KEY}`;

  const echoes: readonly (readonly [string, FakeAnswer])[] = [
    ...statuses.map(
      ([status]) =>
        [`status ${status}`, { status, error: { message: ECHO, type: ECHO, code: ECHO } }] as const,
    ),
    ["a status with a page", { status: 502, raw: `<p>${ECHO}</p>` }],
    ["a page", { raw: `<p>${ECHO}</p>` }],
    ["truncated JSON", { raw: `{"error":"${ECHO}` }],
    ["no choices", { raw: JSON.stringify({ choices: [], note: ECHO }) }],
    ["another shape", { raw: JSON.stringify({ choices: [{ text: ECHO }] }) }],
    ["a body that is cut off", { cut: true, after: `{"note":"${ECHO}"` }],
    ["a reset connection", { cut: true }],
  ];

  it.each(echoes)("is in the error that comes from %s", async (_name, answer) => {
    await start([answer]);

    const failure = await failureOf(call());

    expect(server.requests[0]?.lastUserMessage).toBe(PROMPT);
    expect(everythingOf(failure)).not.toContain(API_KEY);
    expect(everythingOf(failure)).not.toContain(PROMPT);
  });

  it("is in the error that comes from a refused connection", async () => {
    await start([]);
    await server.stop();

    const failure = await failureOf(call());

    expect(everythingOf(failure)).not.toContain(API_KEY);
    expect(everythingOf(failure)).not.toContain(PROMPT);
  });

  it("is in the error that comes from a key that no header can carry", async () => {
    await start([]);
    const apiKey = `${API_KEY}\nsecond line`;
    const make = (): unknown => openaiCompatible({ id: "fake", baseURL: server.url, apiKey });

    expect(make).toThrow(expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }));
    expect(make).not.toThrow(API_KEY);
  });

  it("is in the error of an aborted call", async () => {
    await start([{ stall: true }]);
    const controller = new AbortController();
    const arrived = server.nextRequest();
    const ended = failureOf(call({}, { signal: controller.signal }));

    await arrived;
    controller.abort(new Error(ECHO));
    const failure = await ended;

    expect(everythingOf(failure)).not.toContain(API_KEY);
    expect(everythingOf(failure)).not.toContain(PROMPT);
  });
});
