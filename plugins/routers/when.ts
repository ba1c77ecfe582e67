/** Lets a router decide for some requests only. */

import type { RankRequest, Router } from "../contract.ts";
import { refuse } from "../ranking/options.ts";

/** Says for which requests. Pure: the same answer for the same request. */
export type RouteRule = (request: RankRequest) => boolean;

/**
 * The router where the rule says yes, no opinion elsewhere: put it into `fallback()`, or the order of the alias holds.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function when(rule: RouteRule, router: Router): Router {
  if (typeof rule !== "function") {
    refuse("when", "has no rule. Give a function of the request that says true or false.");
  }
  if (typeof router?.rank !== "function")
    refuse("when", "has no router behind its rule. Give one.");
  return {
    id: `when(${router.id})`,
    rank: (request, candidates, signals) =>
      rule(request) ? router.rank(request, candidates, signals) : undefined,
    plan: (request) => (rule(request) ? router.plan?.(request) : undefined),
  };
}
