/** Azure OpenAI, by its v1 API. */

import type { AiSdkModel } from "../ai-sdk/ai-sdk-types.ts";
import { PluginError, type Provider } from "../contract.ts";
import { readKey } from "../vendors/environment-key.ts";
import { inspectOpenAIAnswer } from "../openai/openai-answer.ts";
import { optionalPackage } from "../vendors/optional-package.ts";
import { inspectResponses } from "../vendors/responses-answer.ts";
import {
  vendorProvider,
  type VendorOptions,
  type VendorPackageOptions,
} from "../vendors/vendor-provider.ts";
import { withProviderOptions } from "../vendors/with-provider-options.ts";

export interface AzureOptions extends VendorOptions {
  /** The name in `https://NAME.openai.azure.com`. Default: `AZURE_RESOURCE_NAME`. Not needed with a `baseURL`. */
  readonly resourceName?: string;
  /** Sent as `api-version`. Default: `"v1"`. */
  readonly apiVersion?: string;
  /** As for `openai()`. Default: `"responses"`. */
  readonly api?: "responses" | "chat";
  /** As for `openai()`. Default: `false`. */
  readonly store?: boolean;
}

/** What is used of the package. */
interface Package {
  readonly createAzure: (options: VendorPackageOptions & { readonly apiVersion: string }) => {
    chat(deployment: string): AiSdkModel;
    responses(deployment: string): AiSdkModel;
  };
}

/**
 * Deployments of Azure OpenAI: the model is the name of a deployment, such as `"azure/our-gpt"`. Needs the package
 * `@ai-sdk/azure`, the key `AZURE_API_KEY` or `AZURE_OPENAI_API_KEY`, and a resource.
 *
 * @throws {PluginError} PLUGIN_MISSING_KEY, PLUGIN_MISSING_PACKAGE, PLUGIN_INVALID_OPTIONS
 */
export function azure(options: AzureOptions = {}): Provider {
  const { apiVersion = "v1", api = "responses", store = false } = options;
  const apiKey = readKey("azure", options, ["AZURE_API_KEY", "AZURE_OPENAI_API_KEY"]);
  const baseURL = options.baseURL ?? addressOf(options);
  return vendorProvider({
    id: "azure",
    options,
    baseURL,
    secrets: [apiKey],
    load: optionalPackage<Package>("azure", "@ai-sdk/azure"),
    model({ createAzure }, fetch, model) {
      const sdk = createAzure({ apiKey, baseURL, apiVersion, fetch });
      const target = api === "chat" ? sdk.chat(model) : sdk.responses(model);
      // The package reads its own name first, and OpenAI's where there is none.
      return withProviderOptions(target, "azure", { store });
    },
    facts: { capabilities: { jsonSchema: true, tools: true, streaming: true } },
    inspect: api === "chat" ? inspectOpenAIAnswer : inspectResponses,
  });
}

function addressOf({ resourceName, env = process.env }: AzureOptions): string {
  const resource = resourceName ?? env["AZURE_RESOURCE_NAME"] ?? "";
  if (resource !== "") return `https://${resource}.openai.azure.com/openai`;
  throw new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    "azure() has no address. Set AZURE_RESOURCE_NAME, or give it `resourceName` or `baseURL`. " +
      "See docs/reference/providers.md#azure.",
  );
}
