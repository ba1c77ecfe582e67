/** Reads the list of models that servers of OpenAI's API give. */

import type { ModelFacts, ModelInfo } from "../contract.ts";
import type { HttpCall } from "../http/http.ts";
import { fetchJson } from "../http/inspect-answer.ts";
import { isRecord } from "../http/vendor-error.ts";

/**
 * The models of the server, with what it says of them, and over that what `describe` knows.
 *
 * @throws {ProviderError}
 * @see https://platform.openai.com/docs/api-reference/models/list
 */
export async function listOpenAIModels(
  call: HttpCall,
  { describe, ...place }: ModelListOptions,
): Promise<readonly ModelInfo[]> {
  const models = await fetchModels(call, place);
  return models.map((model) => {
    const facts = describe(model.id);
    const capabilities = { ...readWindow(model), ...facts.capabilities };
    return { ...facts, model: model.id, capabilities };
  });
}

/** Where the list is, and what is known beside it. */
export interface ModelListOptions {
  readonly baseURL: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly describe: (model: string) => ModelFacts;
}

/** A model as a server lists it. */
export type ListedModel = Readonly<Record<string, unknown>> & { readonly id: string };

/**
 * The list as it is, of a server that gives it in OpenAI's form.
 *
 * @throws {ProviderError}
 */
export async function fetchModels(
  call: HttpCall,
  { baseURL, headers }: Pick<ModelListOptions, "baseURL" | "headers">,
): Promise<readonly ListedModel[]> {
  const body = await fetchJson(call, `${baseURL.replace(/\/+$/, "")}/models`, headers);
  const models = isRecord(body) ? body["data"] : undefined;
  if (Array.isArray(models)) return models.filter(isModel);
  throw call.exchange.fail(call.exchange.malformed("the answer holds no models"));
}

function isModel(value: unknown): value is ListedModel {
  return isRecord(value) && typeof value["id"] === "string";
}

/** OpenRouter, vLLM and Groq call it differently; OpenAI does not say. */
const WINDOWS = ["context_length", "max_model_len", "context_window", "max_context_length"];

function readWindow(model: Readonly<Record<string, unknown>>): { readonly contextWindow?: number } {
  const contextWindow = WINDOWS.map((name) => model[name]).find(
    (value) => typeof value === "number" && value > 0,
  );
  return typeof contextWindow === "number" ? { contextWindow } : {};
}
