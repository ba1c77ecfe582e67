/** What a call cost, in whole nano-dollars: money is never added up in floating point. */

import type { ModelReply } from "../plugins/contract.ts";

/** List price of a model, in USD per million tokens. */
export interface ModelPrice {
  readonly inputUsdPerMTok: number;
  readonly outputUsdPerMTok: number;
}

/** 1 USD. */
const NANO = 1_000_000_000;
const TOKENS_PER_PRICE = 1_000_000n;

/**
 * The cost of a reply in 10⁻⁹ USD, rounded up. What the provider says it charged wins over the list price.
 *
 * @returns `undefined` when the price is not known, or the provider did not say how many tokens it counted.
 */
export function costOf(reply: ModelReply, price: ModelPrice | undefined): number | undefined {
  const { costUsd, usage } = reply;
  if (isAmount(costUsd)) return Math.round(costUsd * NANO);
  const { inputTokens, outputTokens } = usage;
  if (price === undefined || !isCount(inputTokens) || !isCount(outputTokens)) return undefined;
  const nanoPerMTok =
    BigInt(inputTokens) * nano(price.inputUsdPerMTok) +
    BigInt(outputTokens) * nano(price.outputUsdPerMTok);
  return Number((nanoPerMTok + TOKENS_PER_PRICE - 1n) / TOKENS_PER_PRICE);
}

/** A plugin's numbers are a vendor's: one that makes no sense must not lose a reply that was paid for. */
function isAmount(number: number | undefined): number is number {
  return number !== undefined && Number.isFinite(number) && number >= 0;
}

function isCount(number: number | undefined): number is number {
  return isAmount(number) && Number.isSafeInteger(number);
}

function nano(usd: number): bigint {
  return BigInt(Math.round(usd * NANO));
}
