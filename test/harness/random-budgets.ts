/** Gives budgets to the steps of a random graph, and to its run: from none at all to more than it needs. */

import type { Budget } from "../../graph/budget.ts";
import type { CallPlan, FlowPlan, StepPlan } from "./random-graph.ts";

export interface BudgetedPlan {
  readonly plan: FlowPlan;
  /** Of the run. */
  readonly budget: Budget;
}

/** A step with a budget of its own: each time it runs, it has one. */
export interface BudgetedStep {
  readonly id: string;
  readonly budget: Budget;
}

/** Takes its budgets from a list of numbers: the same numbers give the same ones. */
export function addBudgets(plan: FlowPlan, numbers: readonly number[]): BudgetedPlan {
  const draw = new Draw(numbers);
  const budget = draw.budget(RUN_LIMITS) ?? { calls: draw.of([0, 1, 5, 30]) };
  return { plan: budgetFlow(plan, draw), budget };
}

/** All steps that have one. */
export function listBudgets({ steps }: FlowPlan): readonly BudgetedStep[] {
  return steps.flatMap((step) => {
    if (step.kind === "map") return listBudgets(step.each);
    if (step.kind === "branch") return Object.values(step.cases).flatMap(listBudgets);
    const budget = "call" in step ? step.call.budget : "budget" in step ? step.budget : undefined;
    return budget ? [{ id: step.id, budget }] : [];
  });
}

type Limits = Readonly<Record<"usd" | "tokens" | "calls" | "seconds", readonly number[]>>;

const RUN_LIMITS: Limits = {
  usd: [0, 0.000_013_999, 0.000_028, 0.000_041_999, 0.000_1, 0.000_5, 0.02, 0.1],
  tokens: [0, 500, 5_000, 60_000],
  calls: [0, 1, 4, 12],
  seconds: [0, 0.05, 4, 20],
};

const STEP_LIMITS: Limits = {
  usd: [0.000_013_999, 0.000_028, 0.000_1, 0.000_2, 0.01],
  tokens: [600, 1_500, 9_000],
  calls: [1, 2, 4],
  seconds: [0.01, 3, 4],
};

class Draw {
  readonly #numbers: readonly number[];
  #used = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  of<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- No list here is empty.
    return list[(this.#numbers[this.#used++] ?? 0) % list.length] as T;
  }

  /** One limit, several, or `undefined`. */
  budget(limits: Limits): Budget | undefined {
    const drawn = Object.entries(limits).flatMap(([limit, amounts]) =>
      this.of([true, false, false]) ? [[limit, this.of(amounts)]] : [],
    );
    const atLimit = this.of(["fail", "degrade"] as const);
    return drawn.length === 0 ? undefined : { ...Object.fromEntries(drawn), atLimit };
  }
}

function budgetFlow({ steps }: FlowPlan, draw: Draw): FlowPlan {
  return { steps: steps.map((step) => budgetStep(step, draw)) };
}

function budgetStep(step: StepPlan, draw: Draw): StepPlan {
  switch (step.kind) {
    case "step":
    case "maybe":
      return { ...step, call: { ...limitOutput(step.call, draw), ...ownBudget(draw) } };
    case "refine": {
      const [write, review] = [limitOutput(step.write, draw), limitOutput(step.review, draw)];
      return { ...step, ...ownBudget(draw), write, review };
    }
    case "map":
      return { ...step, each: budgetFlow(step.each, draw) };
    case "branch": {
      const cases = Object.entries(step.cases).map(([name, flow]): [string, FlowPlan] => [
        name,
        budgetFlow(flow, draw),
      ]);
      return { ...step, cases: Object.fromEntries(cases) };
    }
    case "code":
    case "tool":
      return step;
  }
}

function ownBudget(draw: Draw): { readonly budget?: Budget } {
  const budget = draw.of([false, true]) ? draw.budget(STEP_LIMITS) : undefined;
  return budget ? { budget } : {};
}

function limitOutput(call: CallPlan, draw: Draw): CallPlan {
  const maxOutputTokens = draw.of([7, 50, undefined]);
  return maxOutputTokens === undefined ? call : { ...call, maxOutputTokens };
}
