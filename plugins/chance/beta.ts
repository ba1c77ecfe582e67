/** Draws of the beta distribution: what a share may really be, after so many successes and failures were seen. */

import { exp, toExponential } from "./exp-and-log.ts";
import { drawGamma, drawLogGamma, gammaOfNormal } from "./gamma.ts";
import { drawNormals } from "./normal.ts";
import { drawBits, mixBits } from "./seeded-random.ts";

/** From here on the distribution is close enough to one that is made of a normal one. */
const FEW = 3;

/**
 * A number from 0 to 1 of Beta(`alpha`, `beta`) for each pair of parameters, all above 0, by chance of `salt`. Parameters
 * below 3 count exactly, as little is known then. Beyond, by approximations that are quicker, as a bandit draws for each
 * of hundreds of models before each call: below any number lies a share that is off by 0.8 points of a hundred at most.
 *
 * In loops that call next to nothing: the engine boxes each number that a function of some length gives back.
 *
 * @param drawn - as long as the others: what the numbers are written into.
 */
export function drawBetas(
  alphas: Float64Array,
  betas: Float64Array,
  salt: number,
  drawn: Float64Array = new Float64Array(alphas.length),
): Float64Array {
  drawNormals(drawn, salt);
  approximate(drawn, alphas, betas);
  for (let index = 0; index < drawn.length; index += 1) {
    const alpha = alphas[index]!;
    const beta = betas[index]!;
    if (alpha >= FEW && beta >= FEW) continue;
    drawn[index] = drawByGammas(alpha, beta, drawBits(salt, index), drawn[index]!);
  }
  return drawn;
}

/**
 * From where the normal distribution has a number to what Beta(`alpha`, `beta`) has there.
 *
 * @see https://personal.math.ubc.ca/~cbm/aands/page_945.htm (Abramowitz and Stegun, 26.5.22)
 */
function approximate(drawn: Float64Array, alphas: Float64Array, betas: Float64Array): void {
  for (let index = 0; index < drawn.length; index += 1) {
    const alpha = alphas[index]!;
    const beta = betas[index]!;
    if (alpha < FEW || beta < FEW) continue;
    const z = drawn[index]!;
    // With as few divisions as can be: their h is 1 / inverse.
    const ofAlpha = 2 * alpha - 1;
    const ofBeta = 2 * beta - 1;
    const scale = 1 / (ofAlpha * ofBeta);
    const inverse = (ofAlpha + ofBeta) * scale * 0.5;
    const lambda = (z * z - 3) * (1 / 6);
    const w =
      z * Math.sqrt(inverse + lambda * inverse * inverse) +
      (ofAlpha - ofBeta) * scale * (lambda + 5 / 6 - (2 / 3) * inverse);
    drawn[index] = alpha / (alpha + beta * exp(-2 * w));
  }
}

/** The part that one number of a gamma distribution has in its sum with another. `z` is for what may be approximate. */
function drawByGammas(alpha: number, beta: number, bits: number, z: number): number {
  if (alpha === 1) return 1 - exp(-toExponential(bits) / beta);
  if (beta === 1) return exp(-toExponential(bits) / alpha);
  const otherBits = mixBits(~bits);
  if (alpha < 1 || beta < 1) {
    return 1 / (1 + exp(drawLogGamma(beta, otherBits) - drawLogGamma(alpha, bits)));
  }
  const good = alpha < FEW ? drawGamma(alpha, bits) : gammaOfNormal(alpha, z);
  const bad = beta < FEW ? drawGamma(beta, otherBits) : gammaOfNormal(beta, z);
  return good / (good + bad);
}
