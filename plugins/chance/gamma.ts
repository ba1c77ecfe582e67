/** Draws of the gamma distribution with the scale 1. */

import { toExponential } from "./exp-and-log.ts";
import { quantileOfNormal } from "./normal.ts";
import { GOLDEN, mixBits, toUnit } from "./seeded-random.ts";

/** A constant of this module: imported ones are read anew in each round of a loop. */
const STRIDE = GOLDEN;

/**
 * A number of Gamma(`shape`), from 1 on, by chance that 32 `bits` start.
 *
 * @see https://doi.org/10.1145/358407.358414 (Marsaglia and Tsang, A simple method for generating gamma variables)
 */
export function drawGamma(shape: number, bits: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  let state = bits | 0;
  for (;;) {
    state = (state + STRIDE) | 0;
    const z = quantileOfNormal(toUnit(mixBits(state)));
    state = (state + STRIDE) | 0;
    const uniform = toUnit(mixBits(state));
    const root = 1 + c * z;
    if (root <= 0) continue;
    const v = root * root * root;
    const square = z * z;
    // Nearly always.
    if (uniform < 1 - 0.0331 * square * square) return d * v;
    if (Math.log(uniform) < square / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/**
 * About what Gamma(`shape`), from 3 on, has where the normal distribution has `z`: to 0.2 % of its values.
 *
 * @see https://doi.org/10.1073/pnas.17.12.684 (Wilson and Hilferty, The distribution of chi-square)
 */
export function gammaOfNormal(shape: number, z: number): number {
  const root = 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape));
  return root > 0 ? shape * root * root * root : 0;
}

/** The logarithm of a number of Gamma(`shape`), above 0: the number itself may be too small to be one. */
export function drawLogGamma(shape: number, bits: number): number {
  if (shape >= 1) return Math.log(drawGamma(shape, bits));
  return Math.log(drawGamma(shape + 1, bits)) - toExponential(mixBits(bits)) / shape;
}
