/**
 * Ollama's server as it is on the wire: OpenAI's chat completions, and lists of its own.
 *
 * @see https://docs.ollama.com/api/openai-compatibility
 * @see https://docs.ollama.com/api/errors
 */

import { openaiChatFake, type VendorFake, type WireAnswer } from "../../../testing/index.ts";
import {
  openaiErrorAnswer,
  openaiStreamError,
} from "../../../testing/vendors/openai-chat-failures.ts";

export const ollamaFake: VendorFake = openaiChatFake({
  name: "Ollama",
  model: "llama3.2",
  basePath: "",
  path: "/v1/chat/completions",
  requestIdIn: "body",
  members: { system_fingerprint: "fp_ollama" },
  usage: ({ inputTokens, outputTokens }) => ({
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  }),
  failures: (quoted) => [
    {
      kind: "overloaded",
      name: "503 server busy",
      answer: openaiErrorAnswer(503, {
        message: `server busy, please try again. maximum pending requests exceeded ${quoted}`,
        type: "api_error",
      }),
    },
    {
      kind: "unavailable",
      name: "500 the runner has ended",
      answer: openaiErrorAnswer(500, {
        message: `llama runner process has terminated ${quoted}`,
        type: "api_error",
      }),
    },
    {
      kind: "not_found",
      name: "404 not pulled",
      answer: openaiErrorAnswer(404, {
        message: `model "llama9" not found, try pulling it first ${quoted}`,
        type: "not_found_error",
      }),
    },
    {
      kind: "bad_request",
      name: "400",
      answer: openaiErrorAnswer(400, {
        message: `does not support tools ${quoted}`,
        type: "invalid_request_error",
      }),
    },
    {
      kind: "unavailable",
      name: "an error after the first words",
      only: "stream",
      answer: openaiStreamError({ message: `out of memory ${quoted}`, type: "api_error" }),
    },
  ],
  listModels,
  notExpressible: {
    rate_limited: "Ollama has no limits",
    auth: "Ollama asks for no key",
    insufficient_credit: "Ollama costs nothing",
    context_length: "Ollama cuts what is too long, and says nothing",
    content_filtered: "Ollama has no filter",
    refused: "a refusal is not told from other words of the model",
    cachedInputTokens: "Ollama's counts do not tell cached input apart",
    reasoningTokens: "Ollama's counts do not tell reasoning apart",
  },
});

function listModels(models: readonly string[], request: { readonly path: string }): WireAnswer {
  if (request.path === "/api/tags") {
    return {
      body: JSON.stringify({ models: models.map((name) => ({ name, model: name, size: 1 })) }),
    };
  }
  return {
    body: JSON.stringify({
      capabilities: ["completion", "tools"],
      parameters: 'stop   "<|eot_id|>"',
      model_info: { "general.architecture": "llama", "llama.context_length": 131_072 },
    }),
  };
}
