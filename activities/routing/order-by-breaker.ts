/** Puts models behind that are not well: a run rather waits for one of them than fails, but they come last. */

import type { ModelSignals } from "../../plugins/contract.ts";
import type { RouteSignals } from "../route-access.ts";

/**
 * Those that are well as they are; then those whose provider asked not to be called for a while; then those of which nobody
 * knows yet whether they are well again; then those that are not. One of the third sort that comes first stays there, when
 * this decision is the one that may find out.
 */
export function orderByBreaker<Model>(
  models: readonly Model[],
  nameOf: (model: Model) => string,
  signals: Pick<RouteSignals, "of" | "reserveProbe">,
): readonly Model[] {
  const well: Model[] = [];
  const busy: Model[] = [];
  const unsure: Model[] = [];
  const unwell: Model[] = [];
  for (const model of models) {
    const name = nameOf(model);
    const { breaker, blockedUntil } = signals.of(name) ?? NOTHING_SEEN;
    if (breaker === "open") unwell.push(model);
    else if (breaker === "closed" && blockedUntil !== undefined) busy.push(model);
    else if (breaker === "closed" || (well.length === 0 && signals.reserveProbe(name)))
      well.push(model);
    else unsure.push(model);
  }
  return [...well, ...busy, ...unsure, ...unwell];
}

const NOTHING_SEEN: Pick<ModelSignals, "breaker" | "blockedUntil"> = { breaker: "closed" };
