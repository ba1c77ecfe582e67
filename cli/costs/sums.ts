/** Adds charges up by what they have in common: exactly, whatever the order. */

import type { Charge } from "./charges.ts";

export const GROUPINGS = ["model", "graph", "workspace", "day"] as const;

export type Grouping = (typeof GROUPINGS)[number];

export interface Sums {
  readonly calls: number;
  readonly failedCalls: number;
  /** Calls whose price is not known. They are in no cost. */
  readonly unpricedCalls: number;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  readonly costNanoUsd: bigint;
  /** Part of the cost: of calls of which nothing came. */
  readonly wastedNanoUsd: bigint;
  /** Part of the cost: the most that may be billed of calls that were cut off. */
  readonly uncertainNanoUsd: bigint;
}

export interface CostRow extends Sums {
  readonly key: string;
}

export interface CostReport {
  readonly by: Grouping;
  readonly rows: readonly CostRow[];
  readonly total: Sums;
}

const NOTHING: Sums = {
  calls: 0,
  failedCalls: 0,
  unpricedCalls: 0,
  inputTokens: 0n,
  outputTokens: 0n,
  costNanoUsd: 0n,
  wastedNanoUsd: 0n,
  uncertainNanoUsd: 0n,
};

/** Days in their order; all else by cost, the dearest first. */
export function toReport(by: Grouping, groups: ReadonlyMap<string, Sums>): CostReport {
  const rows = [...groups].map(([key, sums]) => ({ key, ...sums }));
  return {
    by,
    rows: rows.toSorted(by === "day" ? byKey : byCost),
    total: rows.reduce<Sums>(addSums, NOTHING),
  };
}

export function addTo(groups: Map<string, Sums>, key: string, sums: Sums): void {
  groups.set(key, addSums(groups.get(key) ?? NOTHING, sums));
}

export function sumsOf(charge: Charge): Sums {
  const { costNanoUsd = 0n, hasFailed, isUnpriced, isWasted, mayBeBilled } = charge;
  return {
    calls: 1,
    failedCalls: hasFailed ? 1 : 0,
    unpricedCalls: isUnpriced ? 1 : 0,
    inputTokens: BigInt(charge.inputTokens),
    outputTokens: BigInt(charge.outputTokens),
    costNanoUsd,
    wastedNanoUsd: isWasted ? costNanoUsd : 0n,
    uncertainNanoUsd: mayBeBilled ? costNanoUsd : 0n,
  };
}

function addSums(one: Sums, other: Sums): Sums {
  return {
    calls: one.calls + other.calls,
    failedCalls: one.failedCalls + other.failedCalls,
    unpricedCalls: one.unpricedCalls + other.unpricedCalls,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    costNanoUsd: one.costNanoUsd + other.costNanoUsd,
    wastedNanoUsd: one.wastedNanoUsd + other.wastedNanoUsd,
    uncertainNanoUsd: one.uncertainNanoUsd + other.uncertainNanoUsd,
  };
}

function byKey(one: CostRow, other: CostRow): number {
  return one.key < other.key ? -1 : one.key > other.key ? 1 : 0;
}

function byCost(one: CostRow, other: CostRow): number {
  if (one.costNanoUsd === other.costNanoUsd) return other.calls - one.calls || byKey(one, other);
  return one.costNanoUsd > other.costNanoUsd ? -1 : 1;
}
