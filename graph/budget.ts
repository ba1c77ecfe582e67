/** What a run or a step may use up. */

import { z } from "zod";
import { countOf } from "./count.ts";
import { formatNanoUsd, toNanoUsd } from "./money.ts";

/** The step under which somebody is asked to raise the budget of a run. No step of a graph can have such an id. */
export const BUDGET_QUESTION = "$budget";

/** Limits of a run or of a step. A limit that is absent does not apply; at least one is there. */
export interface Budget {
  /** In USD, to the nano-dollar. Models whose price is not known are then not used. */
  readonly usd?: number;
  /** Input and output together. */
  readonly tokens?: number;
  /** Calls of models. Another try after a provider was too busy to take a call is none. */
  readonly calls?: number;
  /** Time of model calls, added up: of two that run side by side, both count. */
  readonly seconds?: number;
  /**
   * What happens when the next call might pass a limit. `"fail"` ends the run. `"degrade"` tries those of the step's
   * models that fit what is left, and ends the run when none does. `"ask"` waits until somebody raises the limit or says
   * no. Default: `"fail"`.
   */
  readonly atLimit?: AtLimit;
}

export type AtLimit = "fail" | "degrade" | "ask";

/** The limits, without what happens there. */
export const BUDGET_LIMITS = ["usd", "tokens", "calls", "seconds"] as const;

export type BudgetLimit = (typeof BUDGET_LIMITS)[number];

/** Amounts of what budgets limit: money in 10⁻⁹ USD, time in milliseconds. Whole numbers. */
export type Amounts = Readonly<Record<BudgetLimit, number>>;

export const NO_AMOUNTS: Amounts = { usd: 0, tokens: 0, calls: 0, seconds: 0 };

/** A budget's limits as amounts. What does not apply is absent. */
export function amountsOf(budget: Budget): Partial<Amounts> {
  const { usd, tokens, calls, seconds } = budget;
  return {
    ...(usd !== undefined && { usd: toNanoUsd(usd) }),
    ...(tokens !== undefined && { tokens }),
    ...(calls !== undefined && { calls }),
    ...(seconds !== undefined && { seconds: Math.round(seconds * 1_000) }),
  };
}

/** An amount for people, such as `0.25 USD` or `12 calls`. */
export function describeAmount(limit: BudgetLimit, amount: number): string {
  switch (limit) {
    case "usd":
      return `${formatNanoUsd(amount)} USD`;
    case "seconds":
      return countOf(amount / 1_000, "second");
    case "tokens":
      return countOf(amount, "token");
    case "calls":
      return countOf(amount, "call");
  }
}

/**
 * What somebody decides who is asked at `limit`. Made anew for each use: few runs need it.
 *
 * A yes that does not raise that limit is refused: the same question would come back at once.
 */
export function createRaiseSchema(limit: BudgetLimit): z.ZodType<BudgetRaise> {
  const count = z.int().min(0).optional();
  return z
    .strictObject({
      raise: z.boolean(),
      usd: z.number().min(0).max(MOST_USD).optional(),
      tokens: count,
      calls: count,
      seconds: z.number().min(0).max(MOST_SECONDS).optional(),
    })
    .refine(({ raise, ...by }) => !raise || (amountsOf(by)[limit] ?? 0) > 0, {
      path: [limit],
      message: `has to be more than 0, to raise that limit`,
    });
}

/** Whether a limit is raised, and by how much. */
export interface BudgetRaise extends Omit<Budget, "atLimit"> {
  /** `false`: the run ends here. */
  readonly raise: boolean;
}

/** The most that nano-dollars can be counted to in a JavaScript number, in USD. */
const MOST_USD = 9_000_000;
/** The same for milliseconds, in seconds. */
const MOST_SECONDS = 9_000_000_000_000;

/** What is wrong with a budget; empty when nothing is. */
export function findBudgetProblems(budget: Budget): readonly string[] {
  const given = BUDGET_LIMITS.filter((limit) => budget[limit] !== undefined);
  if (given.length === 0) return [`it has no limit. Give it one of ${BUDGET_LIMITS.join(", ")}`];
  return given.flatMap((limit) => {
    const amount = budget[limit] ?? 0;
    if (!(amount >= 0) || !Number.isFinite(amount)) return [`"${limit}" has to be 0 or more`];
    if (limit === "usd" && amount > MOST_USD) return [`"usd" can be at most ${MOST_USD}`];
    if (limit === "seconds" && amount > MOST_SECONDS) {
      return [`"seconds" can be at most ${MOST_SECONDS}`];
    }
    const isCount = limit === "tokens" || limit === "calls";
    return isCount && !Number.isSafeInteger(amount) ? [`"${limit}" has to be a whole number`] : [];
  });
}
