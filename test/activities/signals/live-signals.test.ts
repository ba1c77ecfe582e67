import { assert, asyncProperty, array, constantFrom, integer, record } from "fast-check";
import { createLiveSignals } from "../../../activities/signals/create-live-signals.ts";
import type { LiveSignals, ObservedCall } from "../../../activities/signals/live-signals.ts";
import type { FailureKind } from "../../../graph/failure-kinds.ts";
import type { SharedObservation, SignalExchange } from "../../../plugins/contract.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const place = { graph: "support", step: "draft" } as const;
const wanted = { tokens: 10, deadlineMs: 60_000 } as const;

/** Signals with a clock that the test sets. */
class World {
  now = 1_000_000;
  readonly signals: LiveSignals;

  constructor(options: Partial<Parameters<typeof createLiveSignals>[0]> = {}) {
    this.signals = createLiveSignals({ now: () => this.now, ...options });
  }

  replied(model: string, more: Partial<Extract<ObservedCall, { ok: true }>> = {}): void {
    this.signals.observe({ ...place, model, durationMs: 1_000, ok: true, ...more });
  }

  failed(model: string, kind: FailureKind, more: object = {}): void {
    this.signals.observe({ ...place, model, durationMs: 0, ok: false, kind, ...more });
  }

  failedOften(model: string, kind: FailureKind, times = 5): void {
    for (let call = 0; call < times; call++) this.failed(model, kind);
  }

  breakerOf(model: string): string | undefined {
    return this.signals.of(model)?.breaker;
  }
}

describe("the signals of a model", () => {
  it("are none before it was called", () => {
    const { signals } = new World();

    expect(signals.of("up/large")).toBeUndefined();
    expect(signals.models()).toEqual([]);
  });

  it("tell what its calls came to", () => {
    const world = new World();

    world.replied("up/large", { outputTokens: 50, costNanoUsd: 4_000, firstTokenMs: 200 });
    world.replied("up/large", { outputTokens: 50, costNanoUsd: 2_000, firstTokenMs: 200 });
    world.failed("up/large", "overloaded");
    world.failed("up/large", "invalid_output");

    const seen = world.signals.of("up/large");
    expect(seen).toMatchObject({ calls: 4, costNanoUsd: 3_000, breaker: "closed" });
    expect(seen?.failures).toEqual({ overloaded: 1, invalid_output: 1 });
    // A reply that does not fit says nothing of its health.
    expect(seen?.successRate).toBeCloseTo(2 / 3);
    expect(seen?.durationMs?.p50).toBeCloseTo(1_000, -2);
    expect(seen?.firstTokenMs?.p95).toBeCloseTo(200, -1.5);
    expect(seen?.tokensPerSecond?.p50).toBeCloseTo(50, -0.5);
    expect(seen).not.toHaveProperty("headroom");
    expect(seen).not.toHaveProperty("blockedUntil");
  });

  it("lose half of their weight in five minutes", () => {
    const world = new World();
    world.failed("up/large", "overloaded");

    world.now += 5 * MINUTE_MS;
    world.replied("up/large");

    expect(world.signals.of("up/large")).toMatchObject({
      calls: 1.5,
      failures: { overloaded: 0.5 },
    });
    expect(world.signals.of("up/large")?.successRate).toBeCloseTo(2 / 3);
  });

  it("are forgotten after an hour without a call", () => {
    const world = new World();
    world.replied("up/large");

    world.now += HOUR_MS + 1;

    expect(world.signals.of("up/large")).toBeUndefined();
    expect(world.signals.models()).toEqual([]);
  });

  it("are those of 10,000 models at most, of those called last", () => {
    const world = new World();

    for (let model = 0; model < 10_100; model++) world.replied(`up/m${model}`);

    expect(world.signals.models()).toHaveLength(10_000);
    expect(world.signals.of("up/m99")).toBeUndefined();
    expect(world.signals.of("up/m100")).toBeDefined();
  });

  it("have the headroom of what is most used up, until it is whole again", () => {
    const world = new World();
    world.replied("up/large", {
      limits: {
        requests: { limit: 100, remaining: 80, resetMs: 10_000 },
        tokens: { limit: 1_000, remaining: 100, resetMs: 2_000 },
      },
    });

    const headroom = [0, 3_000, 8_000].map((ms) => {
      world.now += ms;
      return world.signals.of("up/large")?.headroom;
    });

    expect(headroom).toEqual([0.1, 0.8, undefined]);
  });

  it("name the time before which its provider does not want to be called", () => {
    const world = new World();

    world.failed("up/large", "rate_limited", { retryAfterMs: 20_000 });

    expect(world.signals.of("up/large")).toMatchObject({
      breaker: "closed",
      blockedUntil: world.now + 20_000,
    });
  });

  it("do not count a call that was cancelled", () => {
    const world = new World();

    world.failedOften("up/large", "cancelled", 20);

    expect(world.signals.of("up/large")).toMatchObject({ calls: 0, breaker: "closed" });
  });

  it("do not hold a deadline against it that half of its answers would pass", () => {
    const world = new World();
    world.replied("up/large", { durationMs: 10_000 });

    for (let call = 0; call < 9; call++) {
      world.failed("up/large", "timeout", { durationMs: 500, isCutShort: true });
    }
    const before = world.breakerOf("up/large");
    for (let call = 0; call < 9; call++) {
      world.failed("up/large", "timeout", { durationMs: 30_000, isCutShort: true });
      world.now += 30_000;
    }

    expect([before, world.breakerOf("up/large")]).toEqual(["closed", "half-open"]);
  });
});

