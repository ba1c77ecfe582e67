/** Weighs cost, time and quality against each other, and spreads requests over the models that do well. */

import { drawBits, saltOf, toUnit } from "../chance/seeded-random.ts";
import type { RankCandidate, RankRequest, Router, Signals } from "../contract.ts";
import { rankByScore, scoreEach, type Scores } from "../ranking/by-score.ts";
import { inFigures } from "../ranking/in-words.ts";
import { expectedMs, expectedUsd, meanReward, share, UNKNOWN } from "../ranking/known.ts";
import { matchModels } from "../ranking/model-patterns.ts";
import { checkShares, isAmount, isShare, refuse } from "../ranking/options.ts";
import { scoreDraw } from "../ranking/weighted-draw.ts";

export interface BalancedOptions {
  /** How much the expected cost counts. Default: 1. */
  readonly cost?: number;
  /** How much the expected time counts. Default: 1. */
  readonly latency?: number;
  /** How much the quality counts. Default: 1. */
  readonly quality?: number;
  /**
   * What you think of models, from 0 to 1, by `provider/model` or a pattern such as `"openrouter/anthropic/*"`. Default: the
   * mean reward that runs reported for this step, else how often the model's calls succeed.
   */
  readonly qualityOf?: Readonly<Record<string, number>>;
  /** How much more often a better model goes first: 0 draws evenly, 20 takes nearly always the best. Default: 4. */
  readonly sharpness?: number;
}

/** The parts of the balance: one list of numbers each. */
interface Parts {
  readonly cost: Scores;
  readonly latency: Scores;
  readonly quality: Scores;
}

/**
 * Each part is compared with the best of the candidates: half as good counts half. What is not known of a model counts
 * as the mean of the others, but a price that is not known counts as the highest.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function balanced(options: BalancedOptions = {}): Router {
  const { cost = 1, latency = 1, quality = 1, qualityOf = {}, sharpness = 4 } = options;
  checkOptions({ cost, latency, quality }, qualityOf, sharpness);
  const sum = cost + latency + quality;
  const weights = { cost: cost / sum, latency: latency / sum, quality: quality / sum };
  const givenQuality = matchModels(Object.entries(qualityOf));
  return {
    id: "balanced",
    rank(request, candidates, signals) {
      const parts = readParts(request, candidates, signals, givenQuality);
      const balance = weigh(parts, weights);
      const salt = saltOf(request.seed, "balanced");
      const scores = scoreEach(candidates, ({ model }, index) =>
        scoreDraw(toUnit(drawBits(salt, model)), Math.pow(balance[index] ?? 0, sharpness)),
      );
      return rankByScore(candidates, scores, (_candidate, index) =>
        putInWords(parts, balance, index),
      );
    },
  };
}

function readParts(
  request: RankRequest,
  candidates: readonly RankCandidate[],
  signals: Signals,
  givenQuality: (model: string) => number | undefined,
): Parts {
  const latency = new Float64Array(candidates.length);
  const quality = new Float64Array(candidates.length);
  const cost = scoreEach(candidates, (candidate, index) => {
    const { model } = candidate;
    const seen = signals.of(model);
    latency[index] = expectedMs(candidate, seen);
    const known = givenQuality(model) ?? meanReward(signals.rewardOf(model, request));
    quality[index] = known === UNKNOWN ? share(seen?.successRate) : known;
    return expectedUsd(candidate);
  });
  return {
    cost: compareCosts(cost),
    latency: fillWithMean(compareTimes(latency)),
    quality: fillWithMean(compareQualities(quality)),
  };
}

/** A price that is not known counts as the highest. A billionth of a dollar keeps what is free apart from division by 0. */
function compareCosts(costs: Scores): Scores {
  const { least, most } = boundsOf(costs);
  return mapEach(costs, (usd) => (least + 1e-9) / ((usd === UNKNOWN ? most : usd) + 1e-9));
}

/** A millisecond makes no difference, and keeps times of 0 apart from division by it. */
function compareTimes(times: Scores): Scores {
  const { least } = boundsOf(times);
  return mapEach(times, (timeMs) => (timeMs === UNKNOWN ? UNKNOWN : (least + 1) / (timeMs + 1)));
}

function compareQualities(qualities: Scores): Scores {
  const { most } = boundsOf(qualities);
  return mapEach(qualities, (quality) =>
    quality === UNKNOWN ? UNKNOWN : most === 0 ? 1 : quality / most,
  );
}

/** Of those that are known; 0 and 0 where none is. */
function boundsOf(values: Scores): { readonly least: number; readonly most: number } {
  let least = Infinity;
  let most = 0;
  for (const value of values) {
    if (value === UNKNOWN) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { least: least === Infinity ? 0 : least, most };
}

function fillWithMean(values: Scores): Scores {
  let sum = 0;
  let known = 0;
  for (const value of values) {
    if (value === UNKNOWN) continue;
    sum += value;
    known += 1;
  }
  const mean = known === 0 ? 1 : sum / known;
  return mapEach(values, (value) => (value === UNKNOWN ? mean : value));
}

/** In place. */
function mapEach(values: Scores, change: (value: number) => number): Scores {
  let index = 0;
  for (const value of values) {
    values[index] = change(value);
    index += 1;
  }
  return values;
}

function weigh(
  { cost, latency, quality }: Parts,
  weights: { readonly cost: number; readonly latency: number; readonly quality: number },
): Scores {
  return cost.map(
    (value, index) =>
      weights.cost * value +
      weights.latency * (latency[index] ?? 0) +
      weights.quality * (quality[index] ?? 0),
  );
}

function putInWords({ cost, latency, quality }: Parts, balance: Scores, index: number): string {
  const figure = (values: Scores): string => inFigures(values[index] ?? 0);
  return (
    `drawn by its balance of ${figure(balance)}: ` +
    `cost ${figure(cost)}, latency ${figure(latency)}, quality ${figure(quality)}`
  );
}

function checkOptions(
  weights: Readonly<Record<string, number>>,
  qualityOf: Readonly<Record<string, number>>,
  sharpness: number,
): void {
  checkShares("balanced", "cost, latency and quality", weights);
  for (const [pattern, quality] of Object.entries(qualityOf)) {
    if (isShare(quality)) continue;
    refuse(
      "balanced",
      `has ${String(quality)} for "${pattern}" in "qualityOf". Give a number from 0 to 1.`,
    );
  }
  if (!isAmount(sharpness)) {
    refuse("balanced", `has ${String(sharpness)} for "sharpness". Give a number from 0.`);
  }
}
