/**
 * Exponentials and logarithms out of tables, to eleven digits: those of `Math` are calls, and several times as slow as all else
 * in a loop of draws.
 */

/** Parts into which the range from a number to its double is divided. */
const PARTS = 256;

/** Of the middle of each part, with 1 as the lowest number: 1 divided by it, and its logarithm. */
const inverses = Float64Array.from({ length: PARTS }, (_, part) => 1 / middleOf(part));
const logarithms = Float64Array.from({ length: PARTS }, (_, part) => Math.log(middleOf(part)));
/** Of each number of leading zeros: what brings 32 bits into the range from 1 to 2, and the logarithm of that range's end. */
const scales = Float64Array.from({ length: 33 }, (_, zeros) => 2 ** (zeros - 31));
const ends = Float64Array.from({ length: 33 }, (_, zeros) => (zeros + 1) * Math.LN2);

function middleOf(part: number): number {
  return 1 + (part + 0.5) / PARTS;
}

/**
 * A number above 0 of the exponential distribution with the mean 1, by 32 `bits` of chance: the logarithm of their
 * `toUnit`, with its sign turned.
 */
export function toExponential(bits: number): number {
  const zeros = Math.clz32(bits);
  // With the half that `toUnit` adds.
  const part = (((bits << zeros) | ((1 << zeros) >>> 1)) >>> 23) & (PARTS - 1);
  const rest = ((bits >>> 0) + 0.5) * scales[zeros]! * inverses[part]! - 1;
  const logarithm = rest * (1 - rest * (1 / 2 - rest * (1 / 3 - rest * (1 / 4))));
  return ends[zeros]! - logarithms[part]! - logarithm;
}

/** Beyond, e to such a power is 0, or as good as without end. */
const MOST = 700;
const STEP = Math.LN2 / PARTS;
const STEPS = PARTS / Math.LN2;
const fractions = Float64Array.from({ length: PARTS }, (_, part) => 2 ** (part / PARTS));
/** From that of -{@link LEAST_POWER} on. */
const LEAST_POWER = 1011;
const powers = Float64Array.from({ length: 2 * LEAST_POWER }, (_, at) => 2 ** (at - LEAST_POWER));

/** e to the power of `exponent`, which may be anything but NaN: what is beyond 700 on either side counts as 700. */
export function exp(exponent: number): number {
  const held = Math.max(-MOST, Math.min(MOST, exponent));
  const steps = Math.floor(held * STEPS + 0.5) | 0;
  const rest = held - steps * STEP;
  const near = 1 + rest * (1 + rest * (1 / 2 + rest * (1 / 6 + rest * (1 / 24))));
  return near * fractions[steps & (PARTS - 1)]! * powers[(steps >> 8) + LEAST_POWER]!;
}
