/** Vendors whose API is OpenAI's chat completions but for some details, each as its documentation has it. */

import type { VendorFailure, VendorFake, WireAnswer } from "../../../testing/index.ts";
import { openaiChatFake } from "../../../testing/index.ts";
import {
  openaiChatFailures,
  openaiErrorAnswer,
} from "../../../testing/vendors/openai-chat-failures.ts";

/** What all of these share: limits and outages in OpenAI's form. */
function failuresBut(
  leaveOut: (failure: VendorFailure) => boolean,
  ...more: readonly ((quoted: string) => VendorFailure)[]
): VendorFake["failures"] {
  return (quoted) => [
    ...openaiChatFailures(quoted).filter((failure) => !leaveOut(failure)),
    ...more.map((make) => make(quoted)),
  ];
}

function isKind(...kinds: readonly VendorFailure["kind"][]): (failure: VendorFailure) => boolean {
  return ({ kind }) => kinds.includes(kind);
}

const NO_REFUSAL = "a refusal is not told from other words of the model";

/**
 * @see https://docs.mistral.ai/api/#tag/chat
 * @see https://docs.mistral.ai/resources/error-glossary
 */
export const mistralFake: VendorFake = openaiChatFake({
  name: "Mistral",
  model: "mistral-small-latest",
  requestIdIn: "body",
  streamedUsage: (usage) => ({ usage }),
  usage: ({ inputTokens, outputTokens }) => ({
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  }),
  failures: (quoted) => {
    const answer = (status: number, type: string, message: string, code: string): WireAnswer => ({
      status,
      body: JSON.stringify({
        object: "error",
        message: `${message} ${quoted}`,
        type,
        param: null,
        code,
      }),
    });
    return [
      {
        kind: "rate_limited",
        name: "429 rate_limited",
        answer: answer(429, "rate_limited", "Requests rate limit exceeded", "1300"),
      },
      {
        kind: "rate_limited",
        name: "429 with Retry-After",
        retryAfterMs: 7_000,
        answer: {
          ...answer(429, "rate_limited", "Slow down", "1300"),
          headers: { "retry-after": "7" },
        },
      },
      {
        kind: "overloaded",
        name: "503 overloaded",
        answer: answer(503, "internal_server_error", "Service is overloaded", "1200"),
      },
      {
        kind: "unavailable",
        name: "500",
        answer: answer(500, "internal_server_error", "Internal", "1000"),
      },
      {
        kind: "context_length",
        name: "400 too many tokens",
        answer: answer(
          400,
          "invalid_request_error",
          "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
          "3051",
        ),
      },
      {
        kind: "auth",
        name: "401 Unauthorized",
        answer: { status: 401, body: JSON.stringify({ detail: `Unauthorized ${quoted}` }) },
      },
      {
        kind: "insufficient_credit",
        name: "402 payment required",
        answer: answer(402, "invalid_request_error", "Check your plan", "1910"),
      },
      {
        kind: "not_found",
        name: "400 invalid model",
        answer: answer(400, "invalid_model", "Invalid model: mistral-9", "1500"),
      },
      {
        kind: "bad_request",
        name: "422 a list of details",
        answer: {
          status: 422,
          body: JSON.stringify({
            object: "error",
            message: {
              detail: [
                {
                  type: "extra_forbidden",
                  loc: ["body", "x"],
                  msg: "Not permitted",
                  input: quoted,
                },
              ],
            },
            type: "invalid_request_error",
            param: null,
            code: null,
          }),
        },
      },
    ];
  },
  notExpressible: {
    missingUsage: "every answer has its counts, and the package insists on them",
    content_filtered: "Mistral has no such error and no such finish reason",
    refused: NO_REFUSAL,
    cachedInputTokens: "Mistral's counts do not tell cached input apart",
    reasoningTokens: "Mistral's counts do not tell reasoning apart",
  },
});

/**
 * @see https://console.groq.com/docs/api-reference#chat
 * @see https://console.groq.com/docs/errors
 */
export const groqFake: VendorFake = openaiChatFake({
  name: "Groq",
  model: "openai/gpt-oss-20b",
  basePath: "/openai/v1",
  streamedUsage: (usage) => ({ x_groq: { id: "req_1", usage } }),
  failures: failuresBut(
    isKind("content_filtered", "refused", "insufficient_credit", "overloaded"),
    (quoted) => ({
      kind: "overloaded",
      name: "498 flex tier over capacity",
      answer: openaiErrorAnswer(498, {
        message: `Flex tier is over capacity. ${quoted}`,
        type: "invalid_request_error",
        code: "capacity_exceeded",
      }),
    }),
    (quoted) => ({
      kind: "overloaded",
      name: "503 over capacity",
      answer: openaiErrorAnswer(503, {
        message: `The model is currently over capacity. ${quoted}`,
        type: "internal_server_error",
      }),
    }),
  ),
  notExpressible: {
    content_filtered: "Groq has no such error and no such finish reason",
    refused: NO_REFUSAL,
    insufficient_credit: "Groq bills afterwards",
  },
});

