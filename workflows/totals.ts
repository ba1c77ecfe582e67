/** Adds up what a run has used. Pure. */

import type { Attempt, Totals } from "./run-record.ts";

/** Of a run that has called nothing. */
export const NO_TOTALS: Totals = addUp([]);

/** Sums of two parts of a run, or of a run and another one that it started. */
export function addTotals(one: Totals, other: Totals): Totals {
  return {
    spentNanoUsd: one.spentNanoUsd + other.spentNanoUsd,
    wastedNanoUsd: one.wastedNanoUsd + other.wastedNanoUsd,
    unusedNanoUsd: one.unusedNanoUsd + other.unusedNanoUsd,
    mayBeBilledNanoUsd: one.mayBeBilledNanoUsd + other.mayBeBilledNanoUsd,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    callsWithoutPrice: one.callsWithoutPrice + other.callsWithoutPrice,
    attempts: one.attempts + other.attempts,
    failures: one.failures + other.failures,
    callMs: one.callMs + other.callMs,
    fallbacks: one.fallbacks + other.fallbacks,
    models: [...new Set([...one.models, ...other.models])],
  };
}

/** Sums of attempts. What was not called counts for nothing: it is an entry of the record, and no call. */
export function addUp(all: readonly Attempt[]): Totals {
  const attempts = all.filter(({ notCalled }) => !notCalled);
  const answered = attempts.filter(({ status }) => status === "completed");
  const useless = attempts.filter(({ status }) => status === "failed" || status === "cancelled");
  return {
    spentNanoUsd: sum(attempts, cost),
    wastedNanoUsd: sum(useless, cost),
    unusedNanoUsd: sum(
      answered.filter(({ isUsed }) => isUsed === false),
      cost,
    ),
    mayBeBilledNanoUsd: sum(
      attempts.filter(({ mayBeBilled }) => mayBeBilled),
      cost,
    ),
    inputTokens: sum(attempts, ({ inputTokens }) => inputTokens),
    outputTokens: sum(attempts, ({ outputTokens }) => outputTokens),
    callsWithoutPrice: attempts.filter(isUnpriced).length,
    attempts: attempts.length,
    failures: attempts.filter(({ status }) => status === "failed").length,
    callMs: sum(attempts, ({ durationMs }) => durationMs),
    fallbacks: new Set(answered.filter(isByFallback).map(({ step }) => step)).size,
    models: [...new Set(answered.map(({ model }) => model))],
  };
}

function sum(attempts: readonly Attempt[], read: (attempt: Attempt) => number | undefined): number {
  return attempts.reduce((total, attempt) => total + (read(attempt) ?? 0), 0);
}

function cost({ costNanoUsd }: Attempt): number | undefined {
  return costNanoUsd;
}

/** Going up a cascade, or asking several, is as planned: only what was asked because another failed counts. */
function isByFallback({ fallback, plan, isStandIn, isUsed = true }: Attempt): boolean {
  return plan === undefined ? fallback > 0 : isUsed && isStandIn === true;
}

function isUnpriced({ inputTokens, costNanoUsd }: Attempt): boolean {
  return inputTokens !== undefined && costNanoUsd === undefined;
}
