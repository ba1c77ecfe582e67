/** Makes a ranking of scores. */

import type { RankCandidate, Ranked } from "../contract.ts";
import { sortIndexes } from "./sort-indexes.ts";

/**
 * What candidates are good for, by their place in the list. Numbers, so that a pool of hundreds is ranked at once; each
 * router fills them in with a loop of its own, as one that is shared would have to call back.
 */
export type Scores = Float64Array;

type Order = ReturnType<typeof sortIndexes>;

/** Puts a candidate's score in words. Called later, if at all: it must not rest on what may change by then. */
export type ReasonOf = (candidate: RankCandidate, index: number) => string;

/** The candidates by their scores, the highest first; equals in the order of the alias. No score may be NaN. */
export function rankByScore(
  candidates: readonly RankCandidate[],
  scores: Scores,
  reasonOf: ReasonOf,
): readonly Ranked[] {
  const order = isInOrder(candidates)
    ? sortIndexes(scores)
    : sortByScoreAndPosition(candidates, scores);
  // Of its length from the start: a list that grows is copied on the way.
  const ranked: Ranked[] = [];
  ranked.length = order.length;
  for (let place = 0; place < order.length; place += 1) {
    const index = order[place] ?? 0;
    const candidate = candidates[index];
    if (candidate === undefined) continue;
    const reason = place < MOST_REASONS ? makeReason(candidate, index, reasonOf) : FAR_BEHIND;
    ranked[place] = { candidate, score: scores[index] ?? 0, reason };
  }
  return ranked;
}

/**
 * So many have a reason of their own: to make one for each of hundreds would take a tenth of a ranking's time. More than are
 * ever listed or tried, as models that are not well are put behind others afterwards.
 */
const MOST_REASONS = 100;
const FAR_BEHIND = `behind ${MOST_REASONS} others by its score`;

/** A function of its own: a closure that a loop makes takes twice as long. */
function makeReason(candidate: RankCandidate, index: number, reasonOf: ReasonOf): () => string {
  return () => reasonOf(candidate, index);
}

/** In the order of the alias. */
export function rankByPosition(candidates: readonly RankCandidate[]): readonly Ranked[] {
  const scores = new Float64Array(candidates.length);
  let index = 0;
  for (const { position } of candidates) {
    scores[index++] = isPosition(position) ? 1 / (position + 1) : 0;
  }
  return rankByScore(candidates, scores, describePosition);
}

function describePosition({ position }: RankCandidate): string {
  return isPosition(position)
    ? `number ${position + 1} of the list`
    : "of no known place in the list";
}

function isPosition(position: number): boolean {
  return position >= 0 && position < Infinity;
}

/** As the alias lists them, which is how a route gives them. */
function isInOrder(candidates: readonly RankCandidate[]): boolean {
  let last = -1;
  for (const { position } of candidates) {
    if (position < last) return false;
    last = position;
  }
  return true;
}

function sortByScoreAndPosition(candidates: readonly RankCandidate[], scores: Scores): Order {
  const order = [...candidates.entries()]
    .toSorted(
      ([one, { position }], [other, { position: otherPosition }]) =>
        (scores[other] ?? 0) - (scores[one] ?? 0) || position - otherPosition || one - other,
    )
    .map(([index]) => index);
  return Uint32Array.from(order);
}
