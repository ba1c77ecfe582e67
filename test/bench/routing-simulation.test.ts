/** What holds for every strategy in the simulation, whatever its figures are. */

import { createRequests, SCENARIOS } from "../../bench/simulation/requests.ts";
import { consultOracle, simulate, type Simulation } from "../../bench/simulation/simulate.ts";
import { STRATEGIES } from "../../bench/simulation/strategies.ts";
import { FAILURES_IN_ROW } from "../../activities/signals/breaker.ts";
import { priority } from "../../plugins/routers/priority.ts";

const OUTAGE = SCENARIOS[1]!;
const FLAPPING = SCENARIOS[2]!;

function simulation(scenario = OUTAGE, count = 1_000, seed = 7): Simulation {
  return { requests: createRequests(count, seed), scenario, seed };
}

const cases = [OUTAGE, FLAPPING].flatMap((scenario) =>
  Object.entries(STRATEGIES).map(([name, router]) => ({ name, router, scenario })),
);

describe.each(cases)("$name with $scenario.name", ({ router, scenario }) => {
  it("answers all, calls nothing that is excluded, and keeps to its breakers", async () => {
    const { tally, breakers } = await simulate(simulation(scenario), router);

    expect(tally.requests).toBe(1_000);
    expect(tally.successRate).toBe(1);
    expect(tally.forbiddenCalls).toBe(0);
    expect(breakers.mostFailuresInRow).toBeLessThanOrEqual(FAILURES_IN_ROW);
    expect(breakers.mostProbesAtOnce).toBeLessThanOrEqual(1);
    expect(breakers.letThroughWhileOpen).toBe(0);
  });
});

describe("a simulation", () => {
  it("opens breakers and probes, or it would say nothing of them", async () => {
    const { breakers, tally } = await simulate(simulation(FLAPPING), priority());

    expect(breakers.opened).toBeGreaterThan(0);
    expect(breakers.mostProbesAtOnce).toBe(1);
    expect(tally.callsToDead).toBeGreaterThan(0);
  });

  it("gives the same for the same seed, and something else for another", async () => {
    const one = await simulate(simulation(), STRATEGIES["bandit"]!);
    const again = await simulate(simulation(), STRATEGIES["bandit"]!);
    const other = await simulate(simulation(OUTAGE, 1_000, 8), STRATEGIES["bandit"]!);

    expect(again).toEqual(one);
    expect([again.tally.meanUsd, again.tally.p95Ms]).toEqual([one.tally.meanUsd, one.tally.p95Ms]);
    expect(other.tally.meanUsd).not.toBe(one.tally.meanUsd);
  });

  it("starves nobody: what was down is asked again, and each share is served", async () => {
    const asked = simulation(OUTAGE, 2_000);
    const endsMs = asked.requests.at(-1)!.arrivesMs;

    const first = await simulate(asked, priority());
    const shares = await simulate(asked, STRATEGIES["weighted"]!);
    const balance = await simulate(asked, STRATEGIES["balanced"]!);

    expect(first.tally.answers.get("alpha/one")?.lastMs).toBeGreaterThan(0.9 * endsMs);
    expect(shares.tally.answers.get("zeta/small")?.count).toBeGreaterThan(50);
    expect([...balance.tally.answers.keys()].toSorted()).toEqual([
      "alpha/one",
      "beta/mini",
      "beta/pro",
      "delta/base",
      "epsilon/swift",
      "gamma/flash",
      "zeta/large",
      "zeta/small",
    ]);
  });

  it("has oracles that nobody beats at what they want", async () => {
    const asked = simulation();

    const cheap = await consultOracle(asked, ({ costNanoUsd }) => costNanoUsd);
    const { tally } = await simulate(asked, STRATEGIES["cheapest"]!);

    expect(cheap.successRate).toBe(1);
    expect(cheap.meanUsd).toBeLessThanOrEqual(tally.meanUsd);
  });
});
