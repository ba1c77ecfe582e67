/** Ranks models by what this very request is expected to cost with each of them, not by their list prices. */

import type { Router } from "../contract.ts";
import { rankByScore } from "../ranking/by-score.ts";
import { inUsd } from "../ranking/in-words.ts";
import { expectedUsd, UNKNOWN } from "../ranking/known.ts";

/** The least expected cost first; models whose price is not known come last, in the order of the alias. */
export function cheapest(): Router {
  return {
    id: "cheapest",
    rank(_request, candidates) {
      const scores = new Float64Array(candidates.length);
      let dearestUsd = 0;
      let index = 0;
      for (const candidate of candidates) {
        const usd = expectedUsd(candidate);
        if (usd > dearestUsd) dearestUsd = usd;
        scores[index++] = 0 - usd;
      }
      for (let place = 0; place < scores.length; place += 1) {
        if (scores[place] === 0 - UNKNOWN) scores[place] = -1 - dearestUsd;
      }
      return rankByScore(candidates, scores, (candidate) => {
        const usd = expectedUsd(candidate);
        return usd === UNKNOWN ? "its price is not known" : `expected to cost ${inUsd(usd)}`;
      });
    },
  };
}
