/** Any server that speaks OpenAI's chat completions: vLLM, LM Studio, llama.cpp, LiteLLM in front of anything, … */

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateWithSdk, streamWithSdk, type AiSdkModelCall } from "../ai-sdk/ai-sdk-model.ts";
import type { ReplyNotes } from "../ai-sdk/ai-sdk-reply.ts";
import type { AiSdkModel } from "../ai-sdk/ai-sdk-types.ts";
import { FetchOfCall } from "../ai-sdk/fetch-of-call.ts";
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
  const sdk = openSdk(options);
  const describeModel = describeBy(options);
  const listModels: Provider["listModels"] = (context = {}) =>
    listOpenAIModels(http.open(context), { baseURL, headers, describe: describeModel });
  return {
    id,
    generate: (request, context) => generateWithSdk(openCall({ sdk, http, request, context })),
    stream: (request, context) => streamWithSdk(openCall({ sdk, http, request, context })),
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

/** What makes the requests of all calls. */
interface Sdk {
  readonly model: (name: string) => AiSdkModel;
  readonly fetch: FetchOfCall;
}

/** A model of the SDK builds the schemas of its answers when it is made, which takes longer than the rest of a call: it is made once. */
function openSdk(options: OpenAICompatibleOptions): Sdk {
  const { id, baseURL, apiKey = "", structuredOutputs = true } = options;
  const fetch = new FetchOfCall();
  const sdk = createOpenAICompatible({
    name: id,
    baseURL,
    apiKey: apiKey === "" ? undefined : apiKey,
    supportsStructuredOutputs: structuredOutputs,
    includeUsage: true,
    fetch: fetch.shared,
  });
  const models = new Map<string, AiSdkModel>();
  const model = (name: string): AiSdkModel => {
    const made = models.get(name) ?? sdk.chatModel(name);
    models.set(name, made);
    return made;
  };
  return { model, fetch };
}

interface Call {
  readonly sdk: Sdk;
  readonly http: HttpClient;
  readonly request: ModelRequest;
  readonly context: CallContext;
}

function openCall({ sdk, http, request, context }: Call): AiSdkModelCall {
  const { fetch, exchange } = http.open(context, request);
  const notes: ReplyNotes = {};
  const own = inspected(fetch, inspectOpenAIAnswer(exchange, notes));
  const model = (): AiSdkModel => sdk.fetch.lend(sdk.model(request.model), own);
  return { model, request, exchange, notes };
}

function describeBy({ models = {}, structuredOutputs = true }: OpenAICompatibleOptions) {
  return (model: string): ModelFacts => {
    const known = Object.hasOwn(models, model) ? models[model] : undefined;
    const capabilities = { jsonSchema: structuredOutputs, streaming: true, ...known?.capabilities };
    return { ...known, capabilities };
  };
}
