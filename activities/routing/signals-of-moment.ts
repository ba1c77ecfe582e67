/** What was seen of models at the moment of a decision: all of it rests on the same, however often it asks. */

import type { RouteAccess, RouteSignals } from "../route-access.ts";

const NOTHING_SEEN: RouteSignals = {
  of: () => undefined,
  rewardOf: () => undefined,
  outputTokensOf: () => undefined,
  // Only of a model that was seen to fail is it asked.
  reserveProbe: () => false,
};

/** @param live - absent: nothing was seen of any model. */
export function signalsOfMoment(live: RouteAccess["live"]): RouteSignals {
  if (live === undefined) return NOTHING_SEEN;
  return {
    ...live.ofThisMoment(),
    outputTokensOf: (place) => live.outputTokensOf(place),
    reserveProbe: (model) => live.reserveProbe(model),
  };
}
