/** Weighs cost, time and quality against each other, and spreads requests over the models that do well. */

import { saltOf } from "../chance/seeded-random.ts";
import type { RankCandidate, RankRequest, Rewards, Router, Signals } from "../contract.ts";
import { rankByScore, type Scores } from "../ranking/by-score.ts";
import { inFigures } from "../ranking/in-words.ts";
import { expectedUsdOfEach, meanReward, UNKNOWN } from "../ranking/known.ts";
import { matchModels } from "../ranking/model-patterns.ts";
import { readRewards, readSignals } from "../ranking/read-signals.ts";
import { SeenFigures } from "../ranking/seen-figures.ts";
import { checkShares, isAmount, isShare, refuse } from "../ranking/options.ts";
import { turnIntoDraws } from "../ranking/weighted-draw.ts";

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

/** A constant of this module, as known.ts says why. */
const NOT_KNOWN = UNKNOWN;

/** What each part of the balance weighs: 1 together. */
interface Weights {
  readonly cost: number;
  readonly latency: number;
  readonly quality: number;
}

/** What is known of the candidates, by their place in the list; and what stands for what is not known. */
interface Figures {
  readonly usd: Scores;
  readonly timeMs: Scores;
  readonly quality: Scores;
  readonly leastUsd: number;
  readonly mostUsd: number;
  readonly leastMs: number;
  readonly meanMs: number;
  readonly mostQuality: number;
  readonly meanQuality: number;
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
  const seen = new SeenFigures();
  const given = Object.entries(qualityOf);
  const overrule = given.length === 0 ? undefined : overruleBy(matchModels(given));
  return {
    id: "balanced",
    rank(request, candidates, signals) {
      const figures = readFigures(seen, request, candidates, signals, overrule);
      const scores = balanceEach(figures, weights);
      raiseEach(scores, sharpness);
      turnIntoDraws(scores, saltOf(request.seed, "balanced"));
      return rankByScore(candidates, scores, (_candidate, index) =>
        putInWords(figures, weights, index),
      );
    },
  };
}

function readFigures(
  read: SeenFigures,
  request: RankRequest,
  candidates: readonly RankCandidate[],
  signals: Signals,
  overrule: Overrule | undefined,
): Figures {
  read.read(readSignals(signals, candidates));
  // One after the other in one buffer: to make three of them would take three times as long.
  const count = candidates.length;
  const all = new Float64Array(3 * count);
  const timeMs = read.expectedMs(candidates, all.subarray(0, count));
  const usd = expectedUsdOfEach(candidates, all.subarray(count, 2 * count));
  const quality = all.subarray(2 * count);
  readQualities(readRewards(signals, candidates, request), read.successRates, quality);
  overrule?.(quality, candidates);
  const costs = summarise(usd);
  const times = summarise(timeMs);
  const qualities = summarise(quality);
  return {
    usd,
    timeMs,
    quality,
    leastUsd: costs.least,
    mostUsd: costs.most,
    leastMs: times.least,
    meanMs: times.mean,
    // As good as none: divided by so little, others would be endless.
    mostQuality: qualities.most < 1e-100 ? 0 : qualities.most,
    meanQuality: qualities.mean,
  };
}

/** What runs said of replies, else how often calls succeeded. */
function readQualities(
  { counts, sums }: Rewards,
  successRates: Float64Array,
  qualities: Scores,
): void {
  for (let index = 0; index < qualities.length; index += 1) {
    const known = meanReward(counts[index]!, sums[index]!);
    qualities[index] = known === NOT_KNOWN ? successRates[index]! : known;
  }
}

/** Writes what the user thinks of models over what was seen of them. */
type Overrule = (qualities: Scores, candidates: readonly RankCandidate[]) => void;

/** What was looked up is kept by place: most lists are the same as the last one, and a look-up takes longer than a look. */
function overruleBy(given: (model: string) => number | undefined): Overrule {
  const models: string[] = [];
  const known: number[] = [];
  return (qualities, candidates) => {
    for (let index = 0; index < candidates.length; index += 1) {
      const { model } = candidates[index]!;
      if (models[index] !== model) {
        models[index] = model;
        known[index] = given(model) ?? NOT_KNOWN;
      }
      const quality = known[index]!;
      if (quality !== NOT_KNOWN) qualities[index] = quality;
    }
  };
}

