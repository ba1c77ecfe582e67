/** Any server that speaks OpenAI's chat completions: vLLM, LM Studio, llama.cpp, LiteLLM in front of anything, … */

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateWithSdk, streamWithSdk, type AiSdkModelCall } from "../ai-sdk/ai-sdk-model.ts";
import type { ReplyNotes } from "../ai-sdk/ai-sdk-reply.ts";
import {
  ProviderError,
  type CallContext,
  type ModelFacts,
  type ModelRequest,
  type Provider,
} from "../contract.ts";
import {
  checkHeader,
  httpClient,
  keysOf,
  type HttpClient,
  type HttpOptions,
} from "../http/http.ts";
import { inspected } from "../http/inspect-answer.ts";
import { inspectOpenAIAnswer } from "../openai/openai-answer.ts";
import { listOpenAIModels } from "../openai/openai-models.ts";

export interface OpenAICompatibleOptions extends HttpOptions {
  /** First half of the names of its models, such as `"vllm"`. */
  readonly id: string;
  /** Up to and without `/chat/completions`, such as `"http://127.0.0.1:8000/v1"`. */
  readonly baseURL: string;
  /** Sent as a bearer token. Local servers need none. */
  readonly apiKey?: string;
  /** What is known of its models, by their names. Default: what the server lists, when it is asked. */
  readonly models?: Readonly<Record<string, ModelFacts>>;
  /** Whether the server holds replies to a JSON schema. `false`: the schema goes into the prompt. Default: `true`. */
  readonly structuredOutputs?: boolean;
}

/**
 * A provider that speaks OpenAI's chat completions.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function openaiCompatible(options: OpenAICompatibleOptions): Provider {
  const { id, baseURL, apiKey = "" } = options;
  const headers: Readonly<Record<string, string>> =
    apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` };
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  const http = httpClient({ ...options, secrets: [apiKey] });
  const describeModel = describeBy(options);
  const listModels: Provider["listModels"] = (context = {}) =>
    listOpenAIModels(http.open(context), { baseURL, headers, describe: describeModel });
  return {
    id,
    generate: (request, context) => generateWithSdk(openCall({ options, http, request, context })),
    stream: (request, context) => streamWithSdk(openCall({ options, http, request, context })),
    describeModel,
    listModels,
    async health(context) {
      try {
        await listModels(context);
      } catch (error) {
        // Some servers have no list of models: one that says so is well.
        if (!(error instanceof ProviderError) || error.kind !== "not_found") throw error;
      }
    },
    close: () => http.close(),
    ...keysOf(options),
  };
}

interface Call {
  readonly options: OpenAICompatibleOptions;
  readonly http: HttpClient;
  readonly request: ModelRequest;
  readonly context: CallContext;
}

function openCall({ options, http, request, context }: Call): AiSdkModelCall {
  const { id, baseURL, apiKey = "", structuredOutputs = true } = options;
  const { fetch, exchange } = http.open(context, request);
  const notes: ReplyNotes = {};
  const sdk = createOpenAICompatible({
    name: id,
    baseURL,
    apiKey: apiKey === "" ? undefined : apiKey,
    supportsStructuredOutputs: structuredOutputs,
    includeUsage: true,
    fetch: inspected(fetch, inspectOpenAIAnswer(exchange, notes)),
  });
  return { model: () => sdk.chatModel(request.model), request, exchange, notes };
}

function describeBy({ models = {}, structuredOutputs = true }: OpenAICompatibleOptions) {
  return (model: string): ModelFacts => {
    const known = Object.hasOwn(models, model) ? models[model] : undefined;
    const capabilities = { jsonSchema: structuredOutputs, streaming: true, ...known?.capabilities };
    return { ...known, capabilities };
  };
}
