/** Adds up clues that stand near each other: many weak ones make a strong one, far apart they do not. */

import type { Clue } from "./kinds.ts";

/** Clues that stand together. */
export interface Cluster {
  readonly clues: readonly Clue[];
  /** How likely it is an injection, from 0 to 1. */
  readonly total: number;
}

/** More between two of them, and they are apart. */
const MOST_APART = 300;
/** As long as a cluster gets: the clues of a whole book do not add up. */
const MOST_LENGTH = 1_500;

/** The clusters in the order of their places. */
export function score(clues: readonly Clue[]): readonly Cluster[] {
  const sorted = clues.toSorted((one, other) => one.start - other.start || one.end - other.end);
  const clusters: Clue[][] = [];
  let start = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const clue of sorted) {
    const isNear = clue.start - end <= MOST_APART && clue.start - start <= MOST_LENGTH;
    const last = clusters.at(-1);
    if (isNear && last !== undefined) last.push(clue);
    else {
      clusters.push([clue]);
      start = clue.start;
      end = clue.end;
    }
    end = Math.max(end, clue.end);
  }
  return clusters.map((together) => ({ clues: together, total: totalOf(together) }));
}

/** As if each clue were right by chance, by itself. The same clue twice says no more than once. */
function totalOf(clues: readonly Clue[]): number {
  const weights = new Map(clues.map(({ from, weight }) => [from, weight]));
  let doubt = 1;
  for (const weight of weights.values()) doubt *= 1 - weight;
  return 1 - doubt;
}
