/** Where the chance of a decision comes from. */

/**
 * The FNV-1a hash of a run's id and a step's path: each step draws its own numbers, and the same ones when it is asked
 * again.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function seedOf(run: string, step: string): number {
  const text = `${run}\n${step}`;
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
