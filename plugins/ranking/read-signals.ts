/** Reads signals of all candidates at once, where whoever gives them can: one by one takes several times as long. */

import type { ModelSignals, RankCandidate, RankRequest, Rewards, Signals } from "../contract.ts";

/** What was seen of each candidate, in their order. */
export function readSignals(
  signals: Signals,
  candidates: readonly RankCandidate[],
): readonly (ModelSignals | undefined)[] {
  return signals.ofEach?.(candidates) ?? candidates.map(({ model }) => signals.of(model));
}

/** What runs reported of each candidate's replies to the step of the request, in their order. */
export function readRewards(
  signals: Signals,
  candidates: readonly RankCandidate[],
  request: RankRequest,
): Rewards {
  const known = signals.rewardOfEach?.(candidates, request);
  if (known !== undefined) return known;
  const rewards = candidates.map(({ model }) => signals.rewardOf(model, request));
  return {
    counts: Float64Array.from(rewards, (reward) => reward?.count ?? 0),
    sums: Float64Array.from(rewards, (reward) => reward?.sum ?? 0),
  };
}