/**
 * @see https://docs.x.ai/docs/api-reference#chat-completions
 * @see https://docs.x.ai/docs/debugging
 */
export const xaiFake: VendorFake = openaiChatFake({
  name: "xAI",
  model: "grok-4-fast-non-reasoning",
  requestIdIn: "body",
  // "The function call will be returned in whole in a single chunk" (docs.x.ai/docs/guides/function-calling).
  wholeToolCalls: true,
  usage: ({ inputTokens, cachedInputTokens, outputTokens, reasoningTokens }) => ({
    prompt_tokens: inputTokens,
    // xAI counts reasoning beside the rest of the output, not as a part of it.
    completion_tokens: outputTokens - reasoningTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedInputTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  }),
  failures: (quoted) => {
    const answer = (status: number, code: string, message: string, headers = {}): WireAnswer => ({
      status,
      headers,
      body: JSON.stringify({ code, error: `${message} ${quoted}` }),
    });
    const tooLong =
      "This model's maximum prompt length is 131072 but the request contains 140000 tokens.";
    const noCredit =
      "Your team has used all available credits or reached its monthly spending limit.";
    return [
      {
        kind: "rate_limited",
        name: "429",
        retryAfterMs: 7_000,
        answer: answer(429, "Some resource has been exhausted", "Too many requests.", {
          "retry-after": "7",
        }),
      },
      {
        kind: "overloaded",
        name: "503",
        answer: answer(503, "The service is currently unavailable", "At capacity."),
      },
      { kind: "unavailable", name: "500", answer: answer(500, "Internal error", "Failed.") },
      {
        kind: "context_length",
        name: "400 too long",
        answer: answer(400, "Client specified an invalid argument", tooLong),
      },
      {
        kind: "auth",
        name: "400 incorrect key",
        answer: answer(400, "Client specified an invalid argument", "Incorrect API key provided."),
      },
      { kind: "auth", name: "401", answer: answer(401, "Unauthenticated", "No key.") },
      {
        kind: "insufficient_credit",
        name: "402 no credits",
        answer: answer(402, "Payment required", noCredit),
      },
      {
        kind: "not_found",
        name: "404 no such model",
        answer: answer(
          404,
          "Some requested entity was not found",
          "The model grok-9 does not exist.",
        ),
      },
      {
        kind: "bad_request",
        name: "400",
        answer: answer(400, "Client specified an invalid argument", "Unknown field."),
      },
      ...openaiChatFailures(quoted).filter(isKind("content_filtered")),
    ];
  },
  notExpressible: {
    refused: NO_REFUSAL,
    stop: "models that reason refuse it, so the package passes it on to none",
  },
});

/**
 * @see https://api-docs.deepseek.com/api/create-chat-completion
 * @see https://api-docs.deepseek.com/quick_start/error_codes
 */
export const deepseekFake: VendorFake = openaiChatFake({
  name: "DeepSeek",
  model: "deepseek-chat",
  basePath: "",
  requestIdIn: "body",
  usage: ({ inputTokens, cachedInputTokens, outputTokens, reasoningTokens }) => ({
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_cache_hit_tokens: cachedInputTokens,
    prompt_cache_miss_tokens: inputTokens - cachedInputTokens,
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  }),
  failures: failuresBut(
    isKind("insufficient_credit", "not_found", "refused"),
    (quoted) => ({
      kind: "insufficient_credit",
      name: "402 Insufficient Balance",
      answer: openaiErrorAnswer(402, {
        message: `Insufficient Balance. ${quoted}`,
        type: "unknown_error",
        code: "invalid_request_error",
      }),
    }),
    (quoted) => ({
      kind: "not_found",
      name: "400 Model Not Exist",
      answer: openaiErrorAnswer(400, {
        message: `Model Not Exist. ${quoted}`,
        type: "invalid_request_error",
        code: "invalid_request_error",
      }),
    }),
  ),
  notExpressible: { refused: NO_REFUSAL, seed: "DeepSeek has no seed" },
});
