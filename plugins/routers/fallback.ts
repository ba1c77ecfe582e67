/** Asks routers one after the other until one of them has an opinion. */

import type { RankRequest, Router, Signals } from "../contract.ts";
import { refuse } from "../ranking/options.ts";

const NOTHING_SEEN: Signals = { of: () => undefined, rewardOf: () => undefined };

/**
 * The first router that has an opinion of a request ranks its models and says how they are asked. None has: neither
 * has this one.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function fallback(...routers: readonly Router[]): Router {
  if (routers.length === 0 || routers.some((router) => typeof router?.rank !== "function")) {
    refuse("fallback", "is given something that is no router, or nothing. Give it routers.");
  }
  /** Who decided, for as long as the request is held: the plan has to be of the router that ranked. */
  const deciders = new WeakMap<RankRequest, Router>();
  return {
    id: `fallback(${routers.map(({ id }) => id).join(", ")})`,
    rank(request, candidates, signals) {
      for (const router of routers) {
        const ranked = router.rank(request, candidates, signals);
        if (ranked === undefined) continue;
        deciders.set(request, router);
        return ranked;
      }
      return undefined;
    },
    plan(request) {
      const decider =
        deciders.get(request) ??
        // Asked before it ranked: who would decide, with nothing to rank.
        routers.find((router) => router.rank(request, [], NOTHING_SEEN) !== undefined);
      return decider?.plan?.(request);
    },
  };
}
