/** How each model is, as one worker sees it now: what the API, Prometheus and the command line show. */

import type { ModelPrice } from "../graph/money.ts";
import type { LiveSignals } from "../activities/signals/live-signals.ts";
import type { BreakerState, Capabilities, ModelSignals, Percentiles } from "../plugins/contract.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Config } from "./config.ts";
import { aliasesByModel } from "./list-catalogue.ts";

export type { BreakerState, Percentiles } from "../plugins/contract.ts";

/** Plain JSON. */
export interface ModelStatus {
  /** `provider/model`. */
  readonly model: string;
  /** First half of it. */
  readonly provider: string;
  /** Those that use it. Empty: it was called lately, by a worker that shares what it learns, and no alias here names it. */
  readonly aliases: readonly string[];
  /** In USD per million tokens, at this moment. Absent: not known, as are the two that follow. */
  readonly price?: ModelPrice;
  /** Tokens of input and output together. */
  readonly contextWindow?: number;
  readonly capabilities?: Capabilities;
  readonly health: ModelHealth;
  /** It holds for all models of the provider. */
  readonly providerBreaker: BreakerStatus;
}

/** Numbers are rounded to what they are good for: older calls weigh less, so even a count is no whole number. */
export interface ModelHealth
  extends
    Omit<ModelSignals, "successRate" | "breaker" | "blockedUntil">,
    Partial<Pick<ModelSignals, "successRate">> {
  /** Its own, or its provider's where that is worse. */
  readonly breaker: BreakerStatus;
}

export interface BreakerStatus {
  /** `"open"`: not called, because it failed too often. `"half-open"`: one call finds out whether it is well again. */
  readonly state: BreakerState;
  /** When it lets one call through, or the provider asked not to be called before; ISO 8601. Absent: nothing is in the way. */
  readonly blockedUntil?: string;
}

/** The models of the aliases in their order, pools expanded, then all others that are remembered, by name. Asks nobody. */
export function readModelStatus(
  config: Pick<Config, "models">,
  catalogue: Pick<Catalogue, "factsOf" | "listed">,
  signals: Pick<LiveSignals, "models" | "of" | "providerBreaker">,
): readonly ModelStatus[] {
  const remembered = signals.models().toSorted();
  // What was called fits its pattern also while no list of its provider is there.
  const aliases = aliasesByModel(config, [...new Set([...catalogue.listed(), ...remembered])]);
  return [...new Set([...aliases.keys(), ...remembered])].map((model) => {
    const provider = model.slice(0, model.indexOf("/"));
    const { price, contextWindow, capabilities } = catalogue.factsOf(model);
    const { breaker, blockedUntil } = signals.providerBreaker(provider);
    return {
      model,
      provider,
      aliases: aliases.get(model) ?? [],
      ...(price && { price }),
      ...(contextWindow !== undefined && { contextWindow }),
      ...(capabilities && { capabilities }),
      health: healthOf(signals.of(model)),
      providerBreaker: breakerOf(breaker, blockedUntil),
    };
  });
}

function healthOf(seen: ModelSignals | undefined): ModelHealth {
  if (seen === undefined) return { calls: 0, failures: {}, breaker: { state: "closed" } };
  const { firstTokenMs, durationMs, tokensPerSecond, costNanoUsd, headroom } = seen;
  const failures = Object.entries(seen.failures).map(([kind, weight]) => [kind, decimals(weight)]);
  return {
    calls: decimals(seen.calls),
    ...(seen.calls > 0 && { successRate: decimals(seen.successRate) }),
    failures: Object.fromEntries(failures),
    ...(firstTokenMs && { firstTokenMs: digits(firstTokenMs) }),
    ...(durationMs && { durationMs: digits(durationMs) }),
    ...(tokensPerSecond && { tokensPerSecond: digits(tokensPerSecond) }),
    ...(costNanoUsd !== undefined && { costNanoUsd: Math.round(costNanoUsd) }),
    ...(headroom !== undefined && { headroom: decimals(headroom) }),
    breaker: breakerOf(seen.breaker, seen.blockedUntil),
  };
}

function breakerOf(state: BreakerState, blockedUntil: number | undefined): BreakerStatus {
  if (blockedUntil === undefined) return { state };
  return { state, blockedUntil: new Date(blockedUntil).toISOString() };
}

function decimals(value: number): number {
  return Number(value.toFixed(3));
}

/** They are known to within 4 %. */
function digits({ p50, p95 }: Percentiles): Percentiles {
  return { p50: Number(p50.toPrecision(3)), p95: Number(p95.toPrecision(3)) };
}
