/** Learns from what runs report of the replies which model does best at a step, and goes on trying the others. */

import { drawBeta } from "../chance/beta.ts";
import { drawBits, saltOf } from "../chance/seeded-random.ts";
import type { RankCandidate, Reward, Router } from "../contract.ts";
import { rankByScore, type Scores } from "../ranking/by-score.ts";
import { inFigures } from "../ranking/in-words.ts";
import { amount, expectedUsd, UNKNOWN } from "../ranking/known.ts";
import { readRewards } from "../ranking/read-signals.ts";
import { isAmount, refuse } from "../ranking/options.ts";

export interface BanditOptions {
  /**
   * What is thought of a model before anything was reported: as if so many good and bad replies had been seen. Default:
   * 1 and 1, which holds every quality for as likely. Higher ones take longer to be convinced.
   */
  readonly prior?: { readonly good: number; readonly bad: number };
  /**
   * How much reward, which is from 0 to 1, the dearest candidate has to earn beyond a free one to be held for as good.
   * Default: 0, costs do not count.
   */
  readonly cost?: number;
}

/** More than any run reports: beyond, the parameters of a distribution lose their precision. */
const MOST_REPORTS = 1e12;

/**
 * Thompson sampling: each model's quality is drawn from what it may be, after what was reported of its replies to this
 * step, and the best draw goes first. So a model is tried as often as it may be the best.
 *
 * @see https://arxiv.org/abs/1707.02038 (Russo et al., A tutorial on Thompson sampling)
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function bandit({ prior = { good: 1, bad: 1 }, cost = 0 }: BanditOptions = {}): Router {
  checkOptions(prior, cost);
  return {
    id: "bandit",
    rank(request, candidates, signals) {
      const salt = saltOf(request.seed, "bandit");
      const rewards: Reward[] = [];
      const scores = new Float64Array(candidates.length);
      let index = 0;
      for (const reported of readRewards(signals, candidates, request)) {
        const reward = readReward(reported);
        rewards.push(reward);
        const { count, sum } = reward;
        const bits = drawBits(salt, index);
        scores[index] = drawBeta(prior.good + sum, prior.bad + (count - sum), bits);
        index += 1;
      }
      if (cost > 0) subtractCosts(scores, candidates, cost);
      return rankByScore(candidates, scores, (_candidate, place) => putInWords(rewards[place]));
    },
  };
}

const NOTHING: Reward = { count: 0, sum: 0 };

/** @returns what a distribution can be made of: as much good and bad as nonsense says is none. */
function readReward(reward: Reward | undefined): Reward {
  const count = amount(reward?.count);
  const sum = amount(reward?.sum);
  if (count <= 0 || sum === UNKNOWN || count > MOST_REPORTS) return NOTHING;
  return { count, sum: Math.min(sum, count) };
}

/** A price that is not known counts as the highest. */
function subtractCosts(scores: Scores, candidates: readonly RankCandidate[], cost: number): void {
  let dearestUsd = 0;
  for (const candidate of candidates) dearestUsd = Math.max(dearestUsd, expectedUsd(candidate));
  let index = 0;
  for (const candidate of candidates) {
    const usd = expectedUsd(candidate);
    const ratio = usd === UNKNOWN ? 1 : dearestUsd === 0 ? 0 : usd / dearestUsd;
    scores[index] = (scores[index] ?? 0) - cost * ratio;
    index += 1;
  }
}

function putInWords(reward: Reward = NOTHING): string {
  const { count, sum } = reward;
  if (count === 0) return "drawn; nothing is reported of its replies yet";
  return `drawn after ${inFigures(count)} reports with a mean of ${inFigures(sum / count)}`;
}

function checkOptions(prior: { readonly good: number; readonly bad: number }, cost: number): void {
  for (const name of ["good", "bad"] as const) {
    const seen: unknown = prior?.[name];
    if (isAmount(seen) && seen > 0) continue;
    refuse("bandit", `has ${String(seen)} for "prior.${name}". Give a number above 0.`);
  }
  if (!isAmount(cost)) {
    refuse("bandit", `has ${String(cost)} for "cost". Give a number from 0.`);
  }
}
