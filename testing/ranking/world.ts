/** Models, signals and requests for the contract of a router: some that are usual, some that make no sense at all. */

import type {
  ModelSignals,
  Percentiles,
  RankCandidate,
  RankRequest,
  Reward,
  Signals,
} from "../../plugins/contract.ts";

/** What a router is asked with. */
export interface RankCall {
  readonly request: RankRequest;
  readonly candidates: readonly RankCandidate[];
  readonly signals: Signals;
}

export const NO_SIGNALS: Signals = { of: () => undefined, rewardOf: () => undefined };

/** What numbers are made of that a third party may give. */
const NONSENSE = [Number.NaN, Infinity, -Infinity, -1, -0, 5e-324, Number.MAX_VALUE] as const;

/** Numbers from 0 to 1 that look like chance and are the same every time. */
function noise(seed: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) >>> 0) / 2 ** 32;
}

export function createRequest(given: Partial<RankRequest>, seed: number): RankRequest {
  const run = `run-${seed}`;
  const usual = { graph: "support", step: "draft", run, workspace: "default", key: run };
  return { ...usual, seed: Math.imul(seed + 1, 0x9e3779b1) >>> 0, ...given };
}

/** The first ones are models that the user's own router may know. Every seventh has no known price. */
export function createCandidates(count: number, models: readonly string[]): RankCandidate[] {
  return Array.from({ length: count }, (_, position) => {
    const model = models[position] ?? `vendor-${position % 7}/model-${position}`;
    const candidate = {
      model,
      provider: model.split("/")[0] ?? model,
      position,
      facts: { capabilities: { contextWindow: 128_000 } },
      inputTokens: 1_000 + position,
      outputTokens: 300,
    };
    if (position % 7 === 3) return candidate;
    return { ...candidate, expectedNanoUsd: Math.round(noise(position) * 1e7) };
  });
}

/** Numbers that are none, in turn. */
export function createNonsense(count: number, models: readonly string[]): RankCandidate[] {
  return createCandidates(count, models).map((candidate, index) => ({
    ...candidate,
    inputTokens: nonsense(index),
    outputTokens: nonsense(index + 1),
    expectedNanoUsd: nonsense(index + 2),
    facts: { price: { inputUsdPerMTok: nonsense(index), outputUsdPerMTok: nonsense(index + 1) } },
  }));
}

function nonsense(index: number): number {
  return NONSENSE[index % NONSENSE.length] ?? Number.NaN;
}

/** Every fifth was not called lately. All of it is frozen. */
export function createSignals(candidates: readonly RankCandidate[]): Signals {
  const seen = new Map<string, ModelSignals>();
  const rewards = new Map<string, Reward>();
  for (const { model, position } of candidates) {
    if (position % 5 === 4) continue;
    seen.set(model, freeze(createModelSignals(position)));
    const count = noise(position + 1) * 50;
    rewards.set(model, freeze({ count, sum: count * noise(position + 2) }));
  }
  return freeze({
    of: (model: string) => seen.get(model),
    rewardOf: (model: string) => rewards.get(model),
  });
}

function createModelSignals(seed: number): ModelSignals {
  return {
    calls: 1 + noise(seed) * 100,
    successRate: 0.5 + noise(seed + 1) / 2,
    failures: { rate_limited: noise(seed + 2) },
    firstTokenMs: spread(100 + noise(seed + 3) * 1_000),
    durationMs: spread(1_000 + noise(seed + 4) * 5_000),
    tokensPerSecond: spread(10 + noise(seed + 5) * 100),
    costNanoUsd: noise(seed + 6) * 1e7,
    headroom: noise(seed + 7),
    breaker: "closed",
  };
}

function spread(p50: number): Percentiles {
  return { p50, p95: p50 * 2 };
}

export function createNonsenseSignals(candidates: readonly RankCandidate[]): Signals {
  const places = new Map(candidates.map(({ model, position }) => [model, position]));
  return freeze<Signals>({
    of(model) {
      const index = places.get(model) ?? 0;
      const percentiles = { p50: nonsense(index), p95: nonsense(index + 3) };
      return freeze({
        calls: nonsense(index + 1),
        successRate: nonsense(index + 2),
        failures: { timeout: nonsense(index) },
        firstTokenMs: percentiles,
        durationMs: percentiles,
        tokensPerSecond: percentiles,
        costNanoUsd: nonsense(index + 4),
        headroom: nonsense(index + 5),
        breaker: "closed",
        blockedUntil: nonsense(index + 6),
      });
    },
    rewardOf(model) {
      const index = places.get(model) ?? 0;
      return freeze({ count: nonsense(index), sum: nonsense(index + 1) });
    },
  });
}

/** Freezes a value and all that it holds: what is written to then throws. */
export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
  return value;
}
