/** Reads OpenRouter's list of models: what each costs, and what it can do. */

import type { ModelPrice } from "../../graph/money.ts";
import type { Capabilities, ModelFacts, ModelInfo } from "../contract.ts";
import type { HttpCall } from "../http/http.ts";
import { fetchModels, type ListedModel, type ModelListOptions } from "../openai/openai-models.ts";
import { isRecord } from "../http/vendor-error.ts";

/**
 * The models, with what OpenRouter says of them, and over that what `describe` knows.
 *
 * @throws {ProviderError}
 * @see https://openrouter.ai/docs/api-reference/list-available-models
 */
export async function listOpenRouterModels(
  call: HttpCall,
  { describe, ...place }: ModelListOptions,
): Promise<readonly ModelInfo[]> {
  const models = await fetchModels(call, place);
  return models.map((listed) => readModel(listed, describe(listed.id)));
}

function readModel(listed: ListedModel, known: ModelFacts): ModelInfo {
  const price = known.price ?? readPrice(listed["pricing"]);
  const capabilities = { ...readCapabilities(listed), ...known.capabilities };
  return { model: listed.id, ...(price === undefined ? {} : { price }), capabilities };
}

/** OpenRouter's prices are USD for one token, as text. */
function readPrice(pricing: unknown): ModelPrice | undefined {
  if (!isRecord(pricing)) return undefined;
  const read = (name: string): number | undefined => perMTok(pricing[name]);
  const inputUsdPerMTok = read("prompt");
  const outputUsdPerMTok = read("completion");
  if (inputUsdPerMTok === undefined || outputUsdPerMTok === undefined) return undefined;
  const cachedInputUsdPerMTok = read("input_cache_read");
  const reasoningUsdPerMTok = read("internal_reasoning");
  return {
    inputUsdPerMTok,
    outputUsdPerMTok,
    ...(cachedInputUsdPerMTok === undefined ? {} : { cachedInputUsdPerMTok }),
    // 0 stands for "as other output" here: no model reasons for nothing.
    ...(reasoningUsdPerMTok === undefined || reasoningUsdPerMTok === 0
      ? {}
      : { reasoningUsdPerMTok }),
  };
}

/** -1 stands for a price that depends on the model a router picks. */
function perMTok(price: unknown): number | undefined {
  const usd = typeof price === "string" && price !== "" ? Number(price) : price;
  if (typeof usd !== "number" || !(usd >= 0 && Number.isFinite(usd))) return undefined;
  // To the nano-dollar: 0.0000003 * 1e6 is 0.3, and not 0.30000000000000004.
  return Math.round(usd * 1e15) / 1e9;
}

function readCapabilities(listed: Readonly<Record<string, unknown>>): Capabilities {
  const top = isRecord(listed["top_provider"]) ? listed["top_provider"] : {};
  const architecture = isRecord(listed["architecture"]) ? listed["architecture"] : {};
  const contextWindow = count(listed["context_length"]);
  const maxOutputTokens = count(top["max_completion_tokens"]);
  const parameters = listed["supported_parameters"];
  const modalities = architecture["input_modalities"];
  return {
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(Array.isArray(parameters) && {
      jsonSchema: parameters.includes("structured_outputs"),
      tools: parameters.includes("tools"),
    }),
    ...(Array.isArray(modalities) && { vision: modalities.includes("image") }),
  };
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}
