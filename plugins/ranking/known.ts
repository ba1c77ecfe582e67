/**
 * Reads what is known of models. Signals and facts may come from third parties: a number that makes no sense counts as
 * not known, or one NaN would throw a whole order into disorder.
 */

import type { RankCandidate } from "../contract.ts";

/*
 * To the engine, what a module exports or imports is a variable: it reads it anew in each round of a loop, which nearly
 * doubles what short loops take. Hence constants of one module alone, here and wherever a router goes through hundreds.
 */
const NOT_KNOWN = -1;
const LIMIT = 1e100;

/** Stands in lists of numbers for what is not known. */
export const UNKNOWN = NOT_KNOWN;

/** What no real figure comes near: sums of such numbers are finite still. */
export const MOST = LIMIT;

/** A number from 0, or {@link UNKNOWN}. */
export function amount(value: unknown): number {
  return typeof value === "number" && value >= 0 && value <= LIMIT ? value : NOT_KNOWN;
}

/** A number from 0 to 1, or {@link UNKNOWN}. */
export function share(value: unknown): number {
  return typeof value === "number" && value >= 0 && value <= 1 ? value : NOT_KNOWN;
}

/** What the request is expected to cost, in USD. */
export function expectedUsd({ expectedNanoUsd }: RankCandidate): number {
  const nanoUsd = amount(expectedNanoUsd);
  return nanoUsd === NOT_KNOWN ? NOT_KNOWN : nanoUsd / 1e9;
}

/** A good report and a bad one are added to what was seen: one report alone is not yet a habit. */
export function meanReward(reports: number, total: number): number {
  const count = amount(reports);
  const sum = amount(total);
  if (count <= 0 || sum === NOT_KNOWN) return NOT_KNOWN;
  return (Math.min(sum, count) + 1) / (count + 2);
}

/** What the request is expected to cost each candidate, in billionths of a dollar: into `costs`, which is as long. */
export function expectedNanoUsdOfEach(
  candidates: readonly RankCandidate[],
  costs: Float64Array,
): void {
  for (let index = 0; index < costs.length; index += 1) {
    const nanoUsd: unknown = candidates[index]!.expectedNanoUsd;
    const isKnown = typeof nanoUsd === "number" && nanoUsd >= 0 && nanoUsd <= LIMIT;
    costs[index] = isKnown ? nanoUsd : NOT_KNOWN;
  }
}
