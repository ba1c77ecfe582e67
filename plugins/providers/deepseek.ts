/** DeepSeek. */

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

export type DeepSeekOptions = VendorOptions;

/** What is used of the package. */
interface Package {
  readonly createDeepSeek: (options: VendorPackageOptions) => AiSdkProvider;
}

/**
 * DeepSeek's models, such as `"deepseek/deepseek-chat"`. Needs the package `@ai-sdk/deepseek` and the key `DEEPSEEK_API_KEY`.
 *
 * @throws {PluginError} PLUGIN_MISSING_KEY, PLUGIN_MISSING_PACKAGE, PLUGIN_INVALID_OPTIONS
 */
export function deepseek(options: DeepSeekOptions = {}): Provider {
  const { baseURL = "https://api.deepseek.com" } = options;
  const apiKey = readKey("deepseek", options, ["DEEPSEEK_API_KEY"]);
  return vendorProvider({
    id: "deepseek",
    options,
    baseURL,
    secrets: [apiKey],
    load: optionalPackage<Package>("deepseek", "@ai-sdk/deepseek"),
    model: ({ createDeepSeek }, fetch, model) =>
      createDeepSeek({ apiKey, baseURL, fetch }).languageModel(model),
    facts: { capabilities: { jsonSchema: false, streaming: true } },
    inspect: inspectOpenAIAnswer,
    list: (call, describe) =>
      listOpenAIModels(call, { baseURL, headers: { authorization: `Bearer ${apiKey}` }, describe }),
  });
}
