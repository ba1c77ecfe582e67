/** Makes a ranking of scores. */

import type { RankCandidate, Ranked } from "../contract.ts";
import { sortIndexes } from "./sort-indexes.ts";

/** What candidates are good for, by their place in the list. Numbers, so that a pool of hundreds is ranked at once. */
export type Scores = Float64Array;

/** Puts a candidate's score in words. Called later, if at all: it must not rest on what may change by then. */
export type ReasonOf = (candidate: RankCandidate, index: number) => string;

/** A number for each candidate. */
export function scoreEach(
  candidates: readonly RankCandidate[],
  scoreOf: (candidate: RankCandidate, index: number) => number,
): Scores {
  const scores = new Float64Array(candidates.length);
  let index = 0;
  for (const candidate of candidates) {
    scores[index] = scoreOf(candidate, index);
    index += 1;
  }
  return scores;
}

/** The candidates by their scores, the highest first; equals in the order of the alias. No score may be NaN. */
export function rankByScore(
  candidates: readonly RankCandidate[],
  scores: Scores,
  reasonOf: ReasonOf,
): readonly Ranked[] {
  const ranked: Ranked[] = [];
  for (const index of sortIndexes(scores, orderOfAlias(candidates))) {
    const candidate = candidates[index];
    const score = scores[index];
    if (candidate === undefined || score === undefined) continue;
    ranked.push({ candidate, score, reason: () => reasonOf(candidate, index) });
  }
  return ranked;
}

/** In the order of the alias. */
export function rankByPosition(candidates: readonly RankCandidate[]): readonly Ranked[] {
  const scores = scoreEach(candidates, scorePosition);
  return rankByScore(candidates, scores, ({ position }) =>
    isPosition(position) ? `number ${position + 1} of the list` : "of no known place in the list",
  );
}

function scorePosition({ position }: RankCandidate): number {
  return isPosition(position) ? 1 / (position + 1) : 0;
}

function isPosition(position: number): boolean {
  return position >= 0 && position < Infinity;
}

/** `undefined`: that is the order they are in, as is usual. */
function orderOfAlias(candidates: readonly RankCandidate[]): Uint32Array | undefined {
  let last = -1;
  for (const { position } of candidates) {
    if (position < last) return sortIndexes(scoreEach(candidates, scorePosition)).slice();
    last = position;
  }
  return undefined;
}
