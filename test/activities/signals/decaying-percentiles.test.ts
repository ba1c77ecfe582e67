import { array, assert, double, integer, property } from "fast-check";
import { HEALTH_HALF_LIFE_MS } from "../../../activities/signals/decay.ts";
import { DecayingPercentiles } from "../../../activities/signals/decaying-percentiles.ts";

const MINUTE_MS = 60_000;

/** The least value up to which such a share of all lies. */
function exact(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * share) - 1]!;
}

function seen(values: readonly number[], at = 0): DecayingPercentiles {
  const percentiles = new DecayingPercentiles(HEALTH_HALF_LIFE_MS);
  for (const value of values) percentiles.add(value, at);
  return percentiles;
}

function errorOf(read: number | undefined, wanted: number): number {
  return Math.abs((read ?? Number.NaN) - wanted) / wanted;
}

it("gives nothing of nothing", () => {
  expect(new DecayingPercentiles(HEALTH_HALF_LIFE_MS).read()).toBeUndefined();
});

it("is within 5 % of the exact percentiles of any values", () => {
  const values = array(double({ min: 0.02, max: 5_000_000, noNaN: true }), {
    minLength: 1,
    maxLength: 300,
  });
  const isNear = property(values, (list) => {
    const read = seen(list).read();

    expect(errorOf(read?.p50, exact(list, 0.5))).toBeLessThan(0.05);
    expect(errorOf(read?.p95, exact(list, 0.95))).toBeLessThan(0.05);
  });

  assert(isNear, { seed: 20_261_125, numRuns: 500 });
});

it("stays within 5 % on a stationary stream, for hours", () => {
  const percentiles = new DecayingPercentiles(HEALTH_HALF_LIFE_MS);
  const values = Array.from({ length: 1_000 }, (_, index) => 100 + ((index * 7_919) % 1_000));

  for (let call = 0; call < 40_000; call++) percentiles.add(values[call % 1_000]!, call * 1_000);

  expect(errorOf(percentiles.read()?.p50, exact(values, 0.5))).toBeLessThan(0.05);
  expect(errorOf(percentiles.read()?.p95, exact(values, 0.95))).toBeLessThan(0.05);
});

it("follows a shift: after three half-lives, the median is the new one", () => {
  const percentiles = new DecayingPercentiles(HEALTH_HALF_LIFE_MS);

  for (let call = 0; call < 3_600; call++) percentiles.add(200, call * 1_000);
  for (let call = 0; call < 900; call++) percentiles.add(2_000, (3_600 + call) * 1_000);

  expect(errorOf(percentiles.read()?.p50, 2_000)).toBeLessThan(0.05);
});

it("forgets what is days old beside one new value", () => {
  const percentiles = seen(Array.from({ length: 1_000 }, () => 10));

  percentiles.add(5_000, 3 * 24 * 60 * MINUTE_MS);

  expect(errorOf(percentiles.read()?.p50, 5_000)).toBeLessThan(0.05);
});

it("takes zero, the endless and what is no number for the ends of its range", () => {
  const read = seen([0, Number.NaN, -1, Infinity, Infinity, Infinity, Infinity]).read();

  expect(read?.p50).toBeGreaterThan(1e6);
  expect(read?.p95).toBeLessThan(1e8);
});

it("can be carried elsewhere, and reads the same there", () => {
  const carries = property(array(integer({ min: 1, max: 100_000 }), { minLength: 1 }), (list) => {
    const here = seen(list);
    const there = new DecayingPercentiles(HEALTH_HALF_LIFE_MS);

    there.addWeights(here.weightsAt(MINUTE_MS), MINUTE_MS);

    expect(there.weightsAt(MINUTE_MS)).toEqual(here.weightsAt(MINUTE_MS));
    expect(errorOf(there.read()?.p50, exact(list, 0.5))).toBeLessThan(0.05);
  });

  assert(carries, { seed: 20_261_125, numRuns: 200 });
});
