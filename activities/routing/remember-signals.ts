/** What was seen of each model at the moment of a decision: it is asked for once, however often it is read. */

import type { ModelSignals } from "../../plugins/contract.ts";
import type { RouteSignals } from "../route-access.ts";

const NOTHING_SEEN: RouteSignals = {
  of: () => undefined,
  rewardOf: () => undefined,
  outputTokensOf: () => undefined,
  // Only of a model that was seen to fail is it asked.
  reserveProbe: () => false,
};

/** @param live - absent: nothing was seen of any model. */
export function rememberSignals(live: RouteSignals | undefined): RouteSignals {
  if (live === undefined) return NOTHING_SEEN;
  const seen = new Map<string, ModelSignals | undefined>();
  return {
    of(model) {
      const known = seen.get(model);
      if (known !== undefined || seen.has(model)) return known;
      const signals = live.of(model);
      seen.set(model, signals);
      return signals;
    },
    rewardOf: (model, request) => live.rewardOf(model, request),
    outputTokensOf: (place) => live.outputTokensOf(place),
    reserveProbe: (model) => live.reserveProbe(model),
  };
}
