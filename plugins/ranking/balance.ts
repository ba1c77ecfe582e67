/** Weighs what candidates cost, how long they take and how good they are against the best of them. */

import type { RankCandidate, Rewards } from "../contract.ts";
import type { Scores } from "./by-score.ts";
import { meanReward, MOST, UNKNOWN } from "./known.ts";

/** Constants of this module, as known.ts says why. */
const LIMIT = MOST;
const NOT_KNOWN = UNKNOWN;

/** What each part of the balance weighs: 1 together. */
export interface Weights {
  readonly cost: number;
  readonly latency: number;
  readonly quality: number;
}

/** What is known of a candidate; {@link UNKNOWN} where nothing is. */
export interface Figures {
  readonly nanoUsd: number;
  readonly timeMs: number;
  readonly quality: number;
}

/** What the candidates' figures are compared with; and what stands for those that are not known. */
export interface Standards {
  readonly leastNanoUsd: number;
  readonly mostNanoUsd: number;
  readonly leastMs: number;
  readonly meanMs: number;
  readonly mostQuality: number;
  readonly meanQuality: number;
}

/** The figures of all candidates, by their places. */
export interface Columns {
  readonly nanoUsd: Scores;
  readonly timeMs: Scores;
  readonly quality: Scores;
  readonly scores: Scores;
}

let room = makeRoom(0);

/** To fill, anew for each decision: to make them would take as long as that. What was in them before is lost. */
export function roomFor(count: number): Columns {
  if (room.scores.length !== count) room = makeRoom(count);
  return room;
}

function makeRoom(count: number): Columns {
  const column = (): Scores => new Float64Array(count);
  return { nanoUsd: column(), timeMs: column(), quality: column(), scores: column() };
}

/** Writes costs and qualities beside the times, which are there. */
export function fill(
  columns: Columns,
  candidates: readonly RankCandidate[],
  known: Qualities,
): Standards {
  const { leastNanoUsd, mostNanoUsd } = fillCosts(columns.nanoUsd, candidates);
  const { leastMs, meanMs } = summariseTimes(columns.timeMs);
  const { mostQuality, meanQuality } = fillQualities(columns.quality, known);
  // Not spread: what is put together so takes the engine longer to read than all else takes.
  return { leastNanoUsd, mostNanoUsd, leastMs, meanMs, mostQuality, meanQuality };
}

/** Writes what each is expected to cost, in billionths of a dollar. @returns the least and the most, 0 where nothing is known. */
function fillCosts(
  costs: Scores,
  candidates: readonly RankCandidate[],
): Pick<Standards, "leastNanoUsd" | "mostNanoUsd"> {
  let least = Infinity;
  let most = 0;
  for (let index = 0; index < costs.length; index += 1) {
    const nanoUsd: unknown = candidates[index]!.expectedNanoUsd;
    if (typeof nanoUsd === "number" && nanoUsd >= 0 && nanoUsd <= LIMIT) {
      costs[index] = nanoUsd;
      if (nanoUsd < least) least = nanoUsd;
      if (nanoUsd > most) most = nanoUsd;
    } else {
      costs[index] = NOT_KNOWN;
    }
  }
  return { leastNanoUsd: least === Infinity ? 0 : least, mostNanoUsd: most };
}

/** @returns the shortest of the times and their mean, 0 where none is known. */
function summariseTimes(times: Scores): Pick<Standards, "leastMs" | "meanMs"> {
  let least = Infinity;
  let sum = 0;
  let unknown = 0;
  for (let index = 0; index < times.length; index += 1) {
    const time = times[index]!;
    const isKnown = time !== NOT_KNOWN;
    // Without a branch, which the machine could not foresee: what is not known is taken off the sum again.
    unknown += isKnown ? 0 : 1;
    sum += time;
    if (time < least && isKnown) least = time;
  }
  const known = times.length - unknown;
  if (known === 0) return { leastMs: 0, meanMs: 0 };
  return { leastMs: least, meanMs: (sum - unknown * NOT_KNOWN) / known };
}

