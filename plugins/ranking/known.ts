/**
 * Reads what is known of models. Signals and facts may come from third parties: a number that makes no sense counts as
 * not known, or one NaN would throw a whole order into disorder.
 */

import type { RankCandidate } from "../contract.ts";

/** Stands in lists of numbers for what is not known. */
export const UNKNOWN = -1;

/** What no real figure comes near: sums of such numbers are finite still. */
export const MOST = 1e100;

/** A number from 0, or {@link UNKNOWN}. */
export function amount(value: unknown): number {
  return typeof value === "number" && value >= 0 && value <= MOST ? value : UNKNOWN;
}

/** A number from 0 to 1, or {@link UNKNOWN}. */
export function share(value: unknown): number {
  return typeof value === "number" && value >= 0 && value <= 1 ? value : UNKNOWN;
}

/** What the request is expected to cost, in USD. */
export function expectedUsd({ expectedNanoUsd }: RankCandidate): number {
  const nanoUsd = amount(expectedNanoUsd);
  return nanoUsd === UNKNOWN ? UNKNOWN : nanoUsd / 1e9;
}

/** A good report and a bad one are added to what was seen: one report alone is not yet a habit. */
export function meanReward(reports: number, total: number): number {
  const count = amount(reports);
  const sum = amount(total);
  if (count <= 0 || sum === UNKNOWN) return UNKNOWN;
  return (Math.min(sum, count) + 1) / (count + 2);
}

/** {@link expectedUsd} of each candidate. */
export function expectedUsdOfEach(candidates: readonly RankCandidate[]): Float64Array {
  const costs = new Float64Array(candidates.length);
  for (let index = 0; index < costs.length; index += 1) {
    costs[index] = expectedUsd(candidates[index]!);
  }
  return costs;
}
