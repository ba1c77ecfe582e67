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
  let state = (hashOf(JSON.stringify(keys)) + 0x6d2b79f5) | 0;
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

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