/** What there is to tell the quality of models by, by their places. */
export interface Qualities {
  /** What the user thinks, which counts before all else. Empty: nothing. */
  readonly opinions: Scores;
  /** What runs said of replies. */
  readonly rewards: Rewards;
  /** How often calls succeeded, where runs said nothing. */
  readonly successRates: Scores;
}

/** Writes how good each is. @returns the most and the mean, 0 where nothing is known. */
function fillQualities(
  qualities: Scores,
  { opinions, rewards, successRates }: Qualities,
): Pick<Standards, "mostQuality" | "meanQuality"> {
  const { counts, sums } = rewards;
  const hasOpinions = opinions.length > 0;
  let most = 0;
  let sum = 0;
  let unknown = 0;
  for (let index = 0; index < qualities.length; index += 1) {
    const reward = meanReward(counts[index]!, sums[index]!);
    const seen = reward === NOT_KNOWN ? successRates[index]! : reward;
    const opinion = hasOpinions ? opinions[index]! : NOT_KNOWN;
    const quality = opinion === NOT_KNOWN ? seen : opinion;
    qualities[index] = quality;
    unknown += quality === NOT_KNOWN ? 1 : 0;
    sum += quality;
    if (quality > most) most = quality;
  }
  const known = qualities.length - unknown;
  return {
    // As good as none: divided by so little, others would be endless.
    mostQuality: most < 1e-100 ? 0 : most,
    meanQuality: known === 0 ? 0 : (sum - unknown * NOT_KNOWN) / known,
  };
}

/** The parts of the balance of one candidate, and their sum by weight. */
export function balanceOf(
  { nanoUsd, timeMs, quality }: Figures,
  standards: Standards,
  weights: Weights,
): Weights & { readonly all: number } {
  const { mostNanoUsd, meanMs, mostQuality, meanQuality } = standards;
  // A billionth of a dollar makes no difference, and keeps what is free from a division by 0. Nor does a millisecond.
  const cost = (standards.leastNanoUsd + 1) / ((nanoUsd === NOT_KNOWN ? mostNanoUsd : nanoUsd) + 1);
  const latency = (standards.leastMs + 1) / ((timeMs === NOT_KNOWN ? meanMs : timeMs) + 1);
  const good =
    mostQuality === 0 ? 1 : (quality === NOT_KNOWN ? meanQuality : quality) / mostQuality;
  const all = weights.cost * cost + weights.latency * latency + weights.quality * good;
  return { cost, latency, quality: good, all };
}

/**
 * As {@link balanceOf}, of all at once and to the power of `sharpness`, in their `scores`. What is the same for each is
 * worked out before, and one division does for two.
 */
export function balanceEach(
  { nanoUsd, timeMs, quality, scores }: Columns,
  standards: Standards,
  weights: Weights,
  sharpness: number,
): void {
  const { mostNanoUsd, meanMs, mostQuality, meanQuality } = standards;
  const costScale = weights.cost * (standards.leastNanoUsd + 1);
  const msScale = weights.latency * (standards.leastMs + 1);
  const qualityScale = mostQuality === 0 ? 0 : weights.quality / mostQuality;
  const evenQuality = mostQuality === 0 ? weights.quality : 0;
  const isQuick = sharpness <= 20 && Number.isInteger(sharpness);
  const bits = isQuick ? sharpness | 0 : 0;
  for (let index = 0; index < scores.length; index += 1) {
    const usd = nanoUsd[index]!;
    const time = timeMs[index]!;
    const known = quality[index]!;
    const cost = (usd === NOT_KNOWN ? mostNanoUsd : usd) + 1;
    const latency = (time === NOT_KNOWN ? meanMs : time) + 1;
    const good = known === NOT_KNOWN ? meanQuality : known;
    const parts = (costScale * latency + msScale * cost) / (cost * latency);
    const balance = parts + qualityScale * good + evenQuality;
    scores[index] = isQuick ? raise(balance, bits) : Math.pow(balance, sharpness);
  }
}

/** Where the exponent is a small whole number, as it usually is, many times as fast as `Math.pow`: by squares. */
function raise(base: number, exponent: number): number {
  let square = base;
  let power = 1;
  for (let left = exponent; left > 0; left >>= 1) {
    if ((left & 1) === 1) power *= square;
    square *= square;
  }
  return power;
}
