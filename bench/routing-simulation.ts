/** What each strategy is worth: 20,000 requests over six providers that drift, limit, fail and go down, in simulated time. */

import type { Result } from "./result.ts";
import { createRequests, SCENARIOS, type Scenario } from "./simulation/requests.ts";
import { consultOracle, simulate, type Simulated } from "./simulation/simulate.ts";
import { STRATEGIES } from "./simulation/strategies.ts";
import type { Tally } from "./simulation/tally.ts";

const SEED = 7;

export async function measureRoutingSimulation(): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const scenario of SCENARIOS) {
    const requests = createRequests(scenario.requests, SEED);
    const simulation = { requests, scenario, seed: SEED };
    const cheap = await consultOracle(simulation, ({ costNanoUsd }) => costNanoUsd);
    const quick = await consultOracle(simulation, ({ durationMs }) => durationMs);
    const all = new Map<string, Simulated>();
    for (const [name, router] of Object.entries(STRATEGIES)) {
      all.set(name, await simulate(simulation, router));
    }
    const compare = { cheap, quick, priority: all.get("priority")?.tally ?? cheap };
    for (const [name, tally] of [
      ["oracle, cheapest", cheap],
      ["oracle, fastest", quick],
    ] as const) {
      results.push(describe(scenario, name, tally, compare));
    }
    for (const [name, { tally }] of all) results.push(describe(scenario, name, tally, compare));
    results.push(describeBreakers(scenario, [...all.values()]));
  }
  return results;
}

interface Compared {
  readonly cheap: Tally;
  readonly quick: Tally;
  readonly priority: Tally;
}

function describe(scenario: Scenario, name: string, tally: Tally, compared: Compared): Result {
  const { cheap, quick, priority } = compared;
  const figures = {
    successRate: round(tally.successRate),
    onFirstOrSecondAttempt: round(tally.soonRate),
    onFirstOrSecondCall: round(tally.soonerRate),
    meanUsd: round(tally.meanUsd, 6),
    p95Ms: round(tally.p95Ms, 0),
    quality: round(tally.quality, 3),
    callsToDead: tally.callsToDead,
    refusedAttempts: tally.refusedAttempts,
    forbiddenCalls: tally.forbiddenCalls,
    costToPriority: round(tally.meanUsd / priority.meanUsd, 3),
    costToOracle: round(tally.meanUsd / cheap.meanUsd, 3),
    p95ToPriority: round(tally.p95Ms / priority.p95Ms, 3),
    p95ToOracle: round(tally.p95Ms / quick.p95Ms, 3),
  };
  return {
    name: `route ${scenario.requests} requests, ${scenario.name}: ${name}`,
    figures,
    ...(name.startsWith("oracle") ? {} : judge(scenario, name, figures)),
  };
}

const LEAST_SOON = 0.999;
const MOST_TO_ORACLE = 1.05;

interface Wanted {
  readonly target: string;
  readonly isMet: boolean;
}

function judge({ isSteady }: Scenario, name: string, figures: Result["figures"]): Partial<Result> {
  const { onFirstOrSecondAttempt = 0, costToOracle = Infinity, forbiddenCalls } = figures;
  const soon: Wanted = {
    target: "99.9 % answered at the first or second attempt",
    isMet: onFirstOrSecondAttempt >= LEAST_SOON,
  };
  const cheap: Wanted = {
    target: `at most ${MOST_TO_ORACLE} of what the oracle pays`,
    isMet: costToOracle <= MOST_TO_ORACLE,
  };
  const allowed: Wanted = {
    target: "no model that the alias excludes",
    isMet: forbiddenCalls === 0,
  };
  const wanted = [...(isSteady ? [soon] : []), ...(name === "cheapest" ? [cheap] : []), allowed];
  return {
    target: wanted.map(({ target }) => target).join("; "),
    ok: wanted.every(({ isMet }) => isMet),
  };
}

function describeBreakers(scenario: Scenario, all: readonly Simulated[]): Result {
  const most = (read: (one: Simulated) => number): number => Math.max(...all.map(read));
  const figures = {
    opened: all.reduce((sum, { breakers }) => sum + breakers.opened, 0),
    mostFailuresInRow: most(({ breakers }) => breakers.mostFailuresInRow),
    mostProbesAtOnce: most(({ breakers }) => breakers.mostProbesAtOnce),
    letThroughWhileOpen: most(({ breakers }) => breakers.letThroughWhileOpen),
  };
  return {
    name: `breakers of all strategies, ${scenario.name}`,
    figures,
    target: "open within 5 failures in a row, and let one probe through at a time",
    ok:
      figures.mostFailuresInRow <= 5 &&
      figures.mostProbesAtOnce <= 1 &&
      figures.letThroughWhileOpen === 0,
  };
}

function round(value: number, decimals = 5): number {
  return Number(value.toFixed(decimals));
}
