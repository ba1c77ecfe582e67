/** Mistral. */

import type { AiSdkProvider } from "../ai-sdk/ai-sdk-types.ts";
import type { Provider } from "../contract.ts";
import { readKey } from "../vendors/environment-key.ts";
import { inspectOpenAIAnswer } from "../openai/openai-answer.ts";
import { listOpenAIModels } from "../openai/openai-models.ts";
import { optionalPackage } from "../vendors/optional-package.ts";
import {
  vendorProvider,
  type VendorOptions,
  type VendorPackageOptions,
} from "../vendors/vendor-provider.ts";

export type MistralOptions = VendorOptions;

/** What is used of the package. */
interface Package {
  readonly createMistral: (options: VendorPackageOptions) => AiSdkProvider;
}

/**
 * Mistral's models, such as `"mistral/mistral-small-latest"`. Needs the package `@ai-sdk/mistral` and the key `MISTRAL_API_KEY`.
 *
 * @throws {PluginError} PLUGIN_MISSING_KEY, PLUGIN_MISSING_PACKAGE, PLUGIN_INVALID_OPTIONS
 */
export function mistral(options: MistralOptions = {}): Provider {
  const { baseURL = "https://api.mistral.ai/v1" } = options;
  const apiKey = readKey("mistral", options, ["MISTRAL_API_KEY"]);
  return vendorProvider({
    id: "mistral",
    options,
    baseURL,
    secrets: [apiKey],
    load: optionalPackage<Package>("mistral", "@ai-sdk/mistral"),
    model: ({ createMistral }, fetch, model) =>
      createMistral({ apiKey, baseURL, fetch }).languageModel(model),
    facts: { capabilities: { jsonSchema: true, tools: true, streaming: true } },
    inspect: inspectOpenAIAnswer,
    list: (call, describe) =>
      listOpenAIModels(call, { baseURL, headers: { authorization: `Bearer ${apiKey}` }, describe }),
  });
}
