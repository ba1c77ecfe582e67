/**
 * OpenRouter's API as it is on the wire: OpenAI's, with the price paid, and with errors in places of its own.
 *
 * @see https://openrouter.ai/docs/api-reference/overview
 * @see https://openrouter.ai/docs/api-reference/errors
 * @see https://openrouter.ai/docs/api-reference/list-available-models
 */

import {
  openaiChatFake,
  type VendorFailure,
  type VendorFake,
  type WireAnswer,
} from "../../../testing/index.ts";
import { openaiChatFailures } from "../../../testing/vendors/openai-chat-failures.ts";
import { serverSentEvent } from "../../../testing/vendors/openai-chat.ts";

/** What the fake charges for each call. */
export const OPENROUTER_COST_USD = 0.000_321;

export const openrouterFake: VendorFake = openaiChatFake({
  name: "OpenRouter",
  model: "openai/gpt-5-mini",
  basePath: "/api/v1",
  requestIdIn: "body",
  members: { provider: "OpenAI" },
  usage: ({ inputTokens, cachedInputTokens, outputTokens, reasoningTokens }) => ({
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    cost: OPENROUTER_COST_USD,
    prompt_tokens_details: { cached_tokens: cachedInputTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
    cost_details: { upstream_inference_cost: null },
  }),
  failures,
  listModels: (models) => ({
    body: JSON.stringify({ data: models.map((id) => listedModel(id)) }),
  }),
});

/** An entry of the list, with the prices of openai/gpt-5-mini. */
export function listedModel(id: string, members: object = {}): object {
  return {
    id,
    name: id,
    context_length: 400_000,
    architecture: { input_modalities: ["text", "image"], output_modalities: ["text"] },
    pricing: {
      prompt: "0.00000025",
      completion: "0.000002",
      request: "0",
      image: "0",
      internal_reasoning: "0",
      input_cache_read: "0.000000025",
    },
    top_provider: { context_length: 400_000, max_completion_tokens: 128_000, is_moderated: true },
    supported_parameters: ["max_tokens", "response_format", "structured_outputs", "tools", "seed"],
    ...members,
  };
}

function failures(quoted: string): readonly VendorFailure[] {
  const error = (code: number, message: string, metadata?: object): object => ({
    error: { code, message: `${message} ${quoted}`, metadata },
  });
  const answer = (code: number, message: string, metadata?: object): WireAnswer => ({
    status: code,
    body: JSON.stringify(error(code, message, metadata)),
  });
  const upstream = { provider_name: "OpenAI", raw: `upstream says ${quoted}` };
  const moderated = { reasons: ["violence"], flagged_input: quoted, provider_name: "OpenAI" };
  return [
    {
      kind: "rate_limited",
      name: "429 with Retry-After",
      retryAfterMs: 7_000,
      answer: { ...answer(429, "Rate limit exceeded", upstream), headers: { "retry-after": "7" } },
    },
    { kind: "overloaded", name: "503 no provider", answer: answer(503, "No available provider") },
    {
      kind: "unavailable",
      name: "502 upstream is down",
      answer: answer(502, "Provider returned error", upstream),
    },
    { kind: "unavailable", name: "500", answer: answer(500, "Internal Server Error") },
    { kind: "timeout", name: "408", answer: answer(408, "Request timed out") },
    {
      kind: "context_length",
      name: "400 too long",
      answer: answer(400, "This endpoint's maximum context length is 128000 tokens."),
    },
    { kind: "auth", name: "401", answer: answer(401, "No auth credentials found") },
    {
      kind: "insufficient_credit",
      name: "402",
      answer: answer(402, "Insufficient credits. Add more."),
    },
    {
      kind: "content_filtered",
      name: "403 moderation",
      answer: answer(
        403,
        "openai/gpt-5-mini requires moderation. Your input was flagged.",
        moderated,
      ),
    },
    {
      kind: "not_found",
      name: "404 no endpoints",
      answer: answer(404, "No endpoints found for openai/gpt-9."),
    },
    { kind: "bad_request", name: "400", answer: answer(400, "Input required: specify messages") },
    ...openaiChatFailures(quoted).filter(({ kind }) => kind === "refused"),
    ...withinSuccess(error, upstream),
  ];
}

/** The status was sent before the upstream failed. */
function withinSuccess(
  error: (code: number, message: string, metadata?: object) => object,
  upstream: object,
): readonly VendorFailure[] {
  const broken = [{ index: 0, delta: { content: "" }, finish_reason: "error" }];
  return [
    {
      kind: "rate_limited",
      name: "429 inside of a 200",
      only: "generate",
      answer: success(error(429, "Rate limited upstream", upstream)),
    },
    {
      kind: "unavailable",
      name: "502 inside of a choice",
      only: "generate",
      answer: success({
        id: "gen-1",
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: "" },
            finish_reason: "error",
            ...error(502, "Upstream error", upstream),
          },
        ],
      }),
    },
    {
      kind: "unavailable",
      name: "502 after the first words",
      only: "stream",
      answer: streamed({ ...error(502, "Provider disconnected", upstream), choices: broken }),
    },
    {
      kind: "rate_limited",
      name: "429 after the first words",
      only: "stream",
      answer: streamed({ ...error(429, "Rate limited upstream", upstream), choices: broken }),
    },
    {
      kind: "insufficient_credit",
      name: "402 after the first words",
      only: "stream",
      answer: streamed({ ...error(402, "Insufficient credits"), choices: broken }),
    },
  ];
}

function success(body: object): WireAnswer {
  return { body: JSON.stringify(body) };
}

function chunk(members: object): string {
  return serverSentEvent({
    id: "gen-1",
    object: "chat.completion.chunk",
    provider: "OpenAI",
    ...members,
  });
}

function streamed(last: object): WireAnswer {
  const first = { index: 0, delta: { role: "assistant", content: "Hello" }, finish_reason: null };
  return {
    headers: { "content-type": "text/event-stream" },
    body: [": OPENROUTER PROCESSING\n\n", chunk({ choices: [first] }), chunk(last)],
  };
}
