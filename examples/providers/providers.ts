/** Providers beyond the named ones: a server of one's own, and any package of the Vercel AI SDK. */

import { createGroq } from "@ai-sdk/groq";
import type { Provider } from "signalbox/plugins";
import { aiSdk } from "signalbox/providers/ai-sdk";
import { openaiCompatible } from "signalbox/providers/openai-compatible";

/** A vLLM in the house, with a second machine for when the first is down. */
export function vllm(baseURL: string, spareURL: string): Provider {
  return openaiCompatible({
    id: "vllm",
    baseURL,
    fallbackBaseURLs: [spareURL],
    headers: { "x-team": "support" },
    models: {
      "qwen3-8b": {
        price: { inputUsdPerMTok: 0, outputUsdPerMTok: 0 },
        capabilities: { contextWindow: 32_768, tools: true },
      },
    },
  });
}

/** Groq by way of its package for the AI SDK, on Signalbox's connections. */
export function groq(apiKey: string, baseURL?: string): Provider {
  return aiSdk({
    id: "groq",
    secrets: [apiKey],
    create: ({ fetch }) => createGroq({ apiKey, baseURL, fetch }),
  });
}
