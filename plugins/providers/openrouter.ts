/** OpenRouter: models of many vendors by one key, each at what OpenRouter says that it costs. */

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { Provider } from "../contract.ts";
import { readKey } from "../vendors/environment-key.ts";
import { inspectOpenAIAnswer } from "../openai/openai-answer.ts";
import { ModelMemory } from "../vendors/model-memory.ts";
import { listOpenRouterModels } from "../vendors/openrouter-models.ts";
import { vendorProvider, type VendorOptions } from "../vendors/vendor-provider.ts";

export interface OpenRouterOptions extends VendorOptions {
  /** Which upstream providers may answer, in OpenRouter's own words. Default: all, as OpenRouter sees fit. */
  readonly provider?: OpenRouterPreferences;
}

/**
 * Sent as they are.
 *
 * @see https://openrouter.ai/docs/features/provider-routing
 */
export interface OpenRouterPreferences {
  readonly order?: readonly string[];
  readonly only?: readonly string[];
  readonly ignore?: readonly string[];
  readonly sort?: "price" | "throughput" | "latency" | Readonly<Record<string, unknown>>;
  /** In USD per million tokens; of requests and images, per piece. */
  readonly max_price?: Readonly<
    Partial<Record<"prompt" | "completion" | "request" | "image", number | string>>
  >;
  readonly allow_fallbacks?: boolean;
  readonly require_parameters?: boolean;
  readonly data_collection?: "allow" | "deny";
  /** Only where nothing is kept at all. */
  readonly zdr?: boolean;
  readonly quantizations?: readonly string[];
}

/**
 * The models of OpenRouter, such as `"openrouter/openai/gpt-5-mini"`. Needs the key `OPENROUTER_API_KEY`.
 *
 * `listModels()` reads its list of models; from then on `describeModel` knows their prices and what they can do. Nothing
 * is asked before.
 *
 * @throws {PluginError} PLUGIN_MISSING_KEY, PLUGIN_INVALID_OPTIONS
 */
export function openrouter(options: OpenRouterOptions = {}): Provider {
  const { baseURL = "https://openrouter.ai/api/v1", provider } = options;
  const apiKey = readKey("openrouter", options, ["OPENROUTER_API_KEY"]);
  const headers = { authorization: `Bearer ${apiKey}` };
  // What OpenRouter charged comes with the tokens, but only when it is asked for.
  const extras = { ...(provider && { provider }), usage: { include: true } };
  const vendor = vendorProvider({
    id: "openrouter",
    options,
    baseURL,
    secrets: [apiKey],
    load: async () => ({ createOpenAICompatible }),
    model: (sdk, fetch, model) =>
      sdk
        .createOpenAICompatible({
          name: "openrouter",
          baseURL,
          apiKey,
          fetch,
          supportsStructuredOutputs: true,
          includeUsage: true,
          transformRequestBody: (body) => ({ ...body, ...extras }),
        })
        .chatModel(model),
    facts: { capabilities: { streaming: true, ...policyOf(provider) } },
    inspect: inspectOpenAIAnswer,
    list: (call, describe) => listOpenRouterModels(call, { baseURL, headers, describe }),
  });
  return new ModelMemory(vendor).provider;
}

/** What the preferences promise, whoever answers. */
function policyOf({ data_collection: collection, zdr }: OpenRouterPreferences = {}) {
  if (collection !== "deny" && zdr !== true) return {};
  return { dataPolicy: { trainsOnData: false, ...(zdr === true && { retentionDays: 0 }) } };
}
