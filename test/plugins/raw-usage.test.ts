import { readCharge } from "../../plugins/ai-sdk/raw-usage.ts";

describe("readCharge", () => {
  it.each([
    [
      "OpenAI",
      {
        usage: {
          prompt_tokens: 31,
          prompt_tokens_details: { cached_tokens: 10 },
          completion_tokens: 7,
          completion_tokens_details: { reasoning_tokens: 3 },
        },
      },
      { inputTokens: 31, cachedInputTokens: 10, outputTokens: 7, reasoningTokens: 3 },
    ],
    [
      "Anthropic",
      {
        usage: {
          input_tokens: 20,
          cache_read_input_tokens: 10,
          cache_creation_input_tokens: 1,
          output_tokens: 7,
        },
      },
      { inputTokens: 31, cachedInputTokens: 10, outputTokens: 7 },
    ],
    [
      "Google",
      {
        usageMetadata: {
          promptTokenCount: 31,
          cachedContentTokenCount: 10,
          candidatesTokenCount: 4,
          thoughtsTokenCount: 3,
        },
      },
      { inputTokens: 31, cachedInputTokens: 10, outputTokens: 7, reasoningTokens: 3 },
    ],
    [
      "Bedrock",
      { usage: { inputTokens: 21, cacheReadInputTokens: 10, outputTokens: 7 } },
      { inputTokens: 31, cachedInputTokens: 10, outputTokens: 7 },
    ],
    ["Ollama", { prompt_eval_count: 31, eval_count: 7 }, { inputTokens: 31, outputTokens: 7 }],
    ["half a count", { usage: { completion_tokens: 7 } }, { outputTokens: 7 }],
    ["a count of nothing", { usage: { prompt_tokens: 0 } }, { inputTokens: 0 }],
    ["a broken count", { usage: { prompt_tokens: 1.5 } }, { inputTokens: 2 }],
  ])("reads what %s counts", (_name, body, usage) => {
    expect(readCharge(body)).toEqual({ usage });
  });

  it("reads what OpenRouter charged", () => {
    const body = { usage: { prompt_tokens: 31, completion_tokens: 7, cost: 0.00042 } };

    expect(readCharge(body).costUsd).toBe(0.00042);
  });

  it.each([
    undefined,
    null,
    "text",
    [],
    {},
    { usage: null },
    { usage: {} },
    { usage: { prompt_tokens: null, completion_tokens: -1 } },
    { usage: { prompt_tokens: "31" } },
    { usage: { prompt_tokens: Number.POSITIVE_INFINITY } },
  ])("makes nothing of %j", (body) => {
    expect(readCharge(body)).toEqual({});
  });
});
