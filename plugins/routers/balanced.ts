/** Weighs cost, time and quality against each other, and spreads requests over the models that do well. */

import { saltOf } from "../chance/seeded-random.ts";
import type { ModelSignals, RankCandidate, Rewards, Router } from "../contract.ts";
import { balanceEach, balanceOf, fill, roomFor } from "../ranking/balance.ts";
import { rankByScore, type Scores } from "../ranking/by-score.ts";
import { inFigures } from "../ranking/in-words.ts";
import { amount, meanReward, share, UNKNOWN } from "../ranking/known.ts";
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
  const opinionOf = matchModels(given);
  const opinions = new Opinions(given.length === 0 ? undefined : opinionOf);
  return {
    id: "balanced",
    rank(request, candidates, signals) {
      const all = readSignals(signals, candidates);
      const rewards = readRewards(signals, candidates, request);
      const columns = roomFor(candidates.length);
      seen.read(all);
      seen.expectedMs(candidates, columns.timeMs);
      const { successRates } = seen;
      const known = { opinions: opinions.of(candidates), rewards, successRates };
      const standards = fill(columns, candidates, known);
      balanceEach(columns, standards, weights, sharpness);
      turnIntoDraws(columns.scores, saltOf(request.seed, "balanced"));
      return rankByScore(candidates, columns.scores, (candidate, index) => {
        // Of what stays as it was: the columns are filled anew for the next decision.
        const figures = {
          nanoUsd: amount(candidate.expectedNanoUsd),
          timeMs: seen.expectedMsOf(all[index], candidate),
          quality: opinionOf(candidate.model) ?? seenQuality(rewards, index, all[index]),
        };
        return putInWords(balanceOf(figures, standards, weights));
      });
    },
  };
}

/** What runs said of replies, else how often calls succeeded. */
function seenQuality(
  { counts, sums }: Rewards,
  index: number,
  seen: ModelSignals | undefined,
): number {
  const reward = meanReward(counts[index] ?? 0, sums[index] ?? 0);
  return reward === UNKNOWN ? share(seen?.successRate) : reward;
}

const NONE: Scores = new Float64Array();

/** What the user thinks of models, by place. Most lists are the same as the last one, and a look-up takes longer than a look. */
class Opinions {
  readonly #given: ((model: string) => number | undefined) | undefined;
  #models: readonly string[] = [];
  #known = NONE;

  constructor(given?: (model: string) => number | undefined) {
    this.#given = given;
  }

  /** Valid until it is asked again. Empty where there are none. */
  of(candidates: readonly RankCandidate[]): Scores {
    const given = this.#given;
    if (given === undefined) return NONE;
    if (!isOf(this.#models, candidates)) {
      this.#models = candidates.map(({ model }) => model);
      this.#known = Float64Array.from(this.#models, (model) => given(model) ?? UNKNOWN);
    }
    return this.#known;
  }
}

function isOf(models: readonly string[], candidates: readonly RankCandidate[]): boolean {
  if (models.length !== candidates.length) return false;
  for (let index = 0; index < candidates.length; index += 1) {
    if (models[index] !== candidates[index]!.model) return false;
  }
  return true;
}

function putInWords({ cost, latency, quality, all }: ReturnType<typeof balanceOf>): string {
  return (
    `drawn by its balance of ${inFigures(all)}: ` +
    `cost ${inFigures(cost)}, latency ${inFigures(latency)}, quality ${inFigures(quality)}`
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
