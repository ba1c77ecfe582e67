/** What vendors say of their limits, as they have been seen to say it, and as nobody should. */

import { createGroq } from "@ai-sdk/groq";
import { array, assert, constantFrom, oneof, property, string, tuple } from "fast-check";
import { ProviderError, type CallContext, type Provider } from "../../plugins/contract.ts";
import { readLimits } from "../../plugins/http/limit-headers.ts";
import { aiSdk } from "../../plugins/providers/ai-sdk.ts";
import { anthropic } from "../../plugins/providers/anthropic.ts";
import { openaiCompatible } from "../../plugins/providers/openai-compatible.ts";
import { startScriptedServer, type ScriptedServer } from "../harness/scripted-server.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");

describe("the headers of", () => {
  it.each([
    [
      "OpenAI",
      {
        "x-ratelimit-limit-requests": "3000",
        "x-ratelimit-limit-tokens": "250000",
        "x-ratelimit-remaining-requests": "2999",
        "x-ratelimit-remaining-tokens": "249989",
        "x-ratelimit-reset-requests": "20ms",
        "x-ratelimit-reset-tokens": "6m0s",
      },
      {
        requests: { limit: 3_000, remaining: 2_999, resetMs: 20 },
        tokens: { limit: 250_000, remaining: 249_989, resetMs: 360_000 },
      },
    ],
    [
      "Groq",
      {
        "x-ratelimit-limit-requests": "14400",
        "x-ratelimit-limit-tokens": "18000",
        "x-ratelimit-remaining-requests": "14370",
        "x-ratelimit-remaining-tokens": "17997",
        "x-ratelimit-reset-requests": "2m59.56s",
        "x-ratelimit-reset-tokens": "7.66s",
        "retry-after": "2",
      },
      {
        requests: { limit: 14_400, remaining: 14_370, resetMs: 179_560 },
        tokens: { limit: 18_000, remaining: 17_997, resetMs: 7_660 },
      },
    ],
    [
      "Anthropic, of which the scarcest kind of tokens counts",
      {
        "anthropic-ratelimit-requests-limit": "4000",
        "anthropic-ratelimit-requests-remaining": "3999",
        "anthropic-ratelimit-requests-reset": "2026-11-25T12:00:01Z",
        "anthropic-ratelimit-input-tokens-limit": "400000",
        "anthropic-ratelimit-input-tokens-remaining": "399000",
        "anthropic-ratelimit-input-tokens-reset": "2026-11-25T12:00:02Z",
        "anthropic-ratelimit-output-tokens-limit": "80000",
        "anthropic-ratelimit-output-tokens-remaining": "8000",
        "anthropic-ratelimit-output-tokens-reset": "2026-11-25T12:00:54Z",
        "anthropic-ratelimit-tokens-limit": "480000",
        "anthropic-ratelimit-tokens-remaining": "407000",
        "anthropic-ratelimit-tokens-reset": "2026-11-25T12:00:54Z",
      },
      {
        requests: { limit: 4_000, remaining: 3_999, resetMs: 1_000 },
        tokens: { limit: 80_000, remaining: 8_000, resetMs: 54_000 },
      },
    ],
    [
      "Azure, which counts seconds",
      {
        "x-ratelimit-limit-requests": "120",
        "x-ratelimit-remaining-requests": "19",
        "x-ratelimit-reset-requests": "10",
        "x-ratelimit-limit-tokens": "20000",
        "x-ratelimit-remaining-tokens": "19913",
      },
      {
        requests: { limit: 120, remaining: 19, resetMs: 10_000 },
        tokens: { limit: 20_000, remaining: 19_913 },
      },
    ],
    [
      "Mistral",
      {
        "x-ratelimit-limit-tokens-minute": "5000000",
        "x-ratelimit-remaining-tokens-minute": "4999911",
        "x-ratelimit-tokens-query-cost": "52",
        "x-ratelimit-limit-req-minute": "720",
        "x-ratelimit-remaining-req-minute": "717",
      },
      {
        requests: { limit: 720, remaining: 717 },
        tokens: { limit: 5_000_000, remaining: 4_999_911 },
      },
    ],
    [
      "Mistral, as it was before",
      {
        "ratelimitbysize-limit": "500000",
        "ratelimitbysize-remaining": "499000",
        "ratelimitbysize-reset": "38",
        "ratelimitbysize-query-cost": "1000",
        "x-ratelimitbysize-limit-minute": "500000",
        "x-ratelimitbysize-remaining-minute": "499000",
        "x-ratelimitbysize-limit-month": "1000000000",
        "x-ratelimitbysize-remaining-month": "100000000",
      },
      { tokens: { limit: 1_000_000_000, remaining: 100_000_000 } },
    ],
    [
      "Cerebras, with a limit of the day and one of the minute",
      {
        "x-ratelimit-limit-requests-day": "1000",
        "x-ratelimit-remaining-requests-day": "100",
        "x-ratelimit-reset-requests-day": "33011.382867",
        "x-ratelimit-limit-tokens-minute": "160000",
        "x-ratelimit-remaining-tokens-minute": "159455",
        "x-ratelimit-reset-tokens-minute": "11.382867",
      },
      {
        requests: { limit: 1_000, remaining: 100, resetMs: 33_011_383 },
        tokens: { limit: 160_000, remaining: 159_455, resetMs: 11_383 },
      },
    ],
    [
      "OpenRouter, which gives milliseconds since 1970",
      {
        "x-ratelimit-limit": "20",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(NOW + 42_000),
      },
      { requests: { limit: 20, remaining: 0, resetMs: 42_000 } },
    ],
    [
      "the IETF's draft",
      {
        "ratelimit-policy": '"burst";q=100;w=60,"daily";q=1000;w=86400',
        ratelimit: '"burst";r=50;t=30, "daily";r=100;t=36000',
      },
      { requests: { limit: 1_000, remaining: 100, resetMs: 36_000_000 } },
    ],
    [
      "the IETF's draft, for tokens",
      {
        "ratelimit-policy":
          '"default";q=100;w=60, "tokens-per-minute";q=9000;w=60, "bytes";q=5;qu="content-bytes"',
        ratelimit: '"default";r=99, "tokens-per-minute";r=8000;t=5, "bytes";r=1',
      },
      {
        requests: { limit: 100, remaining: 99 },
        tokens: { limit: 9_000, remaining: 8_000, resetMs: 5_000 },
      },
    ],
    [
      "the IETF's seventh draft",
      { ratelimit: "limit=100, remaining=50, reset=5", "ratelimit-policy": "100;w=60" },
      { requests: { limit: 100, remaining: 50, resetMs: 5_000 } },
    ],
    [
      "the IETF's older drafts",
      { "ratelimit-limit": "100, 100;w=60", "ratelimit-remaining": "50", "ratelimit-reset": "5" },
      { requests: { limit: 100, remaining: 50, resetMs: 5_000 } },
    ],
  ])("%s are read", (_vendor, headers, expected) => {
    expect(readLimits(headers, NOW)).toEqual(expected);
  });
});

