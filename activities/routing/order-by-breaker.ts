/** Puts models behind that are not well: a run rather waits for one of them than fails, but they come last. */

import type { RouteSignals } from "../route-access.ts";

/**
 * Those that are well as they are; then those of which nobody knows yet whether they are well again; then those that are
 * not. One of the second sort that comes first stays there, when this decision is the one that may find out.
 */
export function orderByBreaker<Model>(
  models: readonly Model[],
  nameOf: (model: Model) => string,
  signals: Pick<RouteSignals, "of" | "reserveProbe">,
): readonly Model[] {
  const well: Model[] = [];
  const unsure: Model[] = [];
  const unwell: Model[] = [];
  for (const model of models) {
    const name = nameOf(model);
    const breaker = signals.of(name)?.breaker ?? "closed";
    if (breaker === "open") unwell.push(model);
    else if (breaker === "closed" || (well.length === 0 && signals.reserveProbe(name)))
      well.push(model);
    else unsure.push(model);
  }
  return [...well, ...unsure, ...unwell];
}
