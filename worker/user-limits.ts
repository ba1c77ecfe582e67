/** Which of the configuration's limits hold for a model. */

import { compileModelPattern, type NamedLimit, type UserLimits } from "../plugins/contract.ts";

/**
 * Every limit whose name is the model's, or whose pattern fits it: a call needs room in all of them. `*` stands for any
 * text, slashes too, as in the patterns of a pool.
 */
export function limitsFor(limits: UserLimits = {}): (model: string) => readonly NamedLimit[] {
  const all = Object.entries(limits).map(([name, limit]) => ({
    fits: compileModelPattern(name),
    limit: { name, ...limit },
  }));
  return (model) => all.filter(({ fits }) => fits(model)).map(({ limit }) => limit);
}
