/** Decides which models a step may use, and in which order. */

import { ApplicationFailure } from "@temporalio/common";
import type { Candidate, Route, RouteRequest } from "./contract.ts";

/** Models by alias, each list in order: first choice, then fallbacks. */
export type ModelLists = Readonly<Record<string, readonly string[]>>;

/** The candidates of `request`, alias by alias, a model that stands in two of them once. */
export function decideRoute({ step, aliases }: RouteRequest, models: ModelLists): Route {
  const candidates = new Map<string, Candidate>();
  for (const alias of aliases) {
    for (const model of modelsOf(alias, models)) {
      if (!candidates.has(model)) candidates.set(model, { model, alias });
    }
  }
  return { step, candidates: [...candidates.values()] };
}

function modelsOf(alias: string, models: ModelLists): readonly string[] {
  const list = Object.hasOwn(models, alias) ? models[alias] : undefined;
  if (list !== undefined) return list;
  // A worker checks its own graphs when it starts: only one with another configuration comes here.
  throw ApplicationFailure.nonRetryable(
    `This worker's configuration has no alias "${alias}". Run workers of one task queue with one configuration.`,
    "CONFIG_UNKNOWN_ALIAS",
  );
}
