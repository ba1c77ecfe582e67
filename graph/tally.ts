/** Sums of calls, tokens and money, as `estimate` needs them. Exact: money is whole nano-dollars. */

export interface Tally {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In 10⁻⁹ USD. `undefined`: a price is not known. */
  readonly costNanoUsd: bigint | undefined;
}

/** A tally for people and programs. Means are rounded up to whole calls and tokens. */
export interface Figures {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In 10⁻⁹ USD, a whole number. Absent: a price is not known. */
  readonly costNanoUsd?: number;
}

export const NOTHING: Tally = { calls: 0, inputTokens: 0, outputTokens: 0, costNanoUsd: 0n };

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, tally) => ({
      calls: sum.calls + tally.calls,
      inputTokens: sum.inputTokens + tally.inputTokens,
      outputTokens: sum.outputTokens + tally.outputTokens,
      costNanoUsd: addCosts(sum.costNanoUsd, tally.costNanoUsd),
    }),
    NOTHING,
  );
}

/** `factor`: a whole number, not below 0. */
export function timesTally(tally: Tally, factor: number): Tally {
  if (factor === 0) return NOTHING;
  const { calls, inputTokens, outputTokens, costNanoUsd } = tally;
  return {
    calls: calls * factor,
    inputTokens: inputTokens * factor,
    outputTokens: outputTokens * factor,
    costNanoUsd: costNanoUsd === undefined ? undefined : costNanoUsd * BigInt(factor),
  };
}

/** The smallest, the mean and the largest in each of the figures by itself. */
export function betweenTallies(
  tallies: readonly Tally[],
): Readonly<Record<"smallest" | "mean" | "largest", Tally>> {
  const pick = (choose: (numbers: readonly number[]) => number): Omit<Tally, "costNanoUsd"> => ({
    calls: choose(tallies.map(({ calls }) => calls)),
    inputTokens: choose(tallies.map(({ inputTokens }) => inputTokens)),
    outputTokens: choose(tallies.map(({ outputTokens }) => outputTokens)),
  });
  const costs = tallies.map(({ costNanoUsd }) => costNanoUsd);
  const known = costs.filter((cost) => cost !== undefined).toSorted(compare);
  const isKnown = known.length === costs.length;
  const total = known.reduce((sum, cost) => sum + cost, 0n);
  const count = BigInt(tallies.length);
  const money = (cost: bigint | undefined): Pick<Tally, "costNanoUsd"> => ({
    costNanoUsd: isKnown ? cost : undefined,
  });
  return {
    smallest: { ...pick((numbers) => Math.min(...numbers)), ...money(known[0]) },
    mean: { ...pick(roundedMean), ...money((total + count - 1n) / count) },
    largest: { ...pick((numbers) => Math.max(...numbers)), ...money(known.at(-1)) },
  };
}

/** The tally with money as a plain number. */
export function asFigures({ costNanoUsd, ...counts }: Tally): Figures {
  return costNanoUsd === undefined ? counts : { ...counts, costNanoUsd: Number(costNanoUsd) };
}

function addCosts(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : Number(one > other);
}

function roundedMean(numbers: readonly number[]): number {
  return Math.ceil(numbers.reduce((sum, number) => sum + number, 0) / numbers.length);
}
