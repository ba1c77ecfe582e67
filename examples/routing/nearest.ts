/** A router of one's own: models of a region first, each group in the order of the alias. */

import type { Router } from "signalbox/plugins";

export function nearest({ region }: { readonly region: string }): Router {
  return {
    id: "nearest",
    rank(_request, candidates) {
      const ranked = candidates.map((candidate) => {
        const where = candidate.facts.capabilities?.region;
        const reason = where === undefined ? "nobody says where it runs" : `runs in ${where}`;
        return { candidate, score: where === region ? 1 : 0, reason };
      });
      return ranked.toSorted((one, other) => other.score - one.score);
    },
  };
}
