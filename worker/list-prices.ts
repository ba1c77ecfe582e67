/** List prices and context windows of the package `@pydantic/genai-prices`, in our own terms. */

import { isNativeError } from "node:util/types";
import {
  calcPrice,
  REMOTE_DATA_JSON_URL,
  updatePrices,
  type ModelPrice as ListedPrice,
  type Provider as ListedProvider,
} from "@pydantic/genai-prices";
import { isPrice, type ModelPrice, type PriceTier } from "../graph/money.ts";

/** What the package knows of a model. */
export interface Listing {
  /** Absent where its price has parts that ours cannot hold. */
  readonly price?: ModelPrice;
  readonly contextWindow?: number;
  /** Whether its provider will take it away. */
  readonly isDeprecated: boolean;
}

/**
 * Ids of providers as the package has them, where ours or the AI SDK's are others. The package would also take any id that
 * contains `openai` for OpenAI; a local server may be called that, and is not sold at OpenAI's prices.
 */
const PROVIDER_IDS: Readonly<Record<string, string>> = {
  bedrock: "aws",
  "amazon-bedrock": "aws",
  vertex: "google",
  gemini: "google",
  xai: "x-ai",
  moonshot: "moonshotai",
  togetherai: "together",
};

/** Gateways that sell at the price of the vendor whose name follows, where the package has no prices of their own. */
const GATEWAYS: ReadonlySet<string> = new Set(["openrouter", "litellm", "vercel"]);

/**
 * What is listed for a `provider/model`, at its price of that moment.
 *
 * @returns `undefined` when it is not listed.
 */
export function findListing(name: string, at: Date): Listing | undefined {
  const [provider, model] = splitName(name);
  const own = findOf(PROVIDER_IDS[provider] ?? provider, model, at);
  if (own !== undefined || !GATEWAYS.has(provider)) return own;
  const [vendor, vendorModel] = splitName(model);
  return findOf(PROVIDER_IDS[vendor] ?? vendor, vendorModel, at);
}

/** The current list prices could not be had. */
export class PriceListError extends Error {
  override readonly name = "PriceListError";
}

/** Where the current prices are published. */
export const LIST_PRICES_URL = REMOTE_DATA_JSON_URL;

const UPDATE_TIMEOUT_MS = 20_000;

/**
 * Fetches the current list prices, for all of this process. Nothing else here reaches the network.
 *
 * @throws {PriceListError} when they cannot be fetched, or are no price list: those in use stay.
 */
export async function updateListPrices(url: string = LIST_PRICES_URL): Promise<void> {
  const list = await fetchList(url);
  if (!isPriceList(list)) throw new PriceListError("The price list has a form that is not known.");
  try {
    // Checks the rest itself, before it takes anything over.
    updatePrices(({ setProviderData }) => setProviderData(list));
  } catch (error) {
    const message = "The price list has a form that is not known.";
    throw new PriceListError(message, { cause: error });
  }
}

async function fetchList(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(UPDATE_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`it answers with HTTP ${response.status}`);
    return await response.json();
  } catch (error) {
    const reason = isNativeError(error) ? error.message : String(error);
    throw new PriceListError(`The price list cannot be fetched: ${reason}.`, { cause: error });
  }
}

function isPriceList(list: unknown): list is ListedProvider[] {
  return (
    Array.isArray(list) &&
    list.length > 0 &&
    list.every(
      (provider: unknown) =>
        typeof provider === "object" &&
        provider !== null &&
        "id" in provider &&
        typeof provider.id === "string" &&
        "models" in provider &&
        Array.isArray(provider.models),
    )
  );
}

function splitName(name: string): readonly [provider: string, model: string] {
  const slash = name.indexOf("/");
  return slash < 0 ? [name, ""] : [name.slice(0, slash), name.slice(slash + 1)];
}

function findOf(providerId: string, model: string, at: Date): Listing | undefined {
  if (model === "") return undefined;
  const found = lookUp(providerId, model, at);
  if (found?.provider.id !== providerId) return undefined;
  const { context_window: contextWindow, deprecated = false, id } = found.model;
  const price = toPrice(found.model_price, id);
  return {
    ...(price === undefined ? {} : { price }),
    ...(contextWindow === undefined ? {} : { contextWindow }),
    isDeprecated: deprecated,
  };
}

/** The package throws at prices that contradict each other, as an updated list may hold. */
function lookUp(providerId: string, model: string, at: Date): ReturnType<typeof calcPrice> {
  try {
    return calcPrice({}, model, { providerId, timestamp: at });
  } catch {
    return null;
  }
}

/** What ours can hold. What else they price, such as images and web searches, no step of ours asks for. */
type Rate = Exclude<keyof ModelPrice, "tiers">;

type Rates = Readonly<Record<Rate, ListedRate | undefined>>;

/** What a call may pay beside its tokens in and out, and ours cannot hold: without it a budget would be overrun. */
const PRICED_APART = ["requests_kcount", "output_citation_mtok"];

/** @returns `undefined` for a price that ours cannot hold, and for a model that writes no text, such as an embedding. */
function toPrice(listed: ListedPrice, id: string): ModelPrice | undefined {
  // A price without any number means "free" where the name says so, and "nobody knows" elsewhere.
  if (id.endsWith(":free") && Object.keys(listed).length === 0) {
    return { inputUsdPerMTok: 0, outputUsdPerMTok: 0 };
  }
  const rates: Rates = {
    inputUsdPerMTok: readRate(listed.input_mtok),
    outputUsdPerMTok: readRate(listed.output_mtok),
    cachedInputUsdPerMTok: readRate(listed.cache_read_mtok),
    reasoningUsdPerMTok: readRate(listed.output_reasoning_mtok),
  };
  const { inputUsdPerMTok: input, outputUsdPerMTok: output } = rates;
  if (PRICED_APART.some((part) => listed[part] !== undefined)) return undefined;
  if (input === undefined || output === undefined) return undefined;
  const tiers = readTiers(rates);
  const price: ModelPrice = {
    ...pick(rates, ({ base }) => base),
    inputUsdPerMTok: input.base,
    outputUsdPerMTok: output.base,
    ...(tiers.length === 0 ? {} : { tiers }),
  };
  return isPrice(price) ? price : undefined;
}

interface ListedRate {
  readonly base: number;
  readonly tiers: readonly { readonly start: number; readonly price: number }[];
}

function readRate(listed: ListedPrice[string]): ListedRate | undefined {
  return typeof listed === "number" ? { base: listed, tiers: [] } : listed;
}

/** One tier of ours for every start that any of their rates has. */
function readTiers(rates: Rates): readonly PriceTier[] {
  const starts = Object.values(rates).flatMap(
    (rate) => rate?.tiers.map(({ start }) => start) ?? [],
  );
  return [...new Set(starts)]
    .toSorted((one, other) => one - other)
    .map((start) => ({
      // Theirs begin above their start, ours at it.
      fromInputTokens: start + 1,
      ...pick(rates, ({ tiers }) => tiers.find((tier) => tier.start === start)?.price),
    }));
}

function pick(
  rates: Rates,
  select: (rate: ListedRate) => number | undefined,
): Partial<Record<Rate, number>> {
  const picked = Object.entries(rates).map(([name, rate]) => [name, rate && select(rate)] as const);
  return Object.fromEntries(picked.filter(([, usd]) => usd !== undefined));
}
