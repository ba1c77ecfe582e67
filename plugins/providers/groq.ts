/** Groq, which runs open models fast. */

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

export type GroqOptions = VendorOptions;

/** What is used of the package. */
interface Package {
  readonly createGroq: (options: VendorPackageOptions) => AiSdkProvider;
}

/**
 * Groq's models, such as `"groq/openai/gpt-oss-20b"`. Needs the package `@ai-sdk/groq` and the key `GROQ_API_KEY`.
 *
 * @throws {PluginError} PLUGIN_MISSING_KEY, PLUGIN_MISSING_PACKAGE, PLUGIN_INVALID_OPTIONS
 */
export function groq(options: GroqOptions = {}): Provider {
  const { baseURL = "https://api.groq.com/openai/v1" } = options;
  const apiKey = readKey("groq", options, ["GROQ_API_KEY"]);
  return vendorProvider({
    id: "groq",
    options,
    baseURL,
    secrets: [apiKey],
    load: optionalPackage<Package>("groq", "@ai-sdk/groq"),
    model: ({ createGroq }, fetch, model) =>
      createGroq({ apiKey, baseURL, fetch }).languageModel(model),
    facts: { capabilities: { streaming: true } },
    inspect: inspectOpenAIAnswer,
    list: (call, describe) =>
      listOpenAIModels(call, { baseURL, headers: { authorization: `Bearer ${apiKey}` }, describe }),
  });
}