describe("the breaker of a provider", () => {
  it.each(["auth", "insufficient_credit"] as const)(
    "opens at once for %s, for all its models",
    async (kind) => {
      const world = new World();

      world.failed("up/large", kind);

      expect(world.signals.providerBreaker("up").breaker).toBe("open");
      expect(world.breakerOf("up/large")).toBe("open");
      // Also for one that was never called.
      expect(world.signals.of("up/small")).toMatchObject({ breaker: "open", calls: 0 });
      expect(await world.signals.admit({ model: "up/small", ...wanted })).toMatchObject({
        ok: false,
        kind: "unavailable",
        why: `the breaker of provider "up" is open after failures, the last of them "${kind}"; one call may try in 5 s`,
        retryAfterMs: 5_000,
      });
      expect(await world.signals.admit({ model: "other/small", ...wanted })).toEqual({ ok: true });
    },
  );

  it("stays closed where the key is good for others, and one model may not be used", () => {
    const world = new World();
    world.replied("up/small");

    world.failed("up/large", "auth");

    expect(world.breakerOf("up/large")).toBe("open");
    expect(world.breakerOf("up/small")).toBe("closed");
  });

  it("opens when the key stops being good for a model that it was good for", () => {
    const world = new World();
    world.replied("up/small");

    world.failed("up/small", "auth");

    expect(world.signals.providerBreaker("up").breaker).toBe("open");
  });

  it("opens when two of its models fail together", () => {
    const world = new World();

    world.failedOften("up/large", "unavailable", 3);
    const before = world.breakerOf("up/small");
    world.failedOften("up/medium", "timeout", 2);

    expect([before, world.breakerOf("up/small")]).toEqual([undefined, "open"]);
  });

  it("stays closed when one model fails alone, or with answers of others between", () => {
    const world = new World();

    world.failedOften("up/large", "unavailable", 9);
    world.replied("up/small");
    world.failedOften("up/medium", "unavailable", 4);

    expect(world.breakerOf("up/small")).toBe("closed");
    expect(world.breakerOf("up/large")).toBe("open");
  });
});

