/** Ollama: models on this machine, or on one of yours. */

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { ModelFacts, Provider } from "../contract.ts";
import type { HttpOptions } from "../http/http.ts";
import { ModelMemory } from "../vendors/model-memory.ts";
import { listOllamaModels } from "../vendors/ollama-models.ts";
import { inspectOpenAIAnswer } from "../openai/openai-answer.ts";
import { vendorProvider } from "../vendors/vendor-provider.ts";

export interface OllamaOptions extends HttpOptions {
  /** Where it listens. Default: `"http://127.0.0.1:11434"`. */
  readonly host?: string;
  /** For a server behind a gateway that asks for a key. Ollama itself asks for none. */
  readonly apiKey?: string;
  /** What is known of its models, by their names. Default: what Ollama says, when it is asked. */
  readonly models?: Readonly<Record<string, ModelFacts>>;
}

/** Whoever owns the machine has paid for it. */
const FREE = { inputUsdPerMTok: 0, outputUsdPerMTok: 0 };

/**
 * The models of an Ollama server, such as `"ollama/llama3.2"`. They cost nothing, and what they read stays there.
 *
 * `listModels()` asks the server what they can do; from then on `describeModel` knows it. Nothing is asked before.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function ollama(options: OllamaOptions = {}): Provider {
  const { host = "http://127.0.0.1:11434", apiKey = "" } = options;
  const root = host.replace(/\/+$/, "");
  const headers: Readonly<Record<string, string>> =
    apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` };
  const vendor = vendorProvider({
    id: "ollama",
    options: { ...options, env: {} },
    // Not the address of its OpenAI API, so that a fallback stands in for the whole server.
    baseURL: root,
    secrets: [apiKey],
    load: async () => ({ createOpenAICompatible }),
    model: (sdk, fetch, model) =>
      sdk
        .createOpenAICompatible({
          name: "ollama",
          baseURL: `${root}/v1`,
          headers,
          fetch,
          supportsStructuredOutputs: true,
          includeUsage: true,
        })
        .chatModel(model),
    facts: {
      price: FREE,
      capabilities: {
        jsonSchema: true,
        streaming: true,
        dataPolicy: { retentionDays: 0, trainsOnData: false },
      },
    },
    inspect: inspectOpenAIAnswer,
    list: (call, describe) => listOllamaModels(call, { root, headers, describe }),
  });
  return new ModelMemory(vendor).provider;
}
