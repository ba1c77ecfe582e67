/** Draws hold their shares, starve nobody, and are the same for the same seed. */

import * as fc from "fast-check";
import { drawBetas } from "../../../plugins/chance/beta.ts";
import { exp, toExponential } from "../../../plugins/chance/exp-and-log.ts";
import { mixBits, toUnit } from "../../../plugins/chance/seeded-random.ts";
import { balanced } from "../../../plugins/routers/balanced.ts";
import { bandit } from "../../../plugins/routers/bandit.ts";
import { experiment } from "../../../plugins/routers/experiment.ts";
import { sticky } from "../../../plugins/routers/sticky.ts";
import { weighted } from "../../../plugins/routers/weighted.ts";
import {
  candidates,
  countFirsts,
  order,
  rank,
  reasonOf,
  request,
  seen,
  signals,
  tolerance,
} from "./world.ts";

const SEEDS = 5_000;
const few = { numRuns: 8 };

describe("weighted", () => {
  it("holds its shares within binomial error", () => {
    const shares = fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 6 })
      .filter((list) => list.some(Boolean));
    fc.assert(
      fc.property(shares, (list) => {
        const router = weighted({
          shares: Object.fromEntries(list.map((share, at) => [`acme/${at}`, share])),
        });
        const sum = list.reduce((total, share) => total + share, 0);

        const firsts = countFirsts(router, candidates(list), SEEDS);

        for (const [at, share] of list.entries()) {
          const off = Math.abs((firsts.get(`acme/${at}`) ?? 0) - (SEEDS * share) / sum);
          expect(off).toBeLessThanOrEqual(tolerance(SEEDS, share / sum));
        }
      }),
      few,
    );
  });

  it("shares what a lost model had among the others, and puts those without a share last", () => {
    const router = weighted({ shares: { "acme/0": 5, "acme/1": 3, "acme/2": 1 } });
    const left = candidates([1, 1, 1, 1]).slice(1);

    const firsts = countFirsts(router, left, SEEDS);

    expect(Math.abs((firsts.get("acme/1") ?? 0) - SEEDS * 0.75)).toBeLessThan(
      tolerance(SEEDS, 0.75),
    );
    expect(firsts.get("acme/3")).toBe(0);
    expect(reasonOf(rank(router, request(1), left, signals()), 2)).toBe("has no share: a fallback");
  });
});

describe("experiment", () => {
  const arms = {
    control: { share: 3, models: ["acme/0"] },
    test: { share: 1, models: ["acme/2", "acme/1"] },
  };
  const list = candidates([1, 1, 1]);
  const armOf = (name: string, run: string): string | undefined =>
    rank(experiment({ name, arms }), request(1, { run }), list, signals())[0]?.arm;

  it("holds its shares within binomial error, and keeps a run in its arm", () => {
    const runs = Array.from({ length: SEEDS }, (_, at) => `ticket-${at}`);

    const drawn = runs.map((run) => armOf("e", run));

    const tests = drawn.filter((arm) => arm === "test").length;
    expect(Math.abs(tests - SEEDS / 4)).toBeLessThan(tolerance(SEEDS, 1 / 4));
    expect(runs.slice(0, 200).map((run) => armOf("e", run))).toEqual(drawn.slice(0, 200));
  });

  it("draws each experiment by itself", () => {
    const runs = Array.from({ length: SEEDS }, (_, at) => `ticket-${at}`);

    const both = runs.filter(
      (run) => armOf("e", run) === "test" && armOf("f", run) === "test",
    ).length;

    expect(Math.abs(both - SEEDS / 16)).toBeLessThan(tolerance(SEEDS, 1 / 16));
  });

  it("puts the arm's models first, in their order, and records the arm with all", () => {
    const run = Array.from({ length: 50 }, (_, at) => `ticket-${at}`).find(
      (one) => armOf("e", one) === "test",
    );

    const ranked = rank(experiment({ name: "e", arms }), request(1, { run }), list, signals());

    expect(order(ranked)).toEqual(["acme/2", "acme/1", "acme/0"]);
    expect(ranked.map(({ arm }) => arm)).toEqual(["test", "test", "test"]);
    expect(reasonOf(ranked, 2)).toBe("not of the arm: a fallback");
  });

  it("names the arm of an experiment within an arm", () => {
    const inner = experiment({ name: "inner", arms: { only: { share: 1, models: ["acme/1"] } } });
    const outer = experiment({ name: "outer", arms: { a: { share: 1, router: inner } } });

    expect(rank(outer, request(1), list, signals())[0]).toMatchObject({
      arm: "a/only",
      candidate: list[1],
    });
  });
});

