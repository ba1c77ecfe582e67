/** A provider changes under us: the attempt fails as its kind, and its message says what came, without keys. */

import { gzipSync } from "node:zlib";
import type { FailureKind } from "../../graph/failure-kinds.ts";
import { ProviderError, type CallContext, type ModelReply } from "../../plugins/contract.ts";
import { openaiCompatible } from "../../plugins/providers/openai-compatible.ts";
import { EXPIRED_CERTIFICATE, TEST_AUTHORITY, TEST_KEY } from "../fixtures/certificates.ts";
import { startFakeOpenAI, type FakeAnswer } from "../harness/fake-openai.ts";
import { completionBody } from "../harness/openai-bodies.ts";
import { startScriptedServer } from "../harness/scripted-server.ts";

const API_KEY = "sk-canary-key";
const PROMPT = "What is the canary's name?";

const CONTEXT: CallContext = {
  step: "draft",
  call: 1,
  idempotencyKey: "0".repeat(64),
  signal: new AbortController().signal,
  reportProgress: () => {},
  sleep: async () => {},
};

async function ask(baseURL: string, ca?: string): Promise<ModelReply | ProviderError> {
  const provider = openaiCompatible({ id: "fake", baseURL, apiKey: API_KEY, ca });
  try {
    const messages = [{ role: "user", content: PROMPT }] as const;
    return await provider.generate({ model: "small", messages }, CONTEXT);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  } finally {
    await provider.close?.();
  }
}

async function answerWith(answer: FakeAnswer): Promise<ModelReply | ProviderError> {
  const server = await startFakeOpenAI([answer]);
  try {
    return await ask(server.url);
  } finally {
    await server.stop();
  }
}

async function failureOf(answer: FakeAnswer): Promise<ProviderError> {
  const outcome = await answerWith(answer);
  if (outcome instanceof ProviderError) return outcome;
  throw new Error("Expected a failure");
}

/** A good answer, with changes. */
function completion(changes: object): FakeAnswer {
  return {
    raw: JSON.stringify(
      Object.assign({}, completionBody({ content: "Tweety" }, "small", 0), changes),
    ),
  };
}

const failures: readonly (readonly [string, FakeAnswer, FailureKind, string | RegExp])[] = [
  [
    "a model that was renamed",
    {
      status: 404,
      error: { message: "The model `small` is now `small-2`", code: "model_not_found" },
    },
    "not_found",
    /^the API answered 404: \{"error":\{"message":"The model `small` is now `small-2`"/,
  ],
  [
    "a parameter that is now required",
    { status: 400, error: { message: "Missing required parameter: 'safety_tier'" } },
    "bad_request",
    /^the API answered 400: .*'safety_tier'/,
  ],
  [
    "an error body of new shape",
    { status: 422, raw: '{"problems":[{"title":"No such tier","hint":"see docs"}]}' },
    "bad_request",
    'the API answered 422: {"problems":[{"title":"No such tier","hint":"see docs"}]}',
  ],
  [
    "an error body that quotes key and prompt",
    { status: 400, raw: JSON.stringify({ issue: `${PROMPT} by ${API_KEY}` }) },
    "bad_request",
    'the API answered 400: {"issue":"[redacted]? by [redacted]"}',
  ],
  [
    "a page instead of JSON",
    { raw: "<!DOCTYPE html>\n<title>We have moved</title>" },
    "malformed",
    "the API answered 200: <!DOCTYPE html> <title>We have moved</title>",
  ],
  [
    "a redirect",
    { status: 301, raw: "", headers: { location: "https://new.example.com/v2/chat?key=x" } },
    "bad_request",
    "the API answered 301: it redirects to https://new.example.com/v2/chat; redirects are not followed, set the base URL to the right address",
  ],
  [
    "JSON that is cut, which may hold a reply",
    { raw: '{"choices":[{"message":{"content":"Twee' },
    "malformed",
    "the answer is not JSON",
  ],
  [
    "a reply in another place",
    { raw: JSON.stringify({ id: "x", outputs: [{ text: "Tweety" }] }) },
    "malformed",
    "the answer holds no choices",
  ],
  [
    "compression that nobody knows",
    { raw: "0101", headers: { "content-encoding": "zstd-2" } },
    "malformed",
    "the answer is not JSON",
  ],
];

describe("a provider that changed", () => {
  it.each(failures)(
    "with %s fails as its kind and says why",
    async (_name, answer, kind, message) => {
      const failure = await failureOf(answer);

      expect(failure.kind).toBe(kind);
      expect(failure.message).toMatch(message);
      expect(failure.message).not.toMatch(/canary|Tweety/);
    },
  );

  it("with a finish reason that nobody knows gives a reply that does not count as whole", async () => {
    const reply = await answerWith({ content: "Tweety", finishReason: "vibe_check" });

    expect(reply).toMatchObject({ finishReason: "unknown", usage: { outputTokens: 5 } });
  });

  it("without a finish reason gives a reply that does not count as whole", async () => {
    const choices = [{ index: 0, message: { role: "assistant", content: "Tweety" } }];

    const reply = await answerWith(completion({ choices }));

    expect(reply).toMatchObject({ finishReason: "unknown" });
  });

  it("with fields that nobody knows answers as before", async () => {
    const reply = await answerWith(completion({ mood: { good: true } }));

    expect(reply).toMatchObject({ text: "Tweety", finishReason: "stop" });
  });

  it("with gzip that nobody asked for answers as before", async () => {
    const headers = { "content-encoding": "gzip", "content-type": "application/json" };
    const body = [gzipSync(JSON.stringify(completionBody({ content: "Tweety" }, "small", 0)))];

    const reply = await answerWith({ wire: { headers, body } });

    expect(reply).toMatchObject({ text: "Tweety", finishReason: "stop" });
  });

  it("with a certificate that has expired is unavailable and says so", async () => {
    const secure = { key: TEST_KEY, cert: EXPIRED_CERTIFICATE };
    const server = await startScriptedServer((_request, response) => void response.end(), secure);

    const failure = await ask(`${server.url}/v1`, TEST_AUTHORITY);
    await server.stop();

    expect(failure).toMatchObject({
      kind: "unavailable",
      message: `the certificate of ${server.url} has expired (CERT_HAS_EXPIRED)`,
      details: { mayBeBilled: false },
    });
  });
});
