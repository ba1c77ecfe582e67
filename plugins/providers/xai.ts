/** xAI. */

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

export type XAIOptions = VendorOptions;

/** What is used of the package. */
interface Package {
  readonly createXai: (options: VendorPackageOptions) => AiSdkProvider;
}

/**
 * xAI's models, such as `"xai/grok-4"`. Needs the package `@ai-sdk/xai` and the key `XAI_API_KEY`.
 *
 * @throws {PluginError} PLUGIN_MISSING_KEY, PLUGIN_MISSING_PACKAGE, PLUGIN_INVALID_OPTIONS
 */
export function xai(options: XAIOptions = {}): Provider {
  const { baseURL = "https://api.x.ai/v1" } = options;
  const apiKey = readKey("xai", options, ["XAI_API_KEY"]);
  return vendorProvider({
    id: "xai",
    options,
    baseURL,
    secrets: [apiKey],
    load: optionalPackage<Package>("xai", "@ai-sdk/xai"),
    model: ({ createXai }, fetch, model) =>
      createXai({ apiKey, baseURL, fetch }).languageModel(model),
    facts: { capabilities: { jsonSchema: true, tools: true, streaming: true } },
    inspect: inspectOpenAIAnswer,
    list: (call, describe) =>
      listOpenAIModels(call, { baseURL, headers: { authorization: `Bearer ${apiKey}` }, describe }),
  });
}
