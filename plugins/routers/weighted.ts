/** Spreads requests over models in shares that hold. */

import { saltOf } from "../chance/seeded-random.ts";
import type { Router } from "../contract.ts";
import { rankByScore } from "../ranking/by-score.ts";
import { inPercent } from "../ranking/in-words.ts";
import { checkShares } from "../ranking/options.ts";
import { turnIntoDraws } from "../ranking/weighted-draw.ts";

export interface WeightedOptions {
  /**
   * By `provider/model`, such as `{ "openai/gpt-5": 3, "anthropic/claude-sonnet-4.5": 1 }`. They need not add up to
   * anything. A model that is not named, or has 0, is a fallback only.
   */
  readonly shares: Readonly<Record<string, number>>;
}

/**
 * A weighted draw: of many requests each model gets its share, of those that can serve it. The others follow as they
 * would have been drawn next, so that what falls back is spread likewise.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function weighted({ shares }: WeightedOptions): Router {
  checkShares("weighted", "shares", shares ?? {});
  const shareOf = new Map(Object.entries(shares));
  return {
    id: "weighted",
    rank(request, candidates) {
      const scores = new Float64Array(candidates.length);
      let index = 0;
      for (const { model } of candidates) scores[index++] = shareOf.get(model) ?? 0;
      turnIntoDraws(scores, saltOf(request.seed, "weighted"));
      return rankByScore(candidates, scores, (candidate) => {
        const share = shareOf.get(candidate.model) ?? 0;
        if (share === 0) return "has no share: a fallback";
        const sum = candidates.reduce((total, { model }) => total + (shareOf.get(model) ?? 0), 0);
        return `drawn with a share of ${inPercent(share / sum)}`;
      });
    },
  };
}
