/** Draws of the beta distribution: what a share may really be, after so many successes and failures were seen. */

import { quantileOfNormal } from "./normal.ts";
import { drawBits, Draws, toUnit } from "./seeded-random.ts";

const LOG_4 = 1.3862943611198906;
/** 1 + log 5. */
const QUICK_ACCEPT = 2.6094379124341;

/** From here on the distribution is close enough to one that is made of a normal one. */
const FEW = 3;

/**
 * A number from 0 to 1 of Beta(`alpha`, `beta`), both above 0, drawn by 32 `bits` of chance. Exact while little is known,
 * by Cheng's algorithms BB and BC. Beyond, by an approximation that is quicker, as a bandit draws for each of hundreds
 * of models before each call: its mean is off by 1.2 % of a standard deviation at most.
 *
 * @see https://doi.org/10.1145/359460.359482 (Cheng, Generating beta variates with nonintegral shape parameters)
 */
export function drawBeta(alpha: number, beta: number, bits: number): number {
  if (alpha === 1) return 1 - Math.pow(toUnit(bits), 1 / beta);
  if (beta === 1) return Math.pow(toUnit(bits), 1 / alpha);
  const least = Math.min(alpha, beta);
  const most = Math.max(alpha, beta);
  if (least >= FEW) return approximate(alpha, beta, quantileOfNormal(toUnit(bits)));
  const draws = new Draws(bits);
  const odds = least > 1 ? drawOddsBB(least, most, draws) : drawOddsBC(least, most, draws);
  // Of the smaller parameter.
  const share = odds === Infinity ? 1 : odds / (1 + odds);
  return alpha === least ? share : 1 - share;
}

/**
 * {@link drawBeta} for each pair of parameters, by chance of `salt`. In loops of its own, which keep numbers in registers:
 * a call for each takes twice as long.
 */
export function drawBetas(alphas: Float64Array, betas: Float64Array, salt: number): Float64Array {
  const drawn = new Float64Array(alphas.length);
  for (let index = 0; index < drawn.length; index += 1) {
    drawn[index] = quantileOfNormal(toUnit(drawBits(salt, index)));
  }
  for (let index = 0; index < drawn.length; index += 1) {
    const alpha = alphas[index]!;
    const beta = betas[index]!;
    drawn[index] =
      alpha >= FEW && beta >= FEW
        ? approximate(alpha, beta, drawn[index]!)
        : drawBeta(alpha, beta, drawBits(salt, index));
  }
  return drawn;
}

/** The odds x : 1 - x of x, which is Beta(`least`, `most`), for both above 1. */
function drawOddsBB(least: number, most: number, draws: Draws): number {
  const sum = least + most;
  const slope = Math.sqrt((sum - 2) / (2 * least * most - sum));
  const gamma = least + 1 / slope;
  for (;;) {
    const first = draws.next();
    const v = slope * Math.log(first / (1 - first));
    const w = least * Math.exp(v);
    const z = first * first * draws.next();
    const r = gamma * v - LOG_4;
    const s = least + r - w;
    if (s + QUICK_ACCEPT >= 5 * z) return w / most;
    const t = Math.log(z);
    if (s > t || r + sum * Math.log(sum / (most + w)) >= t) return w / most;
  }
}

/** The same where one of them is 1 or less. */
function drawOddsBC(least: number, most: number, draws: Draws): number {
  const sum = least + most;
  const slope = 1 / least;
  const delta = 1 + most - least;
  const low = (delta * (0.0138889 + 0.0416667 * least)) / (most * slope - 0.777778);
  const high = 0.25 + (0.5 + 0.25 / delta) * least;
  for (;;) {
    const first = draws.next();
    const second = draws.next();
    const y = first * second;
    const z = first * y;
    if (first < 0.5) {
      if (0.25 * second + z - y >= low) continue;
    } else if (z >= high) {
      continue;
    }
    const v = slope * Math.log(first / (1 - first));
    const w = Math.min(most * Math.exp(v), Number.MAX_VALUE);
    const isSure = first >= 0.5 && z <= 0.25;
    if (isSure || sum * (Math.log(sum / (least + w)) + v) - LOG_4 >= Math.log(z)) return least / w;
  }
}

/**
 * What Beta(`alpha`, `beta`) has where the normal distribution has `z`.
 *
 * @see https://personal.math.ubc.ca/~cbm/aands/page_945.htm (Abramowitz and Stegun, 26.5.22)
 */
function approximate(alpha: number, beta: number, z: number): number {
  // With as few divisions as can be: their h is 1 / inverse.
  const ofAlpha = 2 * alpha - 1;
  const ofBeta = 2 * beta - 1;
  const scale = 1 / (ofAlpha * ofBeta);
  const inverse = ((ofAlpha + ofBeta) * scale) / 2;
  const lambda = (z * z - 3) / 6;
  const w =
    z * Math.sqrt(inverse + lambda * inverse * inverse) +
    (ofAlpha - ofBeta) * scale * (lambda + 5 / 6 - (2 / 3) * inverse);
  return alpha / (alpha + beta * Math.exp(-2 * w));
}