describe("nonsense", () => {
  it.each([
    ["no headers", {}],
    [
      "Azure's -1",
      {
        "x-ratelimit-limit-tokens": "-1",
        "x-ratelimit-remaining-tokens": "-1",
        "x-ratelimit-reset-tokens": "0",
      },
    ],
    ["no limit", { "x-ratelimit-remaining-requests": "19" }],
    ["nothing that is left", { "x-ratelimit-limit-requests": "19" }],
    ["a limit of 0", { "x-ratelimit-limit-requests": "0", "x-ratelimit-remaining-requests": "0" }],
    ["a word", { "x-ratelimit-limit-requests": "many", "x-ratelimit-remaining-requests": "some" }],
    ["an empty value", { "x-ratelimit-limit-requests": "", "x-ratelimit-remaining-requests": "" }],
    [
      "commas in a number",
      { "x-ratelimit-limit-tokens": "150,000", "x-ratelimit-remaining-tokens": "1,000" },
    ],
    [
      "a number without end",
      { "x-ratelimit-limit-tokens": "9".repeat(400), "x-ratelimit-remaining-tokens": "1" },
    ],
    ["other units", { "x-ratelimit-limit-images": "5", "x-ratelimit-remaining-images": "4" }],
    ["a draft's policy without a state", { "ratelimit-policy": '"default";q=100;w=60' }],
    ["a draft's state without a policy", { ratelimit: '"default";r=50;t=30' }],
    [
      "a draft's state of another policy",
      { ratelimit: '"a";r=50', "ratelimit-policy": '"b";q=100' },
    ],
    [
      "connections",
      { ratelimit: '"a";r=5', "ratelimit-policy": '"a";q=10;qu="concurrent-requests"' },
    ],
    ["unfinished quotes", { ratelimit: '";;=,="', "ratelimit-policy": ";q=;,,," }],
  ])("is left out: %s", (_what, headers) => {
    expect(readLimits(headers, NOW)).toBeUndefined();
  });

  it("does not take what makes sense with it", () => {
    const limits = readLimits(
      {
        "x-ratelimit-limit-requests": "10",
        "x-ratelimit-remaining-requests": "12",
        "x-ratelimit-reset-requests": "soon",
        "x-ratelimit-limit-tokens": "-1",
        "x-ratelimit-remaining-tokens": "-1",
      },
      NOW,
    );

    expect(limits).toEqual({ requests: { limit: 10, remaining: 10 } });
  });

  it("never gives anything else than numbers that fit together, whatever the headers hold", () => {
    const name = constantFrom(
      ...["limit", "remaining", "reset"].flatMap((field) => [
        `x-ratelimit-${field}-tokens`,
        `x-ratelimit-${field}`,
        `anthropic-ratelimit-requests-${field}`,
      ]),
      "ratelimit",
      "ratelimit-policy",
    );
    const value = oneof(
      string(),
      constantFrom("1", "0", "5.5", "-1", '"a";q=5', '"a";r=3;t=1', "1e9", "NaN"),
    );
    assert(
      property(array(tuple(name, value)), (entries) => {
        const { requests, tokens } = readLimits(Object.fromEntries(entries), NOW) ?? {};

        for (const left of [requests, tokens]) {
          if (left === undefined) continue;
          expect(left.limit).toBeGreaterThan(0);
          expect(left.remaining).toBeGreaterThanOrEqual(0);
          expect(left.remaining).toBeLessThanOrEqual(left.limit);
          expect(left.resetMs ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe("a provider", () => {
  const headers = { "x-ratelimit-limit-tokens": "18000", "x-ratelimit-remaining-tokens": "17997" };
  const limits = { tokens: { limit: 18_000, remaining: 17_997 } };
  const completion = {
    id: "chatcmpl-1",
    choices: [{ index: 0, message: { role: "assistant", content: "yes" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
  };
  let server: ScriptedServer;
  let provider: Provider | undefined;

  afterEach(async () => {
    await provider?.close?.();
    await server.stop();
  });

  async function serve(
    status: number,
    body: unknown,
    more: Readonly<Record<string, string>> = headers,
  ): Promise<void> {
    server = await startScriptedServer((_request, response) => {
      response.writeHead(status, { "content-type": "application/json", ...more });
      response.end(JSON.stringify(body));
    });
  }

  it.each([
    [
      "a server that speaks as OpenAI does",
      () => openaiCompatible({ id: "x", baseURL: server.url, apiKey: "k" }),
    ],
    [
      "a model of the AI SDK with connections of its own",
      () => aiSdk({ id: "x", provider: createGroq({ baseURL: server.url, apiKey: "k" }) }),
    ],
  ])("of %s tells of limits with a reply", async (_what, make) => {
    await serve(200, completion);
    provider = make();

    expect(await generate(provider)).toMatchObject({ text: "yes", limits });
  });

  it.each([
    [
      "a server that speaks as OpenAI does",
      () => openaiCompatible({ id: "x", baseURL: server.url, apiKey: "k" }),
    ],
    [
      "a model of the AI SDK with connections of its own",
      () => aiSdk({ id: "x", provider: createGroq({ baseURL: server.url, apiKey: "k" }) }),
    ],
  ])("of %s tells of limits with a failure", async (_what, make) => {
    await serve(429, { error: { message: "slow down" } });
    provider = make();

    expect(await failureOf(provider)).toMatchObject({ kind: "rate_limited", details: { limits } });
  });

  it("tells of limits with an answer that is malformed", async () => {
    await serve(200, { choices: [] });
    provider = openaiCompatible({ id: "x", baseURL: server.url, apiKey: "k" });

    expect(await failureOf(provider)).toMatchObject({ kind: "malformed", details: { limits } });
  });

  it("says nothing of limits where the vendor does not", async () => {
    await serve(200, completion, {});
    provider = openaiCompatible({ id: "x", baseURL: server.url, apiKey: "k" });

    expect(await generate(provider)).not.toHaveProperty("limits");
  });

  it("reads Anthropic's own headers", async () => {
    await serve(
      200,
      {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: "claude-haiku-4-5",
        content: [{ type: "text", text: "yes" }],
        stop_reason: "end_turn",
        stop_sequence: null,
        usage: { input_tokens: 3, output_tokens: 1 },
      },
      {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "49",
      },
    );
    provider = anthropic({ apiKey: "k", baseURL: server.url });

    expect(await generate(provider)).toMatchObject({
      limits: { requests: { limit: 50, remaining: 49 } },
    });
  });
});

const CONTEXT: CallContext = {
  step: "draft",
  call: 1,
  idempotencyKey: "0".repeat(64),
  signal: new AbortController().signal,
  reportProgress() {},
  sleep: async () => {},
};

function generate(provider: Provider) {
  const messages = [{ role: "user", content: "Is it so?" }] as const;
  return provider.generate({ model: "small", messages, maxOutputTokens: 10 }, CONTEXT);
}

async function failureOf(provider: Provider): Promise<ProviderError> {
  const error: unknown = await generate(provider).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ProviderError) return error;
  throw new Error("the call did not fail as it should", { cause: error });
}
