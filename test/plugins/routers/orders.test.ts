import * as fc from "fast-check";
import { sortIndexes } from "../../../plugins/ranking/sort-indexes.ts";
import { cheapest } from "../../../plugins/routers/cheapest.ts";
import { fallback } from "../../../plugins/routers/fallback.ts";
import { fastest } from "../../../plugins/routers/fastest.ts";
import { learned } from "../../../plugins/routers/learned.ts";
import { priority } from "../../../plugins/routers/priority.ts";
import { when } from "../../../plugins/routers/when.ts";
import { candidates, countFirsts, order, rank, reasonOf, request, seen, signals } from "./world.ts";

describe("sortIndexes", () => {
  const score = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    // Close to each other, and equal.
    fc.integer({ min: -3, max: 3 }).map((step) => 1 + step * Number.EPSILON),
    fc.constantFrom(0, -0, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE),
  );

  it("sorts as the engine does, equals by position", () => {
    fc.assert(
      fc.property(fc.array(score, { maxLength: 1_200 }), (scores) => {
        const expected = [...scores.keys()].toSorted(
          (one, other) =>
            Number(scores[one]! < scores[other]!) - Number(scores[one]! > scores[other]!) ||
            one - other,
        );

        expect([...sortIndexes(Float64Array.from(scores))]).toEqual(expected);
      }),
    );
  });
});

describe("priority", () => {
  it("keeps the order of the alias, however the candidates come", () => {
    const list = candidates([3, 2, 1]).toReversed();

    expect(order(rank(priority(), request(1), list, signals()))).toEqual([
      "acme/0",
      "acme/1",
      "acme/2",
    ]);
  });
});

