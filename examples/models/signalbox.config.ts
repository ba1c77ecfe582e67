/** A configuration that says more of its models than their names. No key is needed to read it. */

import { openaiCompatible } from "signalbox/providers/openai-compatible";
import { defineConfig } from "signalbox/worker";

export default defineConfig({
  providers: [
    openaiCompatible({ id: "openai", baseURL: "https://api.openai.com/v1" }),
    openaiCompatible({ id: "local", baseURL: "http://127.0.0.1:8000/v1" }),
  ],
  models: {
    small: ["openai/gpt-5-mini", "local/qwen3-8b"],
    writer: {
      models: ["openai/gpt-5", "openai/gpt-5-mini"],
      // A refusal is an answer here: only a model that does not answer is replaced.
      fallbackOn: ["rate_limited", "overloaded", "unavailable", "timeout"],
    },
  },
  prices: {
    // Our own contract, not the list price.
    "openai/gpt-5": { inputUsdPerMTok: 1, cachedInputUsdPerMTok: 0.1, outputUsdPerMTok: 8 },
    // A machine of our own.
    "local/qwen3-8b": { inputUsdPerMTok: 0, outputUsdPerMTok: 0 },
  },
  capabilities: {
    "local/qwen3-8b": { contextWindow: 32_768, maxOutputTokens: 8_192, region: "eu" },
  },
});