describe("sticky", () => {
  const keys = Array.from({ length: 3_000 }, (_, at) => `user-${at}`);
  const list = candidates([1, 1, 1, 1, 1]);
  const modelOf = (key: string, among = list, router = sticky()): string =>
    order(rank(router, request(7, { key }), among, signals()))[0] ?? "";

  it("moves only the keys of a model that goes away, evenly to the others", () => {
    fc.assert(
      fc.property(fc.nat({ max: 4 }), (gone) => {
        const before = keys.map((key) => modelOf(key));
        const left = list.filter(({ position }) => position !== gone);
        const after = keys.map((key) => modelOf(key, left));

        const moved = [...keys.keys()].filter((at) => before[at] !== after[at]);
        expect(moved.every((at) => before[at] === `acme/${gone}`)).toBe(true);
        expect(Math.abs(moved.length - keys.length / 5)).toBeLessThan(
          tolerance(keys.length, 1 / 5),
        );
        for (const { model } of left) {
          const gained = moved.filter((at) => after[at] === model).length;
          expect(Math.abs(gained - moved.length / 4)).toBeLessThan(tolerance(moved.length, 1 / 4));
        }
      }),
      few,
    );
  });

  it("gives models their weights of the keys", () => {
    const router = sticky({ weights: { "acme/0": 4, "acme/1": 0 } });

    const own = keys.map((key) => modelOf(key, list, router));

    const ofFirst = own.filter((model) => model === "acme/0").length;
    expect(Math.abs(ofFirst - (keys.length * 4) / 7)).toBeLessThan(tolerance(keys.length, 4 / 7));
    expect(own).not.toContain("acme/1");
  });
});

describe("balanced", () => {
  const equal = candidates([100, 100, 100, 100]);

  it("spreads over models that are equal", () => {
    const firsts = countFirsts(balanced(), equal, SEEDS);

    for (const count of firsts.values()) {
      expect(Math.abs(count - SEEDS / 4)).toBeLessThan(tolerance(SEEDS, 1 / 4));
    }
  });

  it("prefers what is cheap, quick and good, and starves nobody", () => {
    const models = {
      "acme/0": seen(100, 100),
      "acme/1": seen(100, 100),
      "acme/2": seen(2_000, 20),
      "acme/3": seen(100, 100),
    };
    const router = balanced({ qualityOf: { "acme/3": 0.3, "acme/*": 0.9 } });

    const firsts = countFirsts(router, candidates([100, 300, 100, 100]), SEEDS, signals(models));

    const [best = 0, ...others] = [...firsts.values()];
    for (const count of others) {
      expect(count).toBeLessThan(best * 0.75);
      expect(count).toBeGreaterThan(0);
    }
  });

  it("goes by rewards where nothing is said of the quality, else by what succeeds", () => {
    const quality = { cost: 0, latency: 0, quality: 1 };
    const models = {
      "acme/0": seen(1, 1, { successRate: 1 }),
      "acme/1": seen(1, 1, { successRate: 0.5 }),
    };
    const rewards = { "acme/0": { count: 98, sum: 19 }, "acme/1": { count: 98, sum: 89 } };
    const list = candidates([1, 1]);

    const bySuccess = countFirsts(balanced(quality), list, 500, signals(models));
    const byReward = countFirsts(balanced(quality), list, 500, signals(models, rewards));

    expect(bySuccess.get("acme/0")).toBeGreaterThan(400);
    expect(byReward.get("acme/1")).toBeGreaterThan(450);
  });
});