describe("cheapest", () => {
  it("puts a price that is not known last, and equals by position", () => {
    const ranked = rank(
      cheapest(),
      request(1),
      candidates([undefined, 5e6, 400, 400, undefined]),
      signals(),
    );

    expect(order(ranked)).toEqual(["acme/2", "acme/3", "acme/1", "acme/0", "acme/4"]);
    expect([0, 2, 3].map((place) => reasonOf(ranked, place))).toEqual([
      "expected to cost $0.0000004",
      "expected to cost $0.005",
      "its price is not known",
    ]);
  });

  it("never puts a dearer one before a cheaper one", () => {
    const cost = fc.option(fc.integer({ min: 0, max: 2 ** 48 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(cost, { maxLength: 50 }), fc.nat(), (costs, seed) => {
        const ranked = rank(cheapest(), request(seed), candidates(costs), signals());
        const ordered = ranked.map(({ candidate }) => candidate.expectedNanoUsd ?? Infinity);

        expect(ordered).toEqual(
          ordered.toSorted((one, other) => (one === other ? 0 : one - other)),
        );
      }),
    );
  });
});

describe("reasons", () => {
  it("are their own of the first hundred, and say of the others where they stand", () => {
    const list = candidates(Array.from({ length: 101 }, (_, at) => 1e6 + at));

    const ranked = rank(cheapest(), request(1), list, signals());

    expect([0, 99, 100].map((place) => reasonOf(ranked, place))).toEqual([
      "expected to cost $0.001",
      "expected to cost $0.001",
      "behind 100 others by its score",
    ]);
  });
});

describe("fastest", () => {
  const list = candidates([1, 1, 1]);

  it("adds the time of writing to that of the first token", () => {
    const models = {
      "acme/0": seen(100, 20),
      "acme/1": seen(900, 200),
      "acme/2": seen(3_000, 100),
    };

    const ranked = rank(fastest(), request(1), list, signals(models));

    expect(order(ranked)).toEqual(["acme/1", "acme/2", "acme/0"]);
    expect(reasonOf(ranked)).toBe("expected in 1.4 s");
  });

  it("compares by the first token where writing weighs nothing", () => {
    const models = {
      "acme/0": seen(100, 20),
      "acme/1": seen(900, 200),
      "acme/2": seen(3_000, 100),
    };

    const ranked = rank(fastest({ weights: { writing: 0 } }), request(1), list, signals(models));

    expect(order(ranked)).toEqual(["acme/0", "acme/1", "acme/2"]);
  });

  it("compares by slow calls where they are feared", () => {
    const models = {
      "acme/0": seen(100, 100, { durationMs: { p50: 1_000, p95: 9_000 } }),
      "acme/1": seen(400, 100, { durationMs: { p50: 1_000, p95: 1_100 } }),
      "acme/2": seen(5_000, 100, { durationMs: { p50: 1_000, p95: 1_100 } }),
    };

    const [usual, slow] = (["p50", "p95"] as const).map((percentile) =>
      order(rank(fastest({ percentile }), request(1), list, signals(models))),
    );

    expect(usual).toEqual(["acme/0", "acme/1", "acme/2"]);
    expect(slow).toEqual(["acme/1", "acme/0", "acme/2"]);
  });

  it("tries models that were not called lately as often as it is told, each of them", () => {
    const models = { "acme/0": seen(100, 100) };

    const firsts = countFirsts(fastest({ explore: 0.1 }), list, 4_000, signals(models));

    expect(firsts.get("acme/1")).toBeGreaterThan(130);
    expect(firsts.get("acme/2")).toBeGreaterThan(130);
    expect(firsts.get("acme/0")).toBeGreaterThan(3_500);
  });

  it("tries again what has faded, and nothing that is broken or has never answered", () => {
    const models = {
      "acme/0": seen(100, 100),
      "acme/1": seen(9_000, 1, { calls: 0.5 }),
      "acme/2": seen(100, 100, { calls: 0, breaker: "open" }),
      "acme/3": { calls: 5, successRate: 0, failures: { timeout: 5 }, breaker: "closed" },
    } as const;

    const firsts = countFirsts(
      fastest({ explore: 1 }),
      candidates([1, 1, 1, 1]),
      50,
      signals(models),
    );
    const [last] = order(
      rank(fastest(), request(1), candidates([1, 1, 1, 1]), signals(models)),
    ).slice(-1);

    expect(firsts.get("acme/1")).toBe(50);
    expect(last).toBe("acme/3");
  });
});

describe("learned", () => {
  const chances = [0.9, 0.8, 0.2, Number.NaN];
  const scorer = {
    predict: (_request: unknown, { position }: { position: number }) => chances[position] ?? 2,
  };
  const list = candidates([900, 100, 1, 1, 1]);

  it("puts the likeliest first, and what makes no sense last", () => {
    const ranked = rank(learned({ scorer }), request(1), list, signals());

    expect(order(ranked)).toEqual(["acme/0", "acme/1", "acme/2", "acme/3", "acme/4"]);
    expect(reasonOf(ranked)).toBe("predicted to do with a chance of 90 %");
  });

  it("puts the cheapest of those that reach the minimum first", () => {
    const ranked = rank(learned({ scorer, minimum: 0.7 }), request(1), list, signals());

    expect(order(ranked).slice(0, 3)).toEqual(["acme/1", "acme/0", "acme/2"]);
    expect(reasonOf(ranked, 2)).toMatch(/less than 70 %/);
  });
});

describe("combinators", () => {
  it("ask the next router when one has no opinion", () => {
    const router = fallback(
      when(({ key }) => key === "poor", cheapest()),
      priority(),
    );
    const list = candidates([9, 1]);

    const poor = rank(router, request(1, { key: "poor" }), list, signals());
    const rich = rank(router, request(1, { key: "rich" }), list, signals());

    expect([order(poor)[0], order(rich)[0]]).toEqual(["acme/1", "acme/0"]);
    expect(router.id).toBe("fallback(when(cheapest), priority)");
  });

  it("have no opinion when no router of theirs has one", () => {
    const router = fallback(when(() => false, cheapest()));

    expect(router.rank(request(1), candidates([1]), signals())).toBeUndefined();
  });
});
