/** Ranks models by how soon their reply to this request is expected, as calls of late went. */

import { Draws, saltOf } from "../chance/seeded-random.ts";
import type { Router } from "../contract.ts";
import { rankByScore, type Scores } from "../ranking/by-score.ts";
import { inTime } from "../ranking/in-words.ts";
import { UNKNOWN } from "../ranking/known.ts";
import { readSignals } from "../ranking/read-signals.ts";
import { SeenFigures, type Percentile, type TimeWeights } from "../ranking/seen-figures.ts";
import { checkShares, isShare, refuse } from "../ranking/options.ts";

export interface FastestOptions {
  /** Whether models are compared by a usual call or by a slow one. Default: `"p50"`. */
  readonly percentile?: Percentile;
  /** What the parts of the time weigh, such as `{ writing: 0 }` where a reader waits for the first word only. */
  readonly weights?: TimeWeights;
  /**
   * How often a model goes first that was not called lately, to find out how fast it is: from 0 to 1. Only models
   * that are well are tried, and none is once all are known. Default: 0.05.
   */
  readonly explore?: number;
}

/**
 * The least expected time first. A model that was not called lately is taken to be as fast as the others are on
 * average, and goes first now and then; one that was called and has never answered comes last.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function fastest(options: FastestOptions = {}): Router {
  const { percentile = "p50", weights, explore = 0.05 } = options;
  checkOptions(percentile, weights, explore);
  const figures = new SeenFigures(percentile, weights);
  return {
    id: "fastest",
    rank(request, candidates, signals) {
      figures.read(readSignals(signals, candidates));
      const times = figures.expectedMs(candidates);
      const fresh = figures.fresh();
      for (const index of fresh) times[index] = UNKNOWN;
      const tried = pickFresh(fresh, explore, request.seed);
      const scores = scoreTimes(times, fresh, tried);
      return rankByScore(candidates, scores, (_candidate, place) => {
        if (place === tried) return "not called lately: tried to find out how fast it is";
        if (fresh.includes(place)) return "not called lately: taken to be as fast as most";
        const timeMs = times[place] ?? UNKNOWN;
        return timeMs === UNKNOWN ? "has not answered lately" : `expected in ${inTime(timeMs)}`;
      });
    },
  };
}

function pickFresh(fresh: readonly number[], explore: number, seed: number): number | undefined {
  if (fresh.length === 0 || explore === 0) return undefined;
  const draws = new Draws(saltOf(seed, "fastest"));
  if (draws.next() >= explore) return undefined;
  return fresh[Math.floor(draws.next() * fresh.length)];
}

/** In seconds below 0; the one that is tried has 1, as it goes before all others. */
function scoreTimes(times: Scores, fresh: readonly number[], tried: number | undefined): Scores {
  let slowestMs = 0;
  let sumMs = 0;
  let known = 0;
  for (let index = 0; index < times.length; index += 1) {
    const timeMs = times[index] ?? UNKNOWN;
    if (timeMs === UNKNOWN) continue;
    slowestMs = Math.max(slowestMs, timeMs);
    sumMs += timeMs;
    known += 1;
  }
  const scores = new Float64Array(times.length);
  for (let index = 0; index < times.length; index += 1) {
    const timeMs = times[index] ?? UNKNOWN;
    scores[index] = timeMs === UNKNOWN ? -1 - slowestMs / 1000 : 0 - timeMs / 1000;
  }
  for (const index of fresh) scores[index] = known === 0 ? 0 : 0 - sumMs / known / 1000;
  if (tried !== undefined) scores[tried] = 1;
  return scores;
}

function checkOptions(percentile: string, weights: TimeWeights | undefined, explore: number): void {
  if (percentile !== "p50" && percentile !== "p95") {
    refuse("fastest", `has the "percentile" ${JSON.stringify(percentile)}. Give "p50" or "p95".`);
  }
  if (!isShare(explore)) {
    refuse("fastest", `has ${String(explore)} for "explore". Give a number from 0 to 1.`);
  }
  if (weights !== undefined) {
    checkShares("fastest", "weights", { firstToken: 1, writing: 1, ...weights });
  }
}
