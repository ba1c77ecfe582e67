/** Any provider of the Vercel AI SDK, whichever version of its model interface it speaks. */

import { generateWithSdk, streamWithSdk, type AiSdkModelCall } from "../ai-sdk/ai-sdk-model.ts";
import type { AiSdkModel, AiSdkSource } from "../ai-sdk/ai-sdk-types.ts";
import {
  PluginError,
  type CallContext,
  type ModelFacts,
  type ModelRequest,
  type Provider,
} from "../contract.ts";
import { Exchange } from "../http/exchange.ts";
import { httpClient, keysOf, type Fetch, type HttpClient, type HttpOptions } from "../http/http.ts";
import { inspectAnyAnswer, inspected } from "../http/inspect-answer.ts";
import { textsOf } from "../http/redact.ts";

interface CommonOptions extends HttpOptions {
  /** First half of the names of its models, such as `"cohere"`. */
  readonly id: string;
  /** What is known of its models, by their names. Default: nothing. */
  readonly models?: Readonly<Record<string, ModelFacts>>;
  /** Whether its models are held to a JSON schema. `false`: the schema goes into the prompt. Default: `true`. */
  readonly structuredOutputs?: boolean;
  /** Keys that no message may show. Known ones of the usual forms are never shown. */
  readonly secrets?: readonly string[];
}

/** A provider that is there already, with a `fetch` of its own: of the common options only `headers` reach it. */
interface AiSdkProviderOptions extends CommonOptions {
  readonly provider: AiSdkSource;
  readonly create?: undefined;
}

/** A provider that is made for each call, with a `fetch` that pools connections and reports how far a call came. */
interface AiSdkFactoryOptions extends CommonOptions {
  /** Such as `({ fetch }) => createCohere({ apiKey, fetch })`. */
  readonly create: (given: { readonly fetch: Fetch }) => AiSdkSource;
  /** The base URL that `create` sets; needed for `fallbackBaseURLs`. */
  readonly baseURL?: string;
  readonly provider?: undefined;
}

export type AiSdkOptions = AiSdkProviderOptions | AiSdkFactoryOptions;

/**
 * A provider out of one of the AI SDK's: `specificationVersion` v2, v3 or v4.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function aiSdk(options: AiSdkOptions): Provider {
  checkSource(options);
  const { models = {}, structuredOutputs = true } = options;
  const http = options.create === undefined ? undefined : httpClient(options);
  return {
    id: options.id,
    generate: (request, context) => generateWithSdk(openCall({ options, http, request, context })),
    stream: (request, context) => streamWithSdk(openCall({ options, http, request, context })),
    describeModel(model) {
      const known = Object.hasOwn(models, model) ? models[model] : undefined;
      const given = { jsonSchema: structuredOutputs, streaming: true, ...known?.capabilities };
      return { ...known, capabilities: given };
    },
    close: async () => http?.close(),
    ...(http && keysOf(options)),
  };
}

interface Call {
  readonly options: AiSdkOptions;
  readonly http: HttpClient | undefined;
  readonly request: ModelRequest;
  readonly context: CallContext;
}

function openCall({ options, http, request, context }: Call): AiSdkModelCall {
  const optionNames = [options.id];
  if (options.create === undefined) {
    const { provider, secrets = [], headers, classify } = options;
    const reading = { confidential: { secrets, texts: textsOf(request) }, classify };
    const exchange = new Exchange(context.signal, reading, (stage) =>
      context.reportProgress(stage),
    );
    const model = (): AiSdkModel => modelOf(provider, request.model);
    return { model, request, exchange, optionNames, headers };
  }
  const { create } = options;
  // Made by `aiSdk` for this very case.
  const { fetch, exchange } = http!.open(context, request);
  const model = (): AiSdkModel =>
    modelOf(create({ fetch: inspected(fetch, inspectAnyAnswer(exchange)) }), request.model);
  return { model, request, exchange, optionNames };
}

function modelOf(source: AiSdkSource, modelId: string): AiSdkModel {
  // Most providers are both: the method says what kind of model is meant.
  return "languageModel" in source ? source.languageModel(modelId) : source(modelId);
}

/** JavaScript has no types to hold a caller to. */
function checkSource(options: AiSdkOptions): void {
  const { provider, create } = options;
  if ((provider === undefined) === (create === undefined)) {
    const message = 'aiSdk() needs either "provider" or "create".';
    throw new PluginError("PLUGIN_INVALID_OPTIONS", message);
  }
  for (const name of ["fallbackBaseURLs", "idempotencyHeader"] as const) {
    if (provider === undefined || options[name] === undefined) continue;
    const message = `${name} works with "create" only: a provider that is there has its own fetch.`;
    throw new PluginError("PLUGIN_INVALID_OPTIONS", message);
  }
  if (
    provider !== undefined &&
    typeof provider !== "function" &&
    typeof provider?.languageModel !== "function"
  ) {
    const message =
      "The provider given to aiSdk() is none of the AI SDK: it has no languageModel().";
    throw new PluginError("PLUGIN_INVALID_OPTIONS", message);
  }
}
