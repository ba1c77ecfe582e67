/**
 * Reads what is known of models. Signals and facts may come from third parties: a number that makes no sense counts as
 * not known, or one NaN would throw a whole order into disorder.
 */

import type { ModelSignals, Percentiles, RankCandidate, Reward } from "../contract.ts";

/** Stands in lists of numbers for what is not known. */
export const UNKNOWN = -1;

/** What no real figure comes near: sums of such numbers are finite still. */
const MOST = 1e100;

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
export function meanReward(reward: Reward | undefined): number {
  const count = amount(reward?.count);
  const sum = amount(reward?.sum);
  if (count <= 0 || sum === UNKNOWN) return UNKNOWN;
  return (Math.min(sum, count) + 1) / (count + 2);
}

/** Which percentile of what was seen counts: `"p95"` is for those who fear the slow calls. */
export type Percentile = "p50" | "p95";

/** What the parts of a call's time weigh. */
export interface TimeWeights {
  /** Of the time to the first token. Default: 1. */
  readonly firstToken?: number;
  /** Of the time that the output takes to be written. Default: 1. */
  readonly writing?: number;
}

/**
 * How long a reply is expected to take, in milliseconds: the time to its first token and that of writing the rest.
 * Without a rate of writing, as long as whole calls took.
 */
export function expectedMs(
  { outputTokens }: RankCandidate,
  seen: ModelSignals | undefined,
  percentile: Percentile = "p50",
  weights?: TimeWeights,
): number {
  const firstTokenMs = pick(seen?.firstTokenMs, percentile);
  const rate = amount(seen?.tokensPerSecond?.p50);
  const tokens = amount(outputTokens);
  if (rate <= 0 || tokens === UNKNOWN) {
    const durationMs = pick(seen?.durationMs, percentile);
    return durationMs === UNKNOWN ? firstTokenMs : durationMs;
  }
  const slowdown = percentile === "p95" ? spreadOf(seen) : 1;
  const writingMs = ((tokens * 1000) / rate) * slowdown * (weights?.writing ?? 1);
  const waitingMs = Math.max(0, firstTokenMs) * (weights?.firstToken ?? 1);
  return Math.min(waitingMs + writingMs, MOST);
}

/** By name: the engine is several times slower at looking up members by a variable. */
function pick(percentiles: Percentiles | undefined, percentile: Percentile): number {
  return amount(percentile === "p50" ? percentiles?.p50 : percentiles?.p95);
}

/** A high percentile of a rate is that of the quick calls: how much slower the slow ones are, their durations tell. */
function spreadOf(seen: ModelSignals | undefined): number {
  const usual = amount(seen?.durationMs?.p50);
  const slow = amount(seen?.durationMs?.p95);
  return usual > 0 && slow > usual ? slow / usual : 1;
}
