/** What a call cost: what the provider says it charged, or its tokens at the model's price. */

import {
  costOfTokens,
  ratesFor,
  toNanoUsd,
  type ModelPrice,
  type TokenCounts,
} from "../graph/money.ts";
import type { ModelReply } from "../plugins/contract.ts";

export type { ModelPrice };

/**
 * The cost of a reply in 10⁻⁹ USD, rounded up. What the provider says it charged wins over the list price.
 *
 * @returns `undefined` when the price is not known, or the provider did not say how many tokens it counted.
 */
export function costOf(
  { costUsd, usage }: Pick<ModelReply, "costUsd" | "usage">,
  price: ModelPrice | undefined,
): number | undefined {
  if (isAmount(costUsd)) return toNanoUsd(costUsd);
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = usage;
  if (price === undefined || !isCount(inputTokens) || !isCount(outputTokens)) return undefined;
  const parts = {
    cachedInputTokens: isCount(cachedInputTokens) ? cachedInputTokens : 0,
    reasoningTokens: isCount(reasoningTokens) ? reasoningTokens : 0,
  };
  return Number(costOfTokens({ inputTokens, outputTokens, ...parts }, price));
}

/** 10⁻⁹ USD a token, for each USD per million tokens. */
const NANO_USD_PER_TOKEN = 1_000;

/**
 * What a call is expected to cost in 10⁻⁹ USD, without a cache. Quick, in floating point: hundreds are compared for a
 * route, and none is ever charged.
 */
export function expectedCostOf(
  { inputTokens, outputTokens }: Pick<TokenCounts, "inputTokens" | "outputTokens">,
  price: ModelPrice,
): number {
  const rates = price.tiers === undefined ? price : ratesFor(inputTokens, price);
  const usd = inputTokens * rates.inputUsdPerMTok + outputTokens * rates.outputUsdPerMTok;
  return Math.round(usd * NANO_USD_PER_TOKEN);
}

/** A plugin's numbers are a vendor's: one that makes no sense must not lose a reply that was paid for. */
export function isAmount(number: number | undefined): number is number {
  return number !== undefined && Number.isFinite(number) && number >= 0;
}

/** Whether it can be a number of tokens. */
export function isCount(number: number | undefined): number is number {
  return isAmount(number) && Number.isSafeInteger(number);
}
