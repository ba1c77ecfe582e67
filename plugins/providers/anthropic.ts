/** Anthropic, by its messages API. */

import type { AiSdkProvider } from "../ai-sdk/ai-sdk-types.ts";
import type { Provider } from "../contract.ts";
import { readKey } from "../vendors/environment-key.ts";
import { listOpenAIModels } from "../openai/openai-models.ts";
import { optionalPackage } from "../vendors/optional-package.ts";
import {
  vendorProvider,
  type VendorOptions,
  type VendorPackageOptions,
} from "../vendors/vendor-provider.ts";

export type AnthropicOptions = VendorOptions;

/** @see https://docs.anthropic.com/en/api/versioning */
const VERSION = "2023-06-01";

/** What is used of the package. */
interface Package {
  readonly createAnthropic: (options: VendorPackageOptions) => AiSdkProvider;
}

/**
 * Anthropic's models, such as `"anthropic/claude-haiku-4-5"`. Needs the package `@ai-sdk/anthropic` and the key
 * `ANTHROPIC_API_KEY`.
 *
 * @throws {PluginError} PLUGIN_MISSING_KEY, PLUGIN_MISSING_PACKAGE, PLUGIN_INVALID_OPTIONS
 */
export function anthropic(options: AnthropicOptions = {}): Provider {
  const { env = process.env } = options;
  const apiKey = readKey("anthropic", options, ["ANTHROPIC_API_KEY"]);
  const baseURL = options.baseURL ?? withVersion(env["ANTHROPIC_BASE_URL"]);
  const headers = { "x-api-key": apiKey, "anthropic-version": VERSION };
  return vendorProvider({
    id: "anthropic",
    options,
    baseURL,
    secrets: [apiKey],
    load: optionalPackage<Package>("anthropic", "@ai-sdk/anthropic"),
    model: ({ createAnthropic }, fetch, model) =>
      createAnthropic({ apiKey, baseURL, fetch }).languageModel(model),
    facts: { capabilities: { jsonSchema: true, tools: true, streaming: true } },
    // Its list of models has the form of OpenAI's, as far as names go.
    list: (call, describe) => listOpenAIModels(call, { baseURL, headers, describe }),
  });
}

/** Anthropic's own tools take the variable without the version, the AI SDK with it. */
function withVersion(baseURL = "https://api.anthropic.com"): string {
  const base = baseURL.replace(/\/+$/, "");
  return base.endsWith("/v1") ? base : `${base}/v1`;
}
