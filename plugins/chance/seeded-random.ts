/** Chance that is the same every time: numbers drawn from a seed and the names of what they are drawn for. */

/**
 * A number from 0, inclusive, to 1, exclusive. Each list of keys has a number of its own, whatever was drawn before:
 * calls that run side by side cannot change each other's.
 *
 * Mulberry32, seeded with the FNV-1a hash of the keys. Both are small and well known, neither is for secrets.
 *
 * @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c (Mulberry32)
 * @see http://www.isthe.com/chongo/tech/comp/fnv/ (FNV-1a)
 */
export function drawUniform(...keys: readonly (string | number)[]): number {
  let state = (hashText(JSON.stringify(keys)) + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
}

/** A number of the standard normal distribution, by the Box-Muller transform. */
export function drawNormal(...keys: readonly (string | number)[]): number {
  // From 0, exclusive: the logarithm of 0 is endless.
  const radius = Math.sqrt(-2 * Math.log(1 - drawUniform("radius", ...keys)));
  return radius * Math.cos(2 * Math.PI * drawUniform("angle", ...keys));
}

/** The FNV-1a hash of a text, 32 bits. Texts that differ little have hashes that do: {@link mixBits} them. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * Another 32 bits, each of which depends on all of `bits`: the finaliser of MurmurHash3.
 *
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
export function mixBits(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** 32 bits as a number between 0 and 1, neither of them included: its logarithm is finite. */
export function toUnit(bits: number): number {
  return ((bits >>> 0) + 0.5) / 2 ** 32;
}

/** The golden ratio in 32 bits: what is counted up in steps of it fills the range evenly. */
export const GOLDEN = 0x9e3779b9;

/** The draw of one of many, by its number or the hash of its name, where `salt` stands for seed and purpose: 32 bits. */
export function drawBits(salt: number, one: number): number {
  return mixBits(mixBits(one ^ salt) + GOLDEN);
}

/** A salt of {@link drawBits} for a seed: each purpose has its own, or what is drawn for one would tell of the other. */
export function saltOf(seed: number, purpose: string): number {
  return mixBits(mixBits(seed) ^ hashText(purpose));
}

/** One number after the other between 0 and 1, from 32 bits on. */
export class Draws {
  #state: number;

  constructor(bits: number) {
    this.#state = bits | 0;
  }

  next(): number {
    this.#state = (this.#state + GOLDEN) | 0;
    return toUnit(mixBits(this.#state));
  }
}
