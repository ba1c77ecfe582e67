/** The provider of a model file, given the package that runs it. */

import { followSignals } from "./follow-signals.ts";
import { basename } from "node:path";
import {
  PluginError,
  ProviderError,
  type CallContext,
  type ModelFacts,
  type ModelReply,
  type ModelRequest,
  type Provider,
} from "../contract.ts";
import type { LocalOptions } from "../providers/local.ts";
import { generateLocally } from "./generate.ts";
import { readOptions, type Settings } from "./options.ts";
import { streamText } from "./stream-text.ts";
import { LoadedModel, rejectOnAbort, toProviderError, type LlamaPackage } from "./loaded-model.ts";

/** How to get at node-llama-cpp, which may not be installed. */
export interface PackageLoader {
  isInstalled(): boolean;
  load(): Promise<LlamaPackage>;
}

/**
 * The provider of one model file.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS, PLUGIN_MISSING_PACKAGE
 */
export function createLocal(options: LocalOptions, loader: PackageLoader): Provider {
  const settings = readOptions(options);
  if (!loader.isInstalled()) throw missingPackage();
  const model = new LazyModel(settings, loader);
  const name = settings.name ?? basename(settings.model).replace(/\.gguf$/i, "");
  const facts = (): ModelFacts => describe(settings, model.contextSize);
  const generate = (
    request: ModelRequest,
    context: CallContext,
    onText: (text: string) => void,
  ): Promise<ModelReply> => {
    if (request.model === name) return model.answer(request, context, onText);
    throw new ProviderError("not_found", `"${settings.id}" has the model "${name}" alone`);
  };
  return {
    id: settings.id,
    generate: async (request, context) => generate(request, context, () => {}),
    stream: (request, context) =>
      streamText(context, (own, onText) => generate(request, own, onText)),
    listModels: async () => [{ model: name, ...facts() }],
    describeModel: (asked) => (asked === name ? facts() : undefined),
    health: async ({ signal } = {}) => model.load(signal ?? new AbortController().signal),
    close: () => model.close(),
  };
}

/** Loads the model for the first call, once for all of them; and again for the next one if that fails. */
class LazyModel {
  readonly #settings: Settings;
  readonly #loader: PackageLoader;
  readonly #closing = new AbortController();
  #loading: Promise<LoadedModel> | undefined;
  #loaded: LoadedModel | undefined;

  constructor(settings: Settings, loader: PackageLoader) {
    this.#settings = settings;
    this.#loader = loader;
  }

  get contextSize(): number | undefined {
    return this.#loaded?.contextSize;
  }

  async answer(
    request: ModelRequest,
    context: CallContext,
    onText: (text: string) => void,
  ): Promise<ModelReply> {
    const followed = followSignals([context.signal, this.#closing.signal]);
    const { signal } = followed;
    const { maxOutputTokens, maxStringLength } = this.#settings;
    try {
      const model = await this.#open(signal);
      return await model.run(signal, (place) =>
        generateLocally(place, {
          request,
          context: { ...context, signal },
          maxOutputTokens,
          limits: { maxStringLength },
          onText,
        }),
      );
    } catch (error) {
      throw signal.aborted ? signal.reason : toProviderError(error);
    } finally {
      followed.end();
    }
  }

  async load(signal: AbortSignal): Promise<void> {
    await this.#open(AbortSignal.any([signal, this.#closing.signal]));
  }

  async close(): Promise<void> {
    this.#closing.abort(new ProviderError("unavailable", "the local model has been closed"));
    // A model that could not be loaded has nothing to free.
    const model = await this.#loading?.catch(() => undefined);
    await model?.close();
  }

  #open(signal: AbortSignal): Promise<LoadedModel> {
    if (signal.aborted) return rejectOnAbort(signal);
    this.#loading ??= this.#load();
    return Promise.race([this.#loading, rejectOnAbort(signal)]);
  }

  async #load(): Promise<LoadedModel> {
    const { model: file } = this.#settings;
    try {
      this.#loaded = await LoadedModel.load(await this.#loader.load(), { ...this.#settings, file });
      return this.#loaded;
    } catch (error) {
      this.#loading = undefined;
      throw new ProviderError("unavailable", `the model file "${file}" cannot be loaded`, {
        cause: error,
      });
    }
  }
}

function describe(settings: Settings, contextSize = settings.contextSize): ModelFacts {
  return {
    price: { inputUsdPerMTok: 0, outputUsdPerMTok: 0 },
    capabilities: {
      contextWindow: contextSize,
      maxOutputTokens: Math.min(settings.maxOutputTokens, contextSize),
      jsonSchema: true,
      tools: true,
      vision: false,
      streaming: true,
      dataPolicy: { retentionDays: 0, trainsOnData: false },
    },
  };
}

function missingPackage(): PluginError {
  return new PluginError(
    "PLUGIN_MISSING_PACKAGE",
    `The local provider runs on the package "node-llama-cpp", which is not installed. Run: npm install node-llama-cpp@3`,
  );
}
