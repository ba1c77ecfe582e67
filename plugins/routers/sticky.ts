/** Keeps each key, such as a user or a conversation, with one model: for caches of prompts, and for replies of one style. */

import { drawBits, hashText, mixBits, toUnit } from "../chance/seeded-random.ts";
import type { RankCandidate, Ranked, Router } from "../contract.ts";
import { rankByScore, type Scores } from "../ranking/by-score.ts";
import { checkShares } from "../ranking/options.ts";
import { scoreDraw } from "../ranking/weighted-draw.ts";

export interface StickyOptions {
  /** By `provider/model`: how many of the keys it gets, compared with others. Default: 1 each. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Orders the models behind the key's own. Default: those that the key would move to, one after the other. */
  readonly router?: Router;
}

/**
 * Rendezvous hashing of the step's `routingKey`: when a model goes away only its own keys move, evenly to all others,
 * and they come back with it.
 *
 * @see https://www.eecs.umich.edu/techreports/cse/96/CSE-TR-316-96.pdf (Thaler and Ravishankar)
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function sticky({ weights = {}, router }: StickyOptions = {}): Router {
  // Models that are not named have 1.
  checkShares("sticky", "weights", { ...weights, "any other model": 1 });
  const weightOf = new Map(Object.entries(weights));
  return {
    id: "sticky",
    rank(request, candidates, signals) {
      const scores = scoreByKey(request.key, candidates, weightOf);
      const others = router?.rank(request, candidates, signals);
      return others === undefined
        ? rankByKey(candidates, scores)
        : behindFirst(pickFirst(candidates, scores), others);
    },
    plan: (request) => router?.plan?.(request),
  };
}

/** More names than any catalogue has: beyond, hashes are forgotten and made again. */
const MOST_REMEMBERED = 10_000;
const hashes = new Map<string, number>();

function hashName(model: string): number {
  const known = hashes.get(model);
  if (known !== undefined) return known;
  if (hashes.size >= MOST_REMEMBERED) hashes.clear();
  const hash = hashText(model);
  hashes.set(model, hash);
  return hash;
}

function scoreByKey(
  key: string,
  candidates: readonly RankCandidate[],
  weightOf: ReadonlyMap<string, number>,
): Scores {
  const salt = mixBits(hashText(key));
  const scores = new Float64Array(candidates.length);
  let index = 0;
  for (const { model } of candidates) {
    const bits = drawBits(salt, hashName(model));
    // Of equal weights, the draws themselves have the same order.
    scores[index++] =
      weightOf.size === 0 ? toUnit(bits) : scoreDraw(bits, weightOf.get(model) ?? 1);
  }
  return scores;
}

const OWN = "the key's own model";

function rankByKey(candidates: readonly RankCandidate[], scores: Scores): readonly Ranked[] {
  const best = scores.reduce((highest, score) => Math.max(highest, score), 0);
  return rankByScore(candidates, scores, (_candidate, index) =>
    scores[index] === best ? OWN : "where the key moves when those before it are gone",
  );
}

/** What {@link rankByKey} puts first: of equals, the one that the alias lists first. */
function pickFirst(
  candidates: readonly RankCandidate[],
  scores: Scores,
): RankCandidate | undefined {
  let first: RankCandidate | undefined;
  let highest = -Infinity;
  let index = 0;
  for (const candidate of candidates) {
    const score = scores[index++] ?? 0;
    const isFirst = score === highest && candidate.position < (first?.position ?? Infinity);
    if (score <= highest && !isFirst) continue;
    first = candidate;
    highest = score;
  }
  return first;
}

/**
 * The key's own model, then all others as `others` has them. Scores of two rankings cannot be compared: the first one's is
 * brought above the others'.
 */
function behindFirst(
  first: RankCandidate | undefined,
  others: readonly Ranked[],
): readonly Ranked[] {
  if (first === undefined) return others;
  const rest = others.filter(({ candidate }) => candidate !== first);
  return [{ candidate: first, score: (rest[0]?.score ?? 0) + 1, reason: OWN }, ...rest];
}
