/** OpenAI, by its responses API: the one that all of its models answer. */

import { optionalPackage } from "../vendors/optional-package.ts";
import { inspectResponses } from "../vendors/responses-answer.ts";
import type { AiSdkModel, AiSdkProvider } from "../ai-sdk/ai-sdk-types.ts";
import type { Provider } from "../contract.ts";
import { readKey } from "../vendors/environment-key.ts";
import { inspectOpenAIAnswer } from "../openai/openai-answer.ts";
import { listOpenAIModels } from "../openai/openai-models.ts";
import {
  vendorProvider,
  type VendorOptions,
  type VendorPackageOptions,
} from "../vendors/vendor-provider.ts";
import { withProviderOptions } from "../vendors/with-provider-options.ts";

export interface OpenAIOptions extends VendorOptions {
  /**
   * `"chat"`: the older chat completions, which know `seed` and `stop`, but not every model. Default: `"responses"`.
   *
   * @see docs/decisions/0031-openai-by-its-responses-api.md
   */
  readonly api?: "responses" | "chat";
  /** Whether OpenAI keeps what it is sent and what it answers, for its own views of them. Default: `false`. */
  readonly store?: boolean;
  /** Whom to bill, where a key belongs to several. */
  readonly organization?: string;
  readonly project?: string;
}

/** What is used of the package. */
interface Package {
  readonly createOpenAI: (
    options: VendorPackageOptions & Pick<OpenAIOptions, "organization" | "project">,
  ) => AiSdkProvider & { chat(model: string): AiSdkModel; responses(model: string): AiSdkModel };
}

/**
 * OpenAI's models, such as `"openai/gpt-5-mini"`. Needs the package `@ai-sdk/openai` and the key `OPENAI_API_KEY`.
 *
 * @throws {PluginError} PLUGIN_MISSING_KEY, PLUGIN_MISSING_PACKAGE, PLUGIN_INVALID_OPTIONS
 */
export function openai(options: OpenAIOptions = {}): Provider {
  const { env = process.env, api = "responses", store = false, organization, project } = options;
  const apiKey = readKey("openai", options, ["OPENAI_API_KEY"]);
  const baseURL = options.baseURL ?? env["OPENAI_BASE_URL"] ?? "https://api.openai.com/v1";
  return vendorProvider({
    id: "openai",
    options,
    baseURL,
    secrets: [apiKey],
    load: optionalPackage<Package>("openai", "@ai-sdk/openai"),
    model({ createOpenAI }, fetch, model) {
      const sdk = createOpenAI({ apiKey, baseURL, organization, project, fetch });
      const target = api === "chat" ? sdk.chat(model) : sdk.responses(model);
      return withProviderOptions(target, "openai", { store });
    },
    facts: { capabilities: { jsonSchema: true, tools: true, streaming: true } },
    inspect: api === "chat" ? inspectOpenAIAnswer : inspectResponses,
    list: (call, describe) =>
      listOpenAIModels(call, { baseURL, headers: { authorization: `Bearer ${apiKey}` }, describe }),
  });
}
