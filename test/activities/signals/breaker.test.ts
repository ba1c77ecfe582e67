import { array, assert, constantFrom, integer, oneof, property, record } from "fast-check";
import {
  Breaker,
  FAILURES_IN_ROW,
  FIRST_COOL_DOWN_MS,
  LONGEST_COOL_DOWN_MS,
  LONGEST_WISH_MS,
  RECENT_CALLS,
} from "../../../activities/signals/breaker.ts";
import type { Verdict } from "../../../activities/signals/health.ts";

/** A call that took no time. */
function ended(breaker: Breaker, at: number, verdict: Verdict, retryAfterMs?: number): void {
  breaker.record({ verdict, startedAt: at, endedAt: at, retryAfterMs });
}

function opened(at: number): Breaker {
  const breaker = new Breaker();
  for (let call = 0; call < FAILURES_IN_ROW; call++) ended(breaker, at, "sick");
  return breaker;
}

/** Of a call that begins as the probe and ends at once. */
function probed(breaker: Breaker, at: number, verdict: Verdict): void {
  breaker.beginProbe(at, at + 60_000);
  breaker.record({ verdict, startedAt: at, endedAt: at, probe: at });
}

describe("a closed breaker", () => {
  it("opens with the fifth failure in a row, not before", () => {
    const breaker = new Breaker();

    const states = [1, 2, 3, 4, 5].map((at) => {
      ended(breaker, at, "sick");
      return breaker.stateAt(at);
    });

    expect(states).toEqual(["closed", "closed", "closed", "closed", "open"]);
  });

  it("opens when half of the last calls failed, although none after another", () => {
    const breaker = new Breaker();
    const verdicts: readonly Verdict[] = ["well", "sick"];

    for (let at = 0; at < 10; at++) ended(breaker, at, verdicts[at % 2]!);

    expect(breaker.stateAt(10)).toBe("open");
  });

  it("stays closed while less than half fail, however many in all", () => {
    const breaker = new Breaker();

    for (let at = 0; at < 300; at++) ended(breaker, at, at % 3 === 0 ? "sick" : "well");

    expect(breaker.stateAt(300)).toBe("closed");
  });

  it("stays closed for failures that say nothing, and they do not end a row", () => {
    const breaker = new Breaker();

    for (let at = 0; at < 50; at++) ended(breaker, at, at % 2 === 0 ? "unknown" : "replied");
    const before = breaker.stateAt(50);
    for (let at = 50; at < 59; at++) ended(breaker, at, at % 2 === 0 ? "sick" : "unknown");

    expect([before, breaker.stateAt(60)]).toEqual(["closed", "open"]);
  });

  it("opens at once for what no later call will change", () => {
    const breaker = new Breaker();

    ended(breaker, 0, "dead");

    expect(breaker.stateAt(1)).toBe("open");
  });

  it("keeps a provider's wish until a call that began after it is answered", () => {
    const breaker = new Breaker();
    const answered = (startedAt: number, endedAt: number): number => {
      breaker.record({ verdict: "well", startedAt, endedAt });
      return breaker.blockedUntil;
    };
    ended(breaker, 1_000, "sick", 30_000);

    const waits = [answered(0, 2_000), answered(1_500, 3_000)];

    expect(waits).toEqual([31_000, -Infinity]);
  });

  it("opens within five failures in a row, whatever was before", () => {
    const earlier = array(constantFrom<Verdict>("well", "sick", "unknown", "replied"), {
      maxLength: 2 * RECENT_CALLS,
    });
    const opens = property(earlier, (verdicts) => {
      const breaker = new Breaker();
      for (const verdict of verdicts) ended(breaker, 0, verdict);

      for (let call = 0; call < FAILURES_IN_ROW; call++) ended(breaker, 1, "sick");

      expect(breaker.stateAt(1)).toBe("open");
    });

    assert(opens, { seed: 20_261_125, numRuns: 500 });
  });
});

