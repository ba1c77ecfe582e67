/** Decides which models a step may use, and in which order. */

import { ApplicationFailure } from "@temporalio/common";
import type { RecoveryPolicy } from "../graph/failure-kinds.ts";
import { readModelList, type ModelList, type ModelLists } from "../graph/model-list.ts";
import type { Candidate, Route, RouteRequest } from "./contract.ts";

export type { ModelLists };

/** What a route may say of a model. Absent: not known. */
export type CandidateFacts = Pick<
  Candidate,
  "price" | "contextWindow" | "maxOutputTokens" | "jsonSchema"
>;

/** What is known of a `provider/model` at this moment. Never waits, never throws. */
export type FactsOf = (model: string) => CandidateFacts;

/**
 * The candidates of `request`, alias by alias, a model that stands in two of them once.
 *
 * @param factsOf - default: nothing is known of any model.
 */
export function decideRoute(
  { step, aliases, run }: RouteRequest,
  models: ModelLists,
  factsOf: FactsOf = () => ({}),
): Route {
  const candidates = new Map<string, Candidate>();
  for (const alias of aliases) {
    const list = listOf(alias, models);
    for (const [position, model] of list.models.entries()) {
      if (candidates.has(model)) continue;
      const ranked = { score: 1 / (position + 1), reason: `number ${position + 1} of the list` };
      const known = { ...recoveryOf(list), ...knownOf(factsOf(model)) };
      candidates.set(model, { model, alias, ...ranked, ...known });
    }
  }
  const routers = Object.fromEntries(aliases.map((alias) => [alias, "priority"]));
  return { step, candidates: [...candidates.values()], routers, seed: seedOf(run, step) };
}

/** FNV-1a, as in plugins/chance/seeded-random.ts. */
function seedOf(run: string, step: string): number {
  let hash = 0x811c9dc5;
  for (const unit of `${run}\n${step}`) hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}

function listOf(alias: string, models: ModelLists): ModelList {
  const list = Object.hasOwn(models, alias) ? models[alias] : undefined;
  if (list !== undefined) return readModelList(list);
  // A worker checks its own graphs when it starts: only one with another configuration comes here.
  throw ApplicationFailure.nonRetryable(
    `This worker's configuration has no alias "${alias}". Run workers of one task queue with one configuration.`,
    "CONFIG_UNKNOWN_ALIAS",
  );
}

/** An empty list says something else than none: nothing is tried again. */
function recoveryOf({ retryOn, fallbackOn }: ModelList): RecoveryPolicy {
  return {
    ...(retryOn === undefined ? {} : { retryOn }),
    ...(fallbackOn === undefined ? {} : { fallbackOn }),
  };
}

/** Every route is kept in a history: what is known of a model beside these members stays out of it. */
function knownOf({
  price,
  contextWindow,
  maxOutputTokens,
  jsonSchema,
}: CandidateFacts): CandidateFacts {
  return {
    ...(price === undefined ? {} : { price }),
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(jsonSchema === undefined ? {} : { jsonSchema }),
  };
}