describe("leave to call", () => {
  it("is refused by an open breaker, says why, and when to ask again", async () => {
    const world = new World();
    world.failedOften("up/large", "overloaded");
    world.now += 1_500;

    const admission = await world.signals.admit({ model: "up/large", ...wanted });

    expect(admission).toEqual({
      ok: false,
      kind: "unavailable",
      why: 'its breaker is open after failures, the last of them "overloaded"; one call may try in 4 s',
      retryAfterMs: 3_500,
    });
  });

  it("is given to one call when the cool-down is over, and to all once that was answered", async () => {
    const world = new World();
    world.failedOften("up/large", "overloaded");
    world.now += 5_000;

    const [first, second] = await Promise.all([
      world.signals.admit({ model: "up/large", ...wanted }),
      world.signals.admit({ model: "up/large", ...wanted }),
    ]);
    world.replied("up/large", { durationMs: 0, ...(first.ok && first) });

    expect(first).toEqual({ ok: true, probe: 1 });
    expect(second).toMatchObject({ ok: false, isProbing: true, retryAfterMs: 1_000 });
    expect(world.breakerOf("up/large")).toBe("closed");
    expect(await world.signals.admit({ model: "up/large", ...wanted })).toEqual({ ok: true });
  });

  it("is given to another call when the probe was cancelled", async () => {
    const world = new World();
    world.failedOften("up/large", "overloaded");
    world.now += 5_000;
    await world.signals.admit({ model: "up/large", ...wanted });

    world.failed("up/large", "cancelled", { probe: 1 });

    expect(await world.signals.admit({ model: "up/large", ...wanted })).toEqual({
      ok: true,
      probe: 2,
    });
  });

  it("is reserved for one decision at a time", () => {
    const world = new World();
    const reserve = (): boolean => world.signals.reserveProbe("up/large");

    const closed = reserve();
    world.failedOften("up/large", "overloaded");
    const open = reserve();
    world.now += 5_000;
    const halfOpen = [reserve(), reserve()];
    world.now += 5_000;

    expect({ closed, open, halfOpen, later: reserve() }).toEqual({
      closed: true,
      open: false,
      halfOpen: [true, false],
      later: true,
    });
  });

  it("goes to at most one probe of a model and of its provider, whatever ends when", async () => {
    const moves = array(
      record({
        model: constantFrom("up/a", "up/b"),
        waitMs: integer({ min: 0, max: 8_000 }),
        ends: integer({ min: 0, max: 3 }),
        kind: constantFrom<FailureKind | undefined>(
          undefined,
          "auth",
          "unavailable",
          "bad_request",
          "cancelled",
        ),
      }),
      { maxLength: 60, size: "max" },
    );
    const holds = asyncProperty(moves, async (made) => {
      const world = new World();
      world.failed("up/a", "auth");
      const probes: { model: string; probe: number; startedAt: number }[] = [];
      let most = 0;
      for (const { model, waitMs, ends, kind } of made) {
        world.now += waitMs;
        const [ended] = ends === 0 ? probes.splice(0, 1) : [];
        if (ended) {
          const call = { probe: ended.probe, durationMs: world.now - ended.startedAt };
          if (kind === undefined) world.replied(ended.model, call);
          else world.failed(ended.model, kind, call);
        }
        const admission = await world.signals.admit({
          model,
          tokens: 1,
          deadlineMs: 100 * HOUR_MS,
        });
        if (admission.ok && admission.probe !== undefined) {
          probes.push({ model, probe: admission.probe, startedAt: world.now });
        }
        most = Math.max(most, probes.length);
      }
      expect(most).toBeLessThanOrEqual(1);
    });

    await assert(holds, { seed: 20_261_125, numRuns: 300 });
  });
});

describe("what runs report", () => {
  it("is summed up by step and model, items and rounds of a step as one", () => {
    const { signals } = new World();

    signals.reward({ graph: "g", step: "files[2]/gist", model: "up/large", value: 1 });
    signals.reward({ graph: "g", step: "files[3]/gist", model: "up/large", value: 0.5 });
    signals.reward({ graph: "g", step: "files[3]/gist", model: "up/small", value: 0 });

    const at = { graph: "g", step: "files[9]/gist" };
    expect(signals.rewardOf("up/large", at)).toEqual({ count: 2, sum: 1.5 });
    expect(signals.rewardOf("up/small", at)).toEqual({ count: 1, sum: 0 });
    expect(signals.rewardOf("up/other", at)).toBeUndefined();
    expect(signals.rewardOf("up/large", { graph: "other", step: "files/gist" })).toBeUndefined();
  });

  it("is known to whoever asked before it came", () => {
    const { signals } = new World();
    const before = signals.rewardOf("up/large", place);

    signals.reward({ ...place, model: "up/large", value: 1 });

    expect([before, signals.rewardOf("up/large", place)]).toEqual([
      undefined,
      { count: 1, sum: 1 },
    ]);
  });

  it.each([Number.NaN, -0.1, 1.1])("is not taken when it is %d", (value) => {
    const { signals } = new World();

    signals.reward({ ...place, model: "up/large", value });

    expect(signals.rewardOf("up/large", place)).toBeUndefined();
  });

  it("is kept of 10,000 models at steps at most", () => {
    const { signals } = new World();

    for (let at = 0; at < 10_050; at++) {
      signals.reward({ graph: "g", step: `s${at % 3}`, model: `up/m${at}`, value: 1 });
    }

    const kept = Array.from({ length: 10_050 }, (_, at) =>
      signals.rewardOf(`up/m${at}`, { graph: "g", step: `s${at % 3}` }),
    ).filter((reward) => reward !== undefined);
    expect(kept).toHaveLength(10_000);
  });
});

describe("the length of replies to a step", () => {
  it("is their mean, and none where there was none", () => {
    const world = new World();

    world.replied("up/large", { outputTokens: 100 });
    world.replied("up/small", { outputTokens: 300, step: "draft" });

    expect(world.signals.outputTokensOf(place)).toBe(200);
    expect(world.signals.outputTokensOf({ graph: "support", step: "other" })).toBeUndefined();
  });
});

