/** Compares models or routers with each other on real runs, and records which of them each run had. */

import { drawUniform } from "../chance/seeded-random.ts";
import type { Ranked, Router } from "../contract.ts";
import { rankByPosition, rankByScore } from "../ranking/by-score.ts";
import { matchModels } from "../ranking/model-patterns.ts";
import { checkShares, refuse } from "../ranking/options.ts";

export interface ExperimentOptions {
  /** Part of the draw: two experiments put the same run into arms independently of each other. */
  readonly name: string;
  /** By the name that is recorded with every attempt. */
  readonly arms: Readonly<Record<string, ExperimentArm>>;
}

/** What the runs of an arm get: a router, or models in order of preference, as names or patterns. */
export type ExperimentArm = {
  /** How many of the runs, compared with the other arms. */
  readonly share: number;
} & (
  | { readonly router: Router; readonly models?: never }
  | { readonly models: readonly string[]; readonly router?: never }
);

type RankArm = Router["rank"];

/**
 * Puts each run into one arm, for all of its steps that have this experiment. What is not in the arm's list of models
 * stands behind it, as a fallback: its attempts are recorded under the arm all the same, as the arm brought them about.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function experiment({ name, arms }: ExperimentOptions): Router {
  checkOptions(name, arms);
  const list = Object.entries(arms).map(([arm, { share, router, models }]) => ({
    arm,
    share,
    plan: router?.plan?.bind(router),
    rank: router === undefined ? rankModels(models) : router.rank.bind(router),
  }));
  const sum = list.reduce((total, { share }) => total + share, 0);
  const armOf = (run: string): (typeof list)[number] => {
    let drawn = drawUniform("experiment", name, run) * sum;
    for (const arm of list) {
      if (drawn < arm.share) return arm;
      drawn -= arm.share;
    }
    // What rounding leaves over.
    return list.findLast(({ share }) => share > 0) ?? refuse("experiment", "has no arms.");
  };
  return {
    id: `experiment(${name})`,
    rank(request, candidates, signals) {
      const { arm, rank } = armOf(request.run);
      const ranked = rank(request, candidates, signals) ?? rankByPosition(candidates);
      return ranked.map((one) => withArm(one, arm));
    },
    plan: (request) => armOf(request.run).plan?.(request),
  };
}

/** The arm of an experiment within an arm is told apart by both names. */
function withArm({ candidate, score, reason, arm: inner }: Ranked, arm: string): Ranked {
  return { candidate, score, reason, arm: inner === undefined ? arm : `${arm}/${inner}` };
}

function rankModels(models: readonly string[]): RankArm {
  const placeOf = matchModels(models.map((pattern, place) => [pattern, place]));
  return (_request, candidates) => {
    const scores = new Float64Array(candidates.length);
    let index = 0;
    for (const { model } of candidates) {
      const place = placeOf(model);
      scores[index++] = place === undefined ? 0 : 1 / (place + 1);
    }
    return rankByScore(candidates, scores, ({ model }) =>
      placeOf(model) === undefined ? "not of the arm: a fallback" : "a model of the arm",
    );
  };
}

function checkOptions(name: string, arms: Readonly<Record<string, ExperimentArm>>): void {
  if (typeof name !== "string" || name === "") {
    refuse("experiment", `has no "name". Give it one: it decides which run has which arm.`);
  }
  const shares = Object.entries(arms ?? {}).map(([arm, { share }]) => [arm, share] as const);
  if (shares.length === 0) refuse(`experiment(${name})`, `has no "arms". Give at least one.`);
  checkShares(`experiment(${name})`, "arms", Object.fromEntries(shares));
  for (const [arm, { router, models }] of Object.entries(arms)) {
    if ((router === undefined) !== (models === undefined) && models?.length !== 0) continue;
    refuse(
      `experiment(${name})`,
      `has the arm "${arm}" without models. Give it either "models", at least one, or a "router".`,
    );
  }
}
