/** Puts a decision on record: short, in words, and plain JSON. Every route is kept in a history. */

import type { ModelPrice } from "../../graph/money.ts";
import type { RecoveryPolicy } from "../../graph/failure-kinds.ts";
import type { ModelSignals, Signals } from "../../plugins/contract.ts";
import {
  MOST_LISTED,
  type Candidate,
  type CandidateQueue,
  type Exclusion,
  type Route,
  type RouteEstimate,
  type SeenSignals,
} from "../contract.ts";
import type { ModelPool } from "../model-pool.ts";
import type { Considered } from "./consider.ts";
import type { RankedModel } from "./rank-pool.ts";
import type { Why } from "./why.ts";

/** A model that may be used, and whose it is. */
export interface Usable {
  readonly ranked: RankedModel;
  readonly alias: string;
  readonly pool: ModelPool;
  /** That of its provider. */
  readonly queue: CandidateQueue | undefined;
}

/** By model: why it may not be used. */
export type Refused = ReadonlyMap<string, Why>;

type Recorded = Pick<Route, "candidates" | "excluded" | "unlisted" | "estimate">;

export function recordModels(
  usable: readonly Usable[],
  refused: Refused,
  signals: Pick<Signals, "of">,
): Recorded {
  const candidates = usable.slice(0, MOST_LISTED).map((one) => recordCandidate(one, signals));
  const excluded: Exclusion[] = [];
  for (const [model, why] of refused) {
    if (excluded.length === MOST_LISTED) break;
    excluded.push({ model, why: why() });
  }
  const unlisted = {
    candidates: usable.length - candidates.length,
    excluded: refused.size - excluded.length,
  };
  const first = usable[0]?.ranked.model;
  return {
    candidates,
    ...(excluded.length > 0 && { excluded }),
    ...(unlisted.candidates + unlisted.excluded > 0 && { unlisted }),
    ...(first && { estimate: estimateOf(first) }),
  };
}

function recordCandidate(
  { ranked, alias, pool, queue }: Usable,
  signals: Pick<Signals, "of">,
): Candidate {
  const { model, score, reason, arm } = ranked;
  const seen = signals.of(model.model);
  return {
    model: model.model,
    alias,
    score: roundScore(score),
    reason: inWords(reason),
    ...(arm !== undefined && { arm }),
    ...(seen && { signals: recordSignals(seen) }),
    ...recoveryOf(pool),
    ...knownOf(model),
    ...present("queue", queue),
  };
}

function estimateOf({
  inputTokens,
  outputTokens,
  isEstimate,
  expectedNanoUsd,
}: Considered): RouteEstimate {
  return {
    inputTokens,
    outputTokens,
    ...(expectedNanoUsd !== undefined && { costNanoUsd: expectedNanoUsd }),
    ...(isEstimate && { isEstimate: true as const }),
  };
}

/** Six digits tell candidates apart; all of a floating-point number would be kept in every history. */
function roundScore(score: number): number {
  return Number(score.toPrecision(6));
}

const LONGEST_REASON = 200;

/** A router's own words: it must not cost a run when it finds none. */
function inWords(reason: RankedModel["reason"]): string {
  try {
    const words: unknown = typeof reason === "function" ? reason() : reason;
    return typeof words === "string" ? words.slice(0, LONGEST_REASON) : "";
  } catch {
    return "its router gave no reason";
  }
}

function recordSignals(seen: ModelSignals): SeenSignals {
  const { firstTokenMs, durationMs, tokensPerSecond, headroom, breaker, blockedUntil } = seen;
  return {
    calls: round(seen.calls, 1) ?? 0,
    successRate: round(seen.successRate, 3) ?? 0,
    ...present("firstTokenMs", round(firstTokenMs?.p50, 0)),
    ...present("durationMs", round(durationMs?.p50, 0)),
    ...present("tokensPerSecond", round(tokensPerSecond?.p50, 1)),
    ...present("headroom", round(headroom, 3)),
    ...(breaker !== "closed" && { breaker }),
    ...(breaker === "closed" && blockedUntil !== undefined && { isBusy: true as const }),
  };
}

/** JSON knows neither NaN nor the endless. */
function round(number: number | undefined, decimals: number): number | undefined {
  if (number === undefined || !Number.isFinite(number)) return undefined;
  const scale = 10 ** decimals;
  return Math.round(number * scale) / scale;
}

function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [N in Name]?: Value } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A computed name is a string to the compiler.
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: Value };
}

/** An empty list says something else than none: nothing is tried again. */
function recoveryOf({ retryOn, fallbackOn }: ModelPool): RecoveryPolicy {
  return { ...present("retryOn", retryOn), ...present("fallbackOn", fallbackOn) };
}

interface KnownOf {
  readonly price?: ModelPrice;
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly jsonSchema?: boolean;
}

/** What the workflow goes by; what else is known of a model stays out of its history. */
function knownOf({ price, capabilities }: Considered): KnownOf {
  const { contextWindow, maxOutputTokens, jsonSchema } = capabilities;
  return {
    ...present("price", price),
    ...present("contextWindow", contextWindow),
    ...present("maxOutputTokens", maxOutputTokens),
    ...present("jsonSchema", jsonSchema),
  };
}