describe("a snapshot", () => {
  it("gives another worker what this one knows, through JSON", () => {
    const here = new World();
    here.replied("up/large", { outputTokens: 50, costNanoUsd: 4_000, firstTokenMs: 200 });
    here.failedOften("down/large", "overloaded");
    here.failed("poor/large", "insufficient_credit");
    here.signals.reward({ ...place, model: "up/large", value: 0.5 });
    const there = new World();

    there.signals.load(JSON.parse(JSON.stringify(here.signals.snapshot())));

    for (const model of ["up/large", "down/large", "poor/large", "poor/other"]) {
      expect(there.signals.of(model)).toEqual(here.signals.of(model));
    }
    expect(there.signals.models()).toEqual(here.signals.models());
    expect(there.signals.rewardOf("up/large", place)).toEqual({ count: 1, sum: 0.5 });
    expect(there.signals.outputTokensOf(place)).toBe(50);
    expect(there.signals.snapshot()).toEqual(here.signals.snapshot());
  });

  it("does not stand above what was seen here", () => {
    const here = new World();
    here.failedOften("up/large", "overloaded");
    const there = new World();
    there.replied("up/large");

    there.signals.load(here.signals.snapshot());

    expect(there.signals.of("up/large")).toMatchObject({ calls: 1, breaker: "closed" });
  });

  it.each([
    undefined,
    null,
    "text",
    [],
    { version: 2, at: 1, models: [], providers: [], places: [] },
    { version: 1, at: "now", models: [] },
    { version: 1, at: 1, models: [{ model: "up/x" }, 3], providers: [{}], places: [null] },
  ])("is passed over when it is none: %j", (json) => {
    const { signals } = new World();

    signals.load(json);

    expect(signals.models()).toEqual([]);
  });
});

/** Joins two workers, without Redis. */
function exchangeOf(
  heard: ((observation: SharedObservation) => void)[],
  parts: Partial<SignalExchange> = {},
): SignalExchange {
  let own: ((observation: SharedObservation) => void) | undefined;
  return {
    publish: (observation) => {
      for (const hear of heard) if (hear !== own) hear(JSON.parse(JSON.stringify(observation)));
    },
    subscribe: (listener) => {
      own = listener;
      heard.push(listener);
      return () => heard.splice(heard.indexOf(listener), 1);
    },
    lease: async () => true,
    take: async () => ({ ok: true }),
    ...parts,
  };
}

describe("workers that share", () => {
  it("learn from each other, and not twice", () => {
    const heard: ((observation: SharedObservation) => void)[] = [];
    const [one, other] = [
      new World({ exchange: exchangeOf(heard) }),
      new World({ exchange: exchangeOf(heard) }),
    ];

    one.failedOften("up/large", "overloaded", 3);
    other.failedOften("up/large", "overloaded", 2);
    one.signals.reward({ ...place, model: "up/large", value: 1 });

    for (const { signals } of [one, other]) {
      expect(signals.of("up/large")).toMatchObject({ calls: 5, breaker: "open" });
      expect(signals.rewardOf("up/large", place)).toEqual({ count: 1, sum: 1 });
    }
  });

  it("hear nothing any more once they are closed", () => {
    const heard: ((observation: SharedObservation) => void)[] = [];
    const [one, other] = [
      new World({ exchange: exchangeOf(heard) }),
      new World({ exchange: exchangeOf(heard) }),
    ];

    other.signals.close();
    one.replied("up/large");

    expect(other.signals.of("up/large")).toBeUndefined();
  });

  it("probe one at a time, by a lease", async () => {
    const leases: string[] = [];
    const exchange = exchangeOf([], {
      lease: async (name) => {
        leases.push(name);
        return false;
      },
    });
    const world = new World({ exchange });
    world.failedOften("up/large", "overloaded");
    world.now += 5_000;

    const admission = await world.signals.admit({ model: "up/large", ...wanted });

    expect(admission).toMatchObject({ ok: false, isProbing: true });
    expect(leases).toEqual(["probe:up/large:5000"]);
  });

  it("keep the limits that the user set, and keep no probe for what those refuse", async () => {
    const limits = [{ name: "up/large", requestsPerMinute: 1 }];
    let isFull = true;
    const exchange = exchangeOf([], {
      take: async ({ tokens, limits: asked }) => {
        expect({ tokens, asked }).toEqual({ tokens: 10, asked: limits });
        return isFull ? { ok: false, limit: "up/large", retryAfterMs: 7_000 } : { ok: true };
      },
    });
    const world = new World({ exchange, limitsOf: () => limits });
    world.failedOften("up/large", "overloaded");
    world.now += 5_000;

    const refused = await world.signals.admit({ model: "up/large", ...wanted });
    isFull = false;
    const admitted = await world.signals.admit({ model: "up/large", ...wanted });

    expect(refused).toEqual({
      ok: false,
      kind: "rate_limited",
      why: 'the limit that is set for "up/large" is used up',
      retryAfterMs: 7_000,
    });
    expect(admitted).toMatchObject({ ok: true, probe: 2 });
  });
});
