/** Candidates and signals for tests of routers, as plain tables. */

import type {
  ModelSignals,
  RankCandidate,
  RankRequest,
  Ranked,
  Reward,
  Router,
  Signals,
} from "../../../plugins/contract.ts";

export function request(seed: number, given: Partial<RankRequest> = {}): RankRequest {
  const run = `run-${seed}`;
  return { graph: "support", step: "draft", run, workspace: "default", key: run, seed, ...given };
}

/** Named `acme/0`, `acme/1`, …; a cost of `undefined` is one that is not known. */
export function candidates(costs: readonly (number | undefined)[]): RankCandidate[] {
  return costs.map((expectedNanoUsd, position) => ({
    model: `acme/${position}`,
    provider: "acme",
    position,
    facts: {},
    inputTokens: 100,
    outputTokens: 100,
    ...(expectedNanoUsd === undefined ? {} : { expectedNanoUsd }),
  }));
}

/** A model that has answered `calls` times, after so long. */
export function seen(
  firstTokenMs: number,
  tokensPerSecond: number,
  given: Partial<ModelSignals> = {},
): ModelSignals {
  return {
    calls: 100,
    successRate: 1,
    failures: {},
    firstTokenMs: { p50: firstTokenMs, p95: firstTokenMs * 2 },
    tokensPerSecond: { p50: tokensPerSecond, p95: tokensPerSecond * 2 },
    breaker: "closed",
    ...given,
  };
}

export function signals(
  models: Readonly<Record<string, ModelSignals>> = {},
  rewards: Readonly<Record<string, Reward>> = {},
): Signals {
  return { of: (model) => models[model], rewardOf: (model) => rewards[model] };
}

export function rank(router: Router, ...asked: Parameters<Router["rank"]>): readonly Ranked[] {
  const ranked = router.rank(...asked);
  if (ranked === undefined) throw new Error("It has no opinion");
  return ranked;
}

export function order(ranked: readonly Ranked[]): readonly string[] {
  return ranked.map(({ candidate }) => candidate.model);
}

export function reasonOf(ranked: readonly Ranked[], place = 0): string {
  const reason = ranked[place]?.reason;
  return typeof reason === "function" ? reason() : (reason ?? "");
}

/** How often each model goes first, over seeds from 0. */
export function countFirsts(
  router: Router,
  list: readonly RankCandidate[],
  seeds: number,
  given: Signals = signals(),
): ReadonlyMap<string, number> {
  const counts = new Map(list.map(({ model }) => [model, 0]));
  for (let seed = 0; seed < seeds; seed += 1) {
    const [first = ""] = order(rank(router, request(seed), list, given));
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return counts;
}

/** Five standard deviations of a binomial count: that a sound draw leaves them happens once in two million. */
export function tolerance(draws: number, share: number): number {
  return 5 * Math.sqrt(draws * share * (1 - share)) + 1;
}
