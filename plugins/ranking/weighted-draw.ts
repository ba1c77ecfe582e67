/** Draws in shares, one score at a time: the order of such scores is that of a draw without putting back. */

import { drawBits, toUnit } from "../chance/seeded-random.ts";

/**
 * The score of one that has the share `weight`, by a `uniform` number between 0 and 1. From 0, which is that of no
 * share, to 1: the highest of several is each one's as often as its share says.
 *
 * @see https://doi.org/10.1016/j.ipl.2005.11.003 (Efraimidis and Spirakis, Weighted random sampling with a reservoir)
 */
export function scoreDraw(uniform: number, weight: number): number {
  // Their score is uniform ** (1 / weight); this one has the same order, and does not come to 0 for small weights.
  return weight / (weight - Math.log(uniform));
}

/** {@link scoreDraw} of each of them, by chance of `salt`. */
export function scoreDraws(salt: number, weights: Float64Array): Float64Array {
  const scores = new Float64Array(weights.length);
  for (let index = 0; index < scores.length; index += 1) {
    scores[index] = scoreDraw(toUnit(drawBits(salt, index)), weights[index]!);
  }
  return scores;
}