describe("bandit", () => {
  it("comes to prefer the better model, and goes on trying the other", () => {
    const truth = [0.55, 0.8];
    const rewards = { "acme/0": { count: 0, sum: 0 }, "acme/1": { count: 0, sum: 0 } };
    const firsts: string[] = [];
    for (let seed = 0; seed < 1_500; seed += 1) {
      const [first] = rank(bandit(), request(seed), candidates([1, 1]), signals({}, rewards));
      const model = first?.candidate.model === "acme/1" ? "acme/1" : "acme/0";
      firsts.push(model);
      rewards[model].count += 1;
      rewards[model].sum += Number(
        toUnit(mixBits(seed)) < (truth[first?.candidate.position ?? 0] ?? 0),
      );
    }

    const late = firsts.slice(-500);

    expect(late.filter((model) => model === "acme/1").length).toBeGreaterThan(450);
    expect(firsts.filter((model) => model === "acme/0").length).toBeGreaterThan(5);
  });

  it("holds models of which nothing is known for equal, unless they cost", () => {
    const list = candidates([100, 1_000, undefined]);

    const free = countFirsts(bandit(), list, SEEDS);
    const dear = countFirsts(bandit({ cost: 0.5 }), list, SEEDS);

    for (const count of free.values()) {
      expect(Math.abs(count - SEEDS / 3)).toBeLessThan(tolerance(SEEDS, 1 / 3));
    }
    expect(dear.get("acme/0")).toBeGreaterThan(SEEDS * 0.6);
    expect(Math.min(...dear.values())).toBeGreaterThan(0);
  });
});

describe("drawBetas", () => {
  it.each([
    [1, 1],
    [1, 4],
    [3, 1],
    [0.5, 0.5],
    [0.3, 7],
    [1.5, 1.2],
    [2.5, 40],
    [3, 3],
    [3, 90],
    [12, 5],
    [200, 300],
    [0.05, 2],
  ])("has the mean and the spread of Beta(%p, %p)", (alpha, beta) => {
    const count = 20_000;
    const sum = alpha + beta;
    const mean = alpha / sum;
    const variance = (alpha * beta) / (sum * sum * (sum + 1));

    const drawn = drawBetas(
      new Float64Array(count).fill(alpha),
      new Float64Array(count).fill(beta),
      7,
    );

    const drawnMean = drawn.reduce((total, value) => total + value, 0) / count;
    const drawnVariance =
      drawn.reduce((total, value) => total + (value - drawnMean) ** 2, 0) / count;
    expect(drawn.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.abs(drawnMean - mean)).toBeLessThan(
      6 * Math.sqrt(variance / count) + Math.sqrt(variance) / 100,
    );
    expect(Math.abs(Math.sqrt(drawnVariance / variance) - 1)).toBeLessThan(
      alpha < 0.1 ? 0.15 : 0.05,
    );
  });

  // Of whole parameters, the share below a number is that of binomial draws with at least `alpha` hits.
  it.each([
    [2, 2],
    [2, 9],
    [2, 60],
    [3, 3],
    [3, 90],
    [90, 3],
    [5, 40],
    [30, 20],
  ])("has as much below any number as Beta(%p, %p), but for what is stated", (alpha, beta) => {
    const count = 40_000;
    const stated = 0.008;

    const drawn = drawBetas(
      new Float64Array(count).fill(alpha),
      new Float64Array(count).fill(beta),
      11,
    ).toSorted();

    const furthest = drawn.reduce(
      (most, value, at) =>
        Math.max(most, Math.abs((at + 0.5) / count - shareBelow(value, alpha, beta))),
      0,
    );
    // A thousandth of all samples would be further away than the second part.
    expect(furthest).toBeLessThan(stated + 1.95 / Math.sqrt(count));
  });
});

function shareBelow(value: number, alpha: number, beta: number): number {
  const tries = alpha + beta - 1;
  let chance = (1 - value) ** tries;
  let below = 0;
  for (let hits = 0; hits <= tries; hits += 1) {
    if (hits >= alpha) below += chance;
    chance *= ((tries - hits) / (hits + 1)) * (value / (1 - value));
  }
  return below;
}

describe("exponentials and logarithms out of tables", () => {
  it("are those of Math to eleven digits", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (exponent) => {
        expect(Math.abs(exp(exponent) / Math.exp(exponent) - 1)).toBeLessThan(1e-11);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (bits) => {
        expect(Math.abs(toExponential(bits) + Math.log(toUnit(bits)))).toBeLessThan(1e-11);
      }),
      { examples: [[0], [1], [2 ** 31 - 1], [2 ** 31], [2 ** 32 - 2], [2 ** 32 - 1]] },
    );
  });

  it("are above 0 whatever the bits, and neither 0 nor endless whatever the exponent", () => {
    const drawn = [0, 2 ** 31 - 1, 2 ** 32 - 256, 2 ** 32 - 1].map(toExponential);

    expect(Math.min(...drawn)).toBeGreaterThan(0);
    expect(exp(-Infinity)).toBeGreaterThan(0);
    expect(exp(Infinity)).toBeLessThan(Infinity);
  });
});
