/** Google, by its Gemini API. */

import type { AiSdkProvider } from "../ai-sdk/ai-sdk-types.ts";
import { type ModelFacts, type ModelInfo, type Provider } from "../contract.ts";
import { readKey } from "../vendors/environment-key.ts";
import type { HttpCall } from "../http/http.ts";
import { fetchJson } from "../http/inspect-answer.ts";
import { optionalPackage } from "../vendors/optional-package.ts";
import { isRecord } from "../http/vendor-error.ts";
import {
  vendorProvider,
  type VendorOptions,
  type VendorPackageOptions,
} from "../vendors/vendor-provider.ts";

export type GoogleOptions = VendorOptions;

/** What is used of the package. */
interface Package {
  readonly createGoogleGenerativeAI: (options: VendorPackageOptions) => AiSdkProvider;
}

/**
 * Google's models, such as `"google/gemini-2.5-flash"`. Needs the package `@ai-sdk/google` and the key
 * `GOOGLE_GENERATIVE_AI_API_KEY`, `GEMINI_API_KEY` or `GOOGLE_API_KEY`.
 *
 * @throws {PluginError} PLUGIN_MISSING_KEY, PLUGIN_MISSING_PACKAGE, PLUGIN_INVALID_OPTIONS
 */
export function google(options: GoogleOptions = {}): Provider {
  const { baseURL = "https://generativelanguage.googleapis.com/v1beta" } = options;
  const apiKey = readKey("google", options, [
    "GOOGLE_GENERATIVE_AI_API_KEY",
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
  ]);
  return vendorProvider({
    id: "google",
    options,
    baseURL,
    secrets: [apiKey],
    load: optionalPackage<Package>("google", "@ai-sdk/google"),
    model: ({ createGoogleGenerativeAI }, fetch, model) =>
      createGoogleGenerativeAI({ apiKey, baseURL, fetch }).languageModel(model),
    facts: { capabilities: { jsonSchema: true, tools: true, streaming: true } },
    list: (call, describe) => listGoogleModels(call, { baseURL, apiKey, describe }),
  });
}

/** More than Google has: one page is the whole list. */
const PAGE_SIZE = 1_000;

/** @see https://ai.google.dev/api/models#method:-models.list */
async function listGoogleModels(
  call: HttpCall,
  {
    baseURL,
    apiKey,
    describe,
  }: {
    readonly baseURL: string;
    readonly apiKey: string;
    readonly describe: (model: string) => ModelFacts;
  },
): Promise<readonly ModelInfo[]> {
  const url = `${baseURL.replace(/\/+$/, "")}/models?pageSize=${PAGE_SIZE}`;
  const body = await fetchJson(call, url, { "x-goog-api-key": apiKey });
  const models = isRecord(body) ? body["models"] : undefined;
  if (!Array.isArray(models)) {
    throw call.exchange.fail(call.exchange.malformed("the answer holds no models"));
  }
  return models.filter(isRecord).flatMap((listed) => {
    const { name, inputTokenLimit, outputTokenLimit } = listed;
    if (typeof name !== "string") return [];
    const model = name.replace(/^models\//, "");
    const facts = describe(model);
    const limits = {
      ...(typeof inputTokenLimit === "number" && { contextWindow: inputTokenLimit }),
      ...(typeof outputTokenLimit === "number" && { maxOutputTokens: outputTokenLimit }),
    };
    return [{ ...facts, model, capabilities: { ...limits, ...facts.capabilities } }];
  });
}