/** Of what is known; all 0 where nothing is. */
function summarise(values: Scores): {
  readonly least: number;
  readonly most: number;
  readonly mean: number;
} {
  let least = Infinity;
  let most = 0;
  let sum = 0;
  let known = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    // Without a branch, which the machine could not foresee.
    const counted = value === NOT_KNOWN ? 0 : 1;
    least = Math.min(least, value === NOT_KNOWN ? Infinity : value);
    most = Math.max(most, value);
    sum += counted * value;
    known += counted;
  }
  return known === 0 ? { least: 0, most: 0, mean: 0 } : { least, most, mean: sum / known };
}

function balanceOf(figures: Figures, weights: Weights, index: number): number {
  return (
    weights.cost * costPart(figures, index) +
    weights.latency * latencyPart(figures, index) +
    weights.quality * qualityPart(figures, index)
  );
}

/** A billionth of a dollar makes no difference, and keeps what is free from a division by 0. */
function costPart({ usd, leastUsd, mostUsd }: Figures, index: number): number {
  const known = usd[index] ?? NOT_KNOWN;
  return (leastUsd + 1e-9) / ((known === NOT_KNOWN ? mostUsd : known) + 1e-9);
}

/** Nor does a millisecond. */
function latencyPart({ timeMs, leastMs, meanMs }: Figures, index: number): number {
  const known = timeMs[index] ?? NOT_KNOWN;
  return (leastMs + 1) / ((known === NOT_KNOWN ? meanMs : known) + 1);
}

function qualityPart({ quality, mostQuality, meanQuality }: Figures, index: number): number {
  const known = quality[index] ?? NOT_KNOWN;
  return mostQuality === 0 ? 1 : (known === NOT_KNOWN ? meanQuality : known) / mostQuality;
}

/** What scores are made in: to make it anew for each decision would take as long as to fill it. */
let room = new Float64Array();

/** As {@link balanceOf}, of all at once: what is the same for each is worked out before. */
function balanceEach(figures: Figures, weights: Weights): Scores {
  const { usd, timeMs, quality, mostUsd, meanMs, mostQuality, meanQuality } = figures;
  const usdScale = weights.cost * (figures.leastUsd + 1e-9);
  const msScale = weights.latency * (figures.leastMs + 1);
  const qualityScale = mostQuality === 0 ? 0 : weights.quality / mostQuality;
  const evenQuality = mostQuality === 0 ? weights.quality : 0;
  if (room.length !== usd.length) room = new Float64Array(usd.length);
  const balances = room;
  for (let index = 0; index < balances.length; index += 1) {
    const cost = usd[index]!;
    const time = timeMs[index]!;
    const good = quality[index]!;
    balances[index] =
      usdScale / ((cost === NOT_KNOWN ? mostUsd : cost) + 1e-9) +
      msScale / ((time === NOT_KNOWN ? meanMs : time) + 1) +
      qualityScale * (good === NOT_KNOWN ? meanQuality : good) +
      evenQuality;
  }
  return balances;
}

/** Where the exponent is a small whole number, as it usually is, many times as fast as `Math.pow`: by squares. */
function raiseEach(balances: Scores, exponent: number): void {
  const isQuick = exponent <= 20 && Number.isInteger(exponent);
  const bits = isQuick ? exponent | 0 : 0;
  for (let index = 0; index < balances.length; index += 1) {
    let square = balances[index]!;
    let power = isQuick ? 1 : Math.pow(square, exponent);
    for (let left = bits; left > 0; left >>= 1) {
      if ((left & 1) === 1) power *= square;
      square *= square;
    }
    balances[index] = power;
  }
}

function putInWords(figures: Figures, weights: Weights, index: number): string {
  return (
    `drawn by its balance of ${inFigures(balanceOf(figures, weights, index))}: ` +
    `cost ${inFigures(costPart(figures, index))}, ` +
    `latency ${inFigures(latencyPart(figures, index))}, ` +
    `quality ${inFigures(qualityPart(figures, index))}`
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
