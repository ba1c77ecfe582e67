/** Random graphs under random budgets, in worlds where models fail: no limit is ever passed. */

import { array, assert, asyncProperty, integer, nat, record } from "fast-check";
import { amountsOf, BUDGET_LIMITS, type Amounts, type Budget } from "../../graph/budget.ts";
import { runInProcess, type InProcessRun } from "../../testing/run-in-process.ts";
import { findEarly } from "../harness/early-calls.ts";
import { addBudgets, listBudgets, type BudgetedPlan } from "../harness/random-budgets.ts";
import { buildGraph, planGraph } from "../harness/random-graph.ts";
import { randomConfig, type LoggedCall } from "../harness/random-world.ts";

const numbers = array(nat({ max: 999 }), { maxLength: 120, size: "max" });
const cases = record({
  plan: numbers.map(planGraph),
  budgets: numbers,
  seed: integer({ min: 0, max: 9_999 }),
}).map(({ plan, budgets, seed }) => ({ ...addBudgets(plan, budgets), seed }));

/** The same examples each time, so that a failure stays until it is mended. */
const often = {
  seed: 20_261_123,
  numRuns: 300,
  interruptAfterTimeLimit: 50_000,
  markInterruptAsFailure: true,
};

function run(
  { plan, budget }: BudgetedPlan,
  seed: number,
  log?: (call: LoggedCall) => void,
): Promise<InProcessRun<unknown>> {
  const graph = buildGraph("random", plan, budget);
  return runInProcess(graph, { word: "start" }, { ...randomConfig(seed, log), prices: PRICES });
}

/** With no price for input, whose tokens are held generously, a call that writes all it may uses all that was held. */
const PRICES = {
  "random/a": { inputUsdPerMTok: 0, outputUsdPerMTok: 2 },
  "random/c": { inputUsdPerMTok: 0, outputUsdPerMTok: 4 },
};

describe("any graph under any budgets, in any world", () => {
  it("never uses more than its run, or any step, may: not by a nano-dollar, a token, a call or a millisecond", async () => {
    const seen = { refused: 0, used: 0 };
    const staysWithin = asyncProperty(cases, async ({ seed, ...budgeted }) => {
      const { attempts, error } = await run(budgeted, seed);

      seen.refused += error?.code === "RUN_BUDGET_EXCEEDED" ? 1 : 0;
      seen.used += attempts.length > 0 ? 1 : 0;
      expect(accountsOf(budgeted, attempts).flatMap(findPassed)).toEqual([]);
    });

    await assert(staysWithin, often);

    // A property that only ever sees runs without calls, or without refusals, shows nothing.
    expect(seen.refused).toBeGreaterThan(50);
    expect(seen.used).toBeGreaterThan(100);
  });

  it("calls no model of a step before everything has ended that the step needs", async () => {
    const respectsNeeds = asyncProperty(cases, async ({ seed, ...budgeted }) => {
      const calls: LoggedCall[] = [];

      await run(budgeted, seed, (call) => calls.push(call));

      expect(findEarly(budgeted.plan, calls)).toEqual([]);
    });

    await assert(respectsNeeds, { ...often, numRuns: 100 });
  });

  it("calls no model without a price under a budget in USD", async () => {
    const knowsPrices = asyncProperty(cases, async ({ seed, plan, budget }) => {
      const { cost } = await run({ plan, budget: { ...budget, usd: 0.05 } }, seed);

      expect(cost.callsWithoutPrice).toBe(0);
    });

    await assert(knowsPrices, { ...often, numRuns: 100 });
  });

  it("gives the same in a second run, time and cost included", async () => {
    const isDeterministic = asyncProperty(cases, async ({ seed, ...budgeted }) => {
      const first = await run(budgeted, seed);
      const second = await run(budgeted, seed);

      expect(second).toEqual(first);
    });

    await assert(isDeterministic, { ...often, numRuns: 50 });
  });
});

type Attempts = InProcessRun<unknown>["attempts"];

interface Account {
  /** The run, or the path of a step. */
  readonly whose: string;
  readonly budget: Budget;
  readonly attempts: Attempts;
}

/** The run's account, and one for each time that a step with a budget ran. */
function accountsOf({ plan, budget }: BudgetedPlan, attempts: Attempts): readonly Account[] {
  const steps = listBudgets(plan).flatMap(({ id, budget: own }) => {
    const place = new RegExp(`^(?:.*/)?${id}(?=$|\\[\\d+\\]/(?:write|review)$)`);
    const pathOf = (step: string): string | undefined => place.exec(step)?.[0];
    const paths = new Set(attempts.flatMap(({ step }) => pathOf(step) ?? []));
    return [...paths].map((whose) => ({
      whose,
      budget: own,
      attempts: attempts.filter(({ step }) => pathOf(step) === whose),
    }));
  });
  return [{ whose: "the run", budget, attempts }, ...steps];
}

/** The limits that were passed, with what was used. */
function findPassed({ whose, budget, attempts }: Account): readonly string[] {
  const limits = amountsOf(budget);
  const used = usedBy(attempts);
  return BUDGET_LIMITS.flatMap((limit) => {
    const allowed = limits[limit];
    return allowed !== undefined && used[limit] > allowed
      ? [`${whose}: ${used[limit]} of ${allowed} ${limit}`]
      : [];
  });
}

function usedBy(attempts: Attempts): Amounts {
  const sum = (read: (attempt: Attempts[number]) => number | undefined): number =>
    attempts.reduce((total, attempt) => total + (read(attempt) ?? 0), 0);
  return {
    usd: sum(({ costNanoUsd }) => costNanoUsd),
    tokens: sum(({ inputTokens = 0, outputTokens = 0 }) => inputTokens + outputTokens),
    calls: attempts.length,
    seconds: sum(({ durationMs }) => durationMs),
  };
}
