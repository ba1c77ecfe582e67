/** Decides a route with everything that is known of its candidates. */

import type { ModelPrice } from "../graph/money.ts";
import { countBytes } from "../graph/token-bound.ts";
import { offerTool } from "./call-provider.ts";
import type { Route, RouteRequest } from "./contract.ts";
import { decideRoute, type ModelLists } from "./route.ts";
import type { Tools } from "./tool.ts";

/** What routes are decided by. */
export interface RouteAccess {
  readonly models: ModelLists;
  /** By `provider/model`. */
  readonly prices: Readonly<Record<string, ModelPrice>>;
  readonly tools: Tools;
}

/** The recorded decision: candidates in order, with their prices. */
export function decideRecordedRoute(request: RouteRequest, access: RouteAccess): Route {
  const { models, prices, tools } = access;
  const { step, candidates } = decideRoute(request, models);
  const priced = candidates.map((candidate) => {
    const price = prices[candidate.model];
    return price ? { ...candidate, price } : candidate;
  });
  const offered = (request.tools ?? []).filter((name) => Object.hasOwn(tools, name));
  const toolTokens = countBytes(JSON.stringify(offered.map((name) => offerTool(name, tools))));
  return { step, candidates: priced, ...(offered.length > 0 && { toolTokens }) };
}
