/** Learns from what runs report of the replies which model does best at a step, and goes on trying the others. */

import { drawBetas } from "../chance/beta.ts";
import { saltOf } from "../chance/seeded-random.ts";
import type { RankCandidate, Router } from "../contract.ts";
import { rankByScore, type Scores } from "../ranking/by-score.ts";
import { inFigures } from "../ranking/in-words.ts";
import { expectedNanoUsdOfEach, UNKNOWN } from "../ranking/known.ts";
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

/** A constant of this module, as known.ts says why. */
const NOT_KNOWN = UNKNOWN;

/**
 * Thompson sampling: each model's quality is drawn from what it may be, after what was reported of its replies to this
 * step, and the best draw goes first. So a model is tried as often as it may be the best.
 *
 * @see https://arxiv.org/abs/1707.02038 (Russo et al., A tutorial on Thompson sampling)
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function bandit({ prior = { good: 1, bad: 1 }, cost = 0 }: BanditOptions = {}): Router {
  checkOptions(prior, cost);
  const { good: goodBefore, bad: badBefore } = prior;
  return {
    id: "bandit",
    rank(request, candidates, signals) {
      const { counts, sums } = readRewards(signals, candidates, request);
      const { good, bad, scores } = roomFor(candidates.length);
      for (let index = 0; index < good.length; index += 1) {
        const count = readCount(counts[index]!, sums[index]!);
        const sum = count === 0 ? 0 : Math.min(sums[index]!, count);
        good[index] = goodBefore + sum;
        bad[index] = badBefore + (count - sum);
      }
      drawBetas(good, bad, saltOf(request.seed, "bandit"), scores);
      if (cost > 0) addSavings(scores, candidates, cost);
      return rankByScore(candidates, scores, (_candidate, place) =>
        putInWords(readCount(counts[place]!, sums[place]!), sums[place]!),
      );
    },
  };
}

/** What the parameters of a decision are written into, made once: to make it anew would take as long as to fill it. */
let room = makeRoomFor(0);

function roomFor(count: number): Room {
  if (room.good.length !== count) room = makeRoomFor(count);
  return room;
}

interface Room {
  readonly good: Float64Array;
  readonly bad: Float64Array;
  readonly costs: Float64Array;
  readonly scores: Scores;
}

function makeRoomFor(count: number): Room {
  return {
    good: new Float64Array(count),
    bad: new Float64Array(count),
    costs: new Float64Array(count),
    scores: new Float64Array(count),
  };
}

/** @returns how many reports a distribution can be made of: of nonsense, none. */
function readCount(count: number, sum: number): number {
  return count > 0 && count <= MOST_REPORTS && sum >= 0 ? count : 0;
}

/** What each costs less than the dearest; a price that is not known counts as the highest. So no score is below 0. */
function addSavings(scores: Scores, candidates: readonly RankCandidate[], cost: number): void {
  const { costs } = roomFor(candidates.length);
  expectedNanoUsdOfEach(candidates, costs);
  let dearest = 0;
  for (let index = 0; index < costs.length; index += 1) {
    if (costs[index]! > dearest) dearest = costs[index]!;
  }
  // As good as nothing: divided by so little, others would be endless.
  const scale = dearest < 1e-100 ? 0 : cost / dearest;
  for (let index = 0; index < costs.length; index += 1) {
    const nanoUsd = costs[index]!;
    scores[index]! += nanoUsd === NOT_KNOWN ? 0 : cost - nanoUsd * scale;
  }
}

function putInWords(count: number, sum: number): string {
  if (count === 0) return "drawn; nothing is reported of its replies yet";
  const mean = Math.min(sum, count) / count;
  return `drawn after ${inFigures(count)} reports with a mean of ${inFigures(mean)}`;
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
