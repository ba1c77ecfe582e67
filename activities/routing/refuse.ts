/** Why a model may not be used: what the alias wants of it, and what the request takes. */

import { ratesFor } from "../../graph/money.ts";
import type { Signals } from "../../plugins/contract.ts";
import type { ModelPool, RequiredCapability } from "../model-pool.ts";
import type { Considered, RequestNeeds } from "./consider.ts";
import { matcherOf } from "./patterns.ts";
import { inCount, inUsd, type Why } from "./why.ts";

/** What a model is held against. */
export interface Wanted {
  readonly pool: ModelPool;
  readonly needs: RequestNeeds;
  readonly signals: Pick<Signals, "of">;
}

type Check = (model: Considered, wanted: Wanted) => Why | undefined;

/** The first reason against a model, in this order: what somebody chose, what it is, what it costs, how it does. */
export function whyNot(model: Considered, wanted: Wanted): Why | undefined {
  for (const check of CHECKS) {
    const why = check(model, wanted);
    if (why !== undefined) return why;
  }
  return undefined;
}

const CHECKS: readonly Check[] = [
  byChoice,
  byCapabilities,
  byRegion,
  byTraining,
  byRetention,
  byContext,
  byRequest,
  byPrice,
  byLatency,
  byThroughput,
];

function byChoice({ model }: Considered, { pool: { only, ignore } }: Wanted): Why | undefined {
  if (ignore !== undefined && matcherOf(ignore)(model)) return () => "the alias ignores it";
  if (only === undefined || matcherOf(only)(model)) return undefined;
  return () => 'it is not in "only" of the alias';
}

const ABILITIES: Readonly<Record<RequiredCapability, string>> = {
  jsonSchema: "hold replies to a JSON schema",
  tools: "call tools",
  vision: "read images",
  streaming: "stream its replies",
};

function byCapabilities(
  { capabilities }: Considered,
  { pool: { require = NONE } }: Wanted,
): Why | undefined {
  const missing = require.find((name) => capabilities[name] !== true);
  if (missing === undefined) return undefined;
  const ability = ABILITIES[missing];
  return capabilities[missing] === false
    ? () => `it cannot ${ability}, which the alias requires`
    : () => `it is not known whether it can ${ability}, which the alias requires`;
}

const NONE: readonly never[] = [];

function byRegion({ capabilities }: Considered, { pool: { region } }: Wanted): Why | undefined {
  if (region === undefined) return undefined;
  const wanted = typeof region === "string" ? [region] : region;
  const { region: own } = capabilities;
  const places = (): string => wanted.map((place) => `"${place}"`).join(" or ");
  if (own === undefined) return () => `it is not known whether it runs in ${places()}`;
  const isThere = wanted.some((place) => own === place || own.startsWith(`${place}-`));
  return isThere ? undefined : () => `it runs in "${own}", not in ${places()}`;
}

function byTraining({ capabilities }: Considered, { pool }: Wanted): Why | undefined {
  if (pool.dataPolicy?.training !== "deny") return undefined;
  const { trainsOnData } = capabilities.dataPolicy ?? {};
  if (trainsOnData === false) return undefined;
  return trainsOnData === true
    ? () => "its provider may train models on what it is sent"
    : () => "it is not known whether its provider trains models on what it is sent";
}

function byRetention({ capabilities }: Considered, { pool }: Wanted): Why | undefined {
  const retention = pool.dataPolicy?.retention;
  if (retention === undefined) return undefined;
  const most = retention === "none" ? 0 : retention.maxDays;
  const { retentionDays: days } = capabilities.dataPolicy ?? {};
  if (days === undefined)
    return () => "it is not known how long its provider keeps what it is sent";
  if (days <= most) return undefined;
  return () => `its provider keeps what it is sent for ${inCount(days)} days, not at most ${most}`;
}

function byContext({ capabilities }: Considered, { pool }: Wanted): Why | undefined {
  const { minContext } = pool;
  if (minContext === undefined) return undefined;
  const { contextWindow: own } = capabilities;
  const wanted = (): string => `the alias wants ${inCount(minContext)}`;
  if (own === undefined) return () => `its context window is not known, and ${wanted()} tokens`;
  if (own >= minContext) return undefined;
  return () => `its context window has ${inCount(own)} tokens, and ${wanted()}`;
}

/** Only what is known to be too little speaks against a model here: that it may be is found out when it is called. */
function byRequest(model: Considered, { needs }: Wanted): Why | undefined {
  const { contextWindow, tools, vision } = model.capabilities;
  if (needs.needsTools && tools === false)
    return () => "it cannot call tools, and the step has some";
  if (needs.needsVision && vision === false)
    return () => "it cannot read images, and the step sends one";
  if (contextWindow === undefined) return undefined;
  const needed = leastInputTokens(model) + model.outputTokens;
  if (needed <= contextWindow) return undefined;
  const size = (): string => (model.isEstimate ? "at least " : "") + inCount(needed);
  return () => `its context window of ${inCount(contextWindow)} tokens is too small for ${size()}`;
}

/** Estimates are made rather too high than too low: up to three times the real count, half as much again for English. */
function leastInputTokens({ inputTokens, isEstimate }: Considered): number {
  return isEstimate ? Math.ceil(inputTokens / 2) : inputTokens;
}

function byPrice(model: Considered, { pool: { maxPrice } }: Wanted): Why | undefined {
  if (maxPrice === undefined) return undefined;
  const { price, expectedNanoUsd = 0, inputTokens } = model;
  if (price === undefined) return () => 'its price is not known, and the alias has a "maxPrice"';
  const rates = ratesFor(inputTokens, price);
  const {
    inputUsdPerMTok = Infinity,
    outputUsdPerMTok = Infinity,
    perCallUsd = Infinity,
  } = maxPrice;
  if (rates.inputUsdPerMTok > inputUsdPerMTok) {
    return tooMuch("a million tokens of input cost", rates.inputUsdPerMTok, inputUsdPerMTok);
  }
  if (rates.outputUsdPerMTok > outputUsdPerMTok) {
    return tooMuch("a million tokens of output cost", rates.outputUsdPerMTok, outputUsdPerMTok);
  }
  const expectedUsd = expectedNanoUsd / 1e9;
  if (expectedUsd <= perCallUsd) return undefined;
  return tooMuch("the call is expected to cost", expectedUsd, perCallUsd);
}

function tooMuch(what: string, usd: number, most: number): Why {
  return () => `${what} ${inUsd(usd)}, more than ${inUsd(most)}`;
}

function byLatency(
  { model }: Considered,
  { pool: { maxLatencyMs }, signals }: Wanted,
): Why | undefined {
  if (maxLatencyMs === undefined) return undefined;
  const latencyMs = signals.of(model)?.durationMs?.p95;
  if (latencyMs === undefined || !(latencyMs > maxLatencyMs)) return undefined;
  return () =>
    `95 in 100 of its calls took up to ${inCount(latencyMs)} ms lately, more than ${inCount(maxLatencyMs)}`;
}

function byThroughput(
  { model }: Considered,
  { pool: { minThroughput }, signals }: Wanted,
): Why | undefined {
  if (minThroughput === undefined) return undefined;
  const speed = signals.of(model)?.tokensPerSecond?.p50;
  if (speed === undefined || !(speed < minThroughput)) return undefined;
  return () =>
    `it gave ${inCount(speed)} tokens a second lately, fewer than ${inCount(minThroughput)}`;
}
