/** What tokens cost, in whole nano-dollars: money is never added up in floating point. */

/** Price of a model, in USD per million tokens. */
export interface ModelPrice {
  readonly inputUsdPerMTok: number;
  readonly outputUsdPerMTok: number;
  /** For input that the provider had in its cache. Default: as other input. */
  readonly cachedInputUsdPerMTok?: number;
  /** For output that is reasoning. Default: as other output. */
  readonly reasoningUsdPerMTok?: number;
  /** Other prices for calls with much input, in ascending order. */
  readonly tiers?: readonly PriceTier[];
}

/** The prices of a call whose input has at least so many tokens; what it leaves out stays as it is. */
export interface PriceTier extends Partial<Omit<ModelPrice, "tiers">> {
  readonly fromInputTokens: number;
}

/** The tokens of a call: whole numbers from 0. */
export interface TokenCounts {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of `inputTokens`. */
  readonly cachedInputTokens?: number;
  /** Part of `outputTokens`. */
  readonly reasoningTokens?: number;
}

/** 1 USD in nano-dollars. */
export const NANO_USD = 1_000_000_000;

const TOKENS_PER_PRICE = 1_000_000n;

/** What a call costs in 10⁻⁹ USD, rounded up. */
export function costOfTokens(tokens: TokenCounts, price: ModelPrice): bigint {
  const { inputTokens, outputTokens } = tokens;
  const cached = Math.min(tokens.cachedInputTokens ?? 0, inputTokens);
  const reasoning = Math.min(tokens.reasoningTokens ?? 0, outputTokens);
  const rates = ratesFor(inputTokens, price);
  const nanoPerMTok =
    BigInt(inputTokens - cached) * nano(rates.inputUsdPerMTok) +
    BigInt(cached) * nano(rates.cachedInputUsdPerMTok ?? rates.inputUsdPerMTok) +
    BigInt(outputTokens - reasoning) * nano(rates.outputUsdPerMTok) +
    BigInt(reasoning) * nano(rates.reasoningUsdPerMTok ?? rates.outputUsdPerMTok);
  return (nanoPerMTok + TOKENS_PER_PRICE - 1n) / TOKENS_PER_PRICE;
}

/** The most that so many tokens can cost, in whichever tier and of whichever sort: in 10⁻⁹ USD, rounded up. */
export function boundCost(tokens: TokenCounts, price: ModelPrice): bigint {
  const { tiers = [] } = price;
  const highest = (...names: readonly (keyof PriceTier)[]): number => {
    const rates = [price, ...tiers].flatMap((part) =>
      names.map((name) => (name in part ? Reflect.get(part, name) : 0)),
    );
    return Math.max(...rates.filter((rate): rate is number => typeof rate === "number"));
  };
  const most: ModelPrice = {
    inputUsdPerMTok: highest("inputUsdPerMTok", "cachedInputUsdPerMTok"),
    outputUsdPerMTok: highest("outputUsdPerMTok", "reasoningUsdPerMTok"),
  };
  return costOfTokens(tokens, most);
}

/** USD in whole nano-dollars, to the nearest one. */
export function toNanoUsd(usd: number): number {
  return Math.round(usd * NANO_USD);
}

/** Nano-dollars in USD, as exact text: `0.000022`. */
export function formatNanoUsd(nanoUsd: number): string {
  const whole = Math.floor(nanoUsd / NANO_USD);
  const rest = String(nanoUsd - whole * NANO_USD).padStart(9, "0");
  // At least cents, as people write money.
  return `${whole}.${rest.slice(0, 2)}${rest.slice(2).replace(/0+$/, "")}`;
}

/** Whether a price can be reckoned with: no part of it below 0 or endless. */
export function isPrice({ tiers = [], ...rates }: ModelPrice): boolean {
  return [rates, ...tiers].every((part) =>
    Object.values(part).every((rate) => rate === undefined || isRate(rate)),
  );
}

function isRate(rate: number): boolean {
  return Number.isFinite(rate) && rate >= 0;
}

/** The prices of a call with so much input. */
export function ratesFor(inputTokens: number, { tiers = [], ...base }: ModelPrice): ModelPrice {
  let rates: ModelPrice = base;
  for (const { fromInputTokens, ...tier } of tiers) {
    if (inputTokens >= fromInputTokens) rates = { ...rates, ...tier };
  }
  return rates;
}

function nano(usd: number): bigint {
  return BigInt(toNanoUsd(usd));
}
