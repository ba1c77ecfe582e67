/** What a run or a step may use up. */

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

/** The most that nano-dollars can be counted to in a JavaScript number, in USD. */
const MOST_USD = 9_000_000;

/** What is wrong with a budget; empty when nothing is. */
export function findBudgetProblems(budget: Budget): readonly string[] {
  const given = BUDGET_LIMITS.filter((limit) => budget[limit] !== undefined);
  if (given.length === 0) return [`it has no limit: give it one of ${BUDGET_LIMITS.join(", ")}`];
  return given.flatMap((limit) => {
    const amount = budget[limit] ?? 0;
    if (!(amount >= 0) || !Number.isFinite(amount)) return [`"${limit}" has to be 0 or more`];
    if (limit === "usd" && amount > MOST_USD) return [`"usd" can be at most ${MOST_USD}`];
    const isCount = limit === "tokens" || limit === "calls";
    return isCount && !Number.isSafeInteger(amount) ? [`"${limit}" has to be a whole number`] : [];
  });
}
