/** Draws in shares, one score at a time: the order of such scores is that of a draw without putting back. */

import { toExponential } from "../chance/exp-and-log.ts";
import { GOLDEN, mixBits } from "../chance/seeded-random.ts";

/** A constant of this module: imported ones are read anew in each round. */
const STRIDE = GOLDEN;

/**
 * The score of one that has the share `weight`, by 32 `bits` of chance. From 0, which is that of no share, to 1: the
 * highest of several is each one's as often as its share says.
 *
 * @see https://doi.org/10.1016/j.ipl.2005.11.003 (Efraimidis and Spirakis, Weighted random sampling with a reservoir)
 */
export function scoreDraw(bits: number, weight: number): number {
  // Their score is uniform ** (1 / weight); this one has the same order, and does not come to 0 for small weights.
  return weight / (weight + toExponential(bits));
}

/** Makes the {@link scoreDraw} of each of `weights`, by chance of `salt`, in their place. */
export function turnIntoDraws(weights: Float64Array, salt: number): void {
  let state = salt | 0;
  for (let index = 0; index < weights.length; index += 1) {
    state = (state + STRIDE) | 0;
    weights[index] = scoreDraw(mixBits(state), weights[index]!);
  }
}
