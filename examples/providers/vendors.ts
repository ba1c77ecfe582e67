/** The named providers, as a configuration lists them. Each reads its key from the environment. */

import type { Provider } from "signalbox/plugins";
import { azure } from "signalbox/providers/azure";
import { bedrock } from "signalbox/providers/bedrock";
import { ollama } from "signalbox/providers/ollama";
import { openai } from "signalbox/providers/openai";
import { openrouter } from "signalbox/providers/openrouter";

/** Whatever a graph may need, from clouds and from the machine under the desk. */
export function listProviders(): readonly Provider[] {
  return [
    openai(),
    azure({ resourceName: "our-resource" }),
    bedrock({ region: "eu-central-1" }),
    openrouter({
      provider: { order: ["anthropic", "google-vertex"], allow_fallbacks: false, zdr: true },
    }),
    ollama({ host: "http://gpu-1.internal:11434" }),
  ];
}

/** The prices and abilities of OpenRouter's models, read when you want them. */
export async function readOpenRouterFacts(provider: Provider): Promise<number | undefined> {
  await provider.listModels?.();
  return provider.describeModel?.("openai/gpt-5-mini")?.price?.outputUsdPerMTok;
}
