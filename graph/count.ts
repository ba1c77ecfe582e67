/** Writes a number of things as people do. */

/** `1 call`, `2 calls`: for nouns that take an s. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
