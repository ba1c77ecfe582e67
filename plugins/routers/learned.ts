/** Ranks models by what a scorer of yours predicts of them. */

import type { RankCandidate, RankRequest, Router } from "../contract.ts";
import { rankByScore } from "../ranking/by-score.ts";
import { inFigures, inPercent, inUsd } from "../ranking/in-words.ts";
import { expectedUsd, share, UNKNOWN } from "../ranking/known.ts";
import { isShare, refuse } from "../ranking/options.ts";

/** Predicts whether a model will do. What it learned from, and how, is its own affair. */
export interface Scorer {
  /**
   * How likely it is, from 0 to 1, that the model's reply to this request will do. Answers at once, from what it has in
   * memory, and the same each time. A number that makes no sense counts as 0.
   */
  predict(request: RankRequest, candidate: RankCandidate): number;
}

export interface LearnedOptions {
  readonly scorer: Scorer;
  /** How likely it has to be that a model will do, from 0 to 1. Default: the likeliest goes first, whatever it costs. */
  readonly minimum?: number;
  /** Which of those above the minimum goes first. Default, and the only choice: `"cheapest"`. */
  readonly prefer?: "cheapest";
}

/**
 * The likeliest to do first; or, with a minimum, the cheapest of those that reach it, and then the likeliest of the rest.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function learned({ scorer, minimum, prefer }: LearnedOptions): Router {
  checkOptions(scorer, minimum, prefer);
  return {
    id: "learned",
    rank(request, candidates) {
      const chances = new Float64Array(candidates.length);
      const scores = new Float64Array(candidates.length);
      let place = 0;
      for (const candidate of candidates) {
        const chance = Math.max(0, share(scorer.predict(request, candidate)));
        chances[place] = chance;
        const isLikely = minimum !== undefined && chance >= minimum;
        scores[place] = isLikely ? scoreCost(candidate) : chance;
        place += 1;
      }
      return rankByScore(candidates, scores, (candidate, index) =>
        putInWords(candidate, chances[index] ?? 0, minimum),
      );
    },
  };
}

/** Above every chance, from 3 for nothing down to 2 for what is not known. */
function scoreCost(candidate: RankCandidate): number {
  const usd = expectedUsd(candidate);
  return usd === UNKNOWN ? 2 : 2 + 1 / (1 + usd);
}

function putInWords(candidate: RankCandidate, chance: number, minimum: number | undefined): string {
  const prediction = `predicted to do with a chance of ${inPercent(chance)}`;
  if (minimum === undefined) return prediction;
  if (chance < minimum) return `${prediction}: less than ${inFigures(minimum * 100)} %`;
  const usd = expectedUsd(candidate);
  return `${prediction}, ${usd === UNKNOWN ? "its price is not known" : `for ${inUsd(usd)}`}`;
}

function checkOptions(
  scorer: Scorer,
  minimum: number | undefined,
  prefer: string | undefined,
): void {
  if (typeof scorer?.predict !== "function") {
    refuse("learned", `has no "scorer" that can predict. Give an object with a method "predict".`);
  }
  if (minimum !== undefined && !isShare(minimum)) {
    refuse("learned", `has ${String(minimum)} for "minimum". Give a number from 0 to 1.`);
  }
  if (prefer !== undefined && prefer !== "cheapest") {
    refuse("learned", `prefers ${JSON.stringify(prefer)}. Give "cheapest", or leave it out.`);
  }
  if (prefer !== undefined && minimum === undefined) {
    refuse("learned", `prefers the cheapest of all. Give a "minimum" that models have to reach.`);
  }
}
