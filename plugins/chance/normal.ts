/** The normal distribution, without the logarithms that a draw by the Box-Muller transform takes. */

import { GOLDEN, mixBits } from "./seeded-random.ts";

/** A constant of this module: imported ones are read anew in each round of a loop. */
const STRIDE = GOLDEN;

const TAIL = 0.02425;

/**
 * Where the standard normal distribution has `share`, between 0 and 1, of its values below: to nine digits.
 *
 * @see https://web.archive.org/web/20151030215612/http://home.online.no/~pjacklam/notes/invnorm/ (Acklam's rational approximation)
 */
export function quantileOfNormal(share: number): number {
  if (share < TAIL) return tail(share);
  if (share > 1 - TAIL) return -tail(1 - share);
  return middle(share - 0.5);
}

/** Draws as many numbers of the standard normal distribution as `drawn` holds, into it. */
export function drawNormals(drawn: Float64Array, salt: number): void {
  let state = salt | 0;
  for (let index = 0; index < drawn.length; index += 1) {
    state = (state + STRIDE) | 0;
    const share = ((mixBits(state) >>> 0) + 0.5) * 2 ** -32;
    drawn[index] =
      share >= TAIL && share <= 1 - TAIL ? middle(share - 0.5) : quantileOfNormal(share);
  }
}

/** Short enough for the engine to put it where it is called. */
function middle(q: number): number {
  const r = q * q;
  const over =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r +
      138.357751867269) *
      r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const under =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r +
      66.80131188771972) *
      r -
      13.28068155288572) *
      r +
    1;
  return (over * q) / under;
}

function tail(share: number): number {
  const q = Math.sqrt(-2 * Math.log(share));
  const over =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q -
      2.549732539343734) *
      q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const under =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q +
      3.754408661907416) *
      q +
    1;
  return over / under;
}