describe("the cool-down", () => {
  it("ends after five seconds, for one call", () => {
    const breaker = opened(0);

    const states = [FIRST_COOL_DOWN_MS - 1, FIRST_COOL_DOWN_MS].map((at) => breaker.stateAt(at));

    expect(states).toEqual(["open", "half-open"]);
  });

  it("doubles with each probe that fails, up to five minutes", () => {
    const breaker = opened(0);
    const waits: number[] = [];

    for (let probe = 0; probe < 9; probe++) {
      const at = breaker.blockedUntil;
      probed(breaker, at, "sick");
      waits.push((breaker.blockedUntil - at) / 1_000);
    }

    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300]);
    expect(LONGEST_COOL_DOWN_MS).toBe(300_000);
  });

  it.each([
    { name: "that is longer", asked: 60_000, waited: 60_000 },
    { name: "unless it is shorter", asked: 1_000, waited: FIRST_COOL_DOWN_MS },
    { name: "up to an hour", asked: 86_400_000, waited: LONGEST_WISH_MS },
    { name: "unless it is no number", asked: Number.NaN, waited: FIRST_COOL_DOWN_MS },
  ])("honours the wait that a provider asked for, $name", ({ asked, waited }) => {
    const breaker = new Breaker();

    for (let call = 0; call < FAILURES_IN_ROW; call++) ended(breaker, 0, "sick", asked);

    expect(breaker.blockedUntil).toBe(waited);
  });

  it("honours the wait that a failed probe was asked for", () => {
    const breaker = opened(0);

    ended(breaker, 5_000, "sick", 120_000);

    expect(breaker.blockedUntil).toBe(125_000);
  });

  it("begins at five seconds again after a recovery", () => {
    const breaker = opened(0);
    probed(breaker, 5_000, "sick");
    probed(breaker, 15_000, "well");

    for (let call = 0; call < FAILURES_IN_ROW; call++) ended(breaker, 20_000, "sick");

    expect(breaker.blockedUntil).toBe(20_000 + FIRST_COOL_DOWN_MS);
  });
});

describe("a half-open breaker", () => {
  it.each(["well", "replied"] as const)("closes when its probe ends %s", (verdict) => {
    const breaker = opened(0);

    probed(breaker, 6_000, verdict);

    expect(breaker.stateAt(6_000)).toBe("closed");
  });

  it("lets another call through after a probe that said nothing", () => {
    const breaker = opened(0);

    probed(breaker, 6_000, "unknown");

    expect([breaker.stateAt(6_000), breaker.mayProbe(6_000)]).toEqual(["half-open", true]);
  });

  it("does not go by calls that began before it opened", () => {
    const breaker = opened(10_000);

    breaker.record({ verdict: "well", startedAt: 9_000, endedAt: 16_000 });
    const after = breaker.stateAt(16_000);
    breaker.record({ verdict: "sick", startedAt: 9_000, endedAt: 16_000 });

    expect([after, breaker.stateAt(16_000)]).toEqual(["half-open", "half-open"]);
  });

  it("lets another call through once its probe is lost", () => {
    const breaker = opened(0);
    breaker.beginProbe(1, 20_000);

    const may = [19_999, 20_000].map((at) => breaker.mayProbe(at));

    expect(may).toEqual([false, true]);
  });

  it("keeps a reservation from other decisions, and gives it to the call that comes", () => {
    const breaker = opened(0);
    breaker.reserve(6_000);

    expect(breaker.mayReserve(6_001)).toBe(false);
    expect(breaker.mayProbe(6_001)).toBe(true);
    expect(breaker.mayReserve(11_000)).toBe(true);
  });
});

type Move =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "ask" | "reserve" }
  | { readonly kind: "end"; readonly which: number; readonly verdict: Verdict };

const moves = array(
  oneof(
    record({ kind: constantFrom("wait" as const), ms: integer({ min: 0, max: 20_000 }) }),
    record({ kind: constantFrom("ask" as const, "reserve" as const) }),
    record({
      kind: constantFrom("end" as const),
      which: integer({ min: 0, max: 20 }),
      verdict: constantFrom<Verdict>("well", "sick", "unknown", "dead", "replied"),
    }),
  ),
  { maxLength: 200, size: "max" },
);

interface InFlight {
  readonly startedAt: number;
  readonly probe: number | undefined;
}

/** Longer than all the waits of a test together: no probe is lost. */
const LAPSES_MS = 10_000_000;

it("has at most one probe in flight, whatever ends when", () => {
  const holds = property(moves, (made: readonly Move[]) => {
    const breaker = opened(0);
    const inFlight: InFlight[] = [];
    let now = 0;
    let probes = 0;
    let most = 0;
    for (const move of made) {
      if (move.kind === "wait") now += move.ms;
      else if (move.kind === "reserve" && breaker.mayReserve(now)) breaker.reserve(now);
      else if (move.kind === "ask" && breaker.stateAt(now) === "closed") {
        inFlight.push({ startedAt: now, probe: undefined });
      } else if (move.kind === "ask" && breaker.mayProbe(now)) {
        breaker.beginProbe(++probes, now + LAPSES_MS);
        inFlight.push({ startedAt: now, probe: probes });
      } else if (move.kind === "end") {
        const [call] = inFlight.splice(move.which % Math.max(1, inFlight.length), 1);
        if (call) breaker.record({ verdict: move.verdict, ...call, endedAt: now });
      }
      most = Math.max(most, inFlight.filter(({ probe }) => probe !== undefined).length);
    }
    expect(most).toBeLessThanOrEqual(1);
  });

  assert(holds, { seed: 20_261_125, numRuns: 1_000 });
});
