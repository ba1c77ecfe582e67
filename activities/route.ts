/** Decides which models a step may use, and in which order. */

import { ApplicationFailure } from "@temporalio/common";
import type { RecoveryPolicy } from "../graph/failure-kinds.ts";
import { countBytes } from "../graph/token-bound.ts";
import type { ModelFacts } from "../plugins/contract.ts";
import { offerTool } from "./call-provider.ts";
import type { Candidate, Route, RouteRequest } from "./contract.ts";
import { readAlias, type ModelAliases, type ModelPool } from "./model-pool.ts";
import type { RouteAccess } from "./route-access.ts";

/** The recorded decision: the candidates of `request`, alias by alias, a model that stands in two of them once. */
export function decideRoute(request: RouteRequest, access: RouteAccess): Route {
  const { step, aliases, run } = request;
  const candidates = new Map<string, Candidate>();
  for (const alias of aliases) {
    const pool = poolOf(alias, access.aliases);
    for (const [position, model] of pool.pool.entries()) {
      if (candidates.has(model)) continue;
      const ranked = { score: 1 / (position + 1), reason: `number ${position + 1} of the list` };
      const known = { ...recoveryOf(pool), ...knownOf(access.factsOf(model)) };
      candidates.set(model, { model, alias, ...ranked, ...known });
    }
  }
  const routers = Object.fromEntries(aliases.map((alias) => [alias, "priority"]));
  const route = { step, candidates: [...candidates.values()], routers, seed: seedOf(run, step) };
  return { ...route, ...toolTokensOf(request, access) };
}

function toolTokensOf(
  { tools = [] }: RouteRequest,
  access: RouteAccess,
): Pick<Route, "toolTokens"> {
  const offered = tools.filter((name) => Object.hasOwn(access.tools, name));
  if (offered.length === 0) return {};
  const offers = offered.map((name) => offerTool(name, access.tools));
  return { toolTokens: countBytes(JSON.stringify(offers)) };
}

/** FNV-1a, as in plugins/simulated/seeded-random.ts. */
function seedOf(run: string, step: string): number {
  let hash = 0x811c9dc5;
  for (const unit of `${run}\n${step}`) hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}

function poolOf(alias: string, aliases: ModelAliases): ModelPool {
  const found = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
  if (found !== undefined) return readAlias(found);
  // A worker checks its own graphs when it starts: only one with another configuration comes here.
  throw ApplicationFailure.nonRetryable(
    `This worker's configuration has no alias "${alias}". Run workers of one task queue with one configuration.`,
    "CONFIG_UNKNOWN_ALIAS",
  );
}

/** An empty list says something else than none: nothing is tried again. */
function recoveryOf({ retryOn, fallbackOn }: ModelPool): RecoveryPolicy {
  return {
    ...(retryOn === undefined ? {} : { retryOn }),
    ...(fallbackOn === undefined ? {} : { fallbackOn }),
  };
}

type KnownOf = Pick<Candidate, "price" | "contextWindow" | "maxOutputTokens" | "jsonSchema">;

/** Every route is kept in a history: what is known of a model beside these members stays out of it. */
function knownOf({ price, capabilities = {} }: ModelFacts): KnownOf {
  const { contextWindow, maxOutputTokens, jsonSchema } = capabilities;
  return {
    ...(price === undefined ? {} : { price }),
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(jsonSchema === undefined ? {} : { jsonSchema }),
  };
}
