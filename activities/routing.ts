/** Decides a route with everything that is known of its candidates. */

import type { ModelPrice } from "../graph/money.ts";
import { countBytes } from "../graph/token-bound.ts";
import { offerTool } from "./call-provider.ts";
import type { Route, RouteRequest } from "./contract.ts";
import { decideRoute, type FactsOf, type ModelLists } from "./route.ts";
import type { Tools } from "./tool.ts";

/** What routes are decided by. */
export interface RouteAccess {
  readonly models: ModelLists;
  /** By `provider/model`. */
  readonly prices: Readonly<Record<string, ModelPrice>>;
  readonly tools: Tools;
  /** What is known of models, their prices as well. Default: `prices`, and nothing else. */
  readonly factsOf?: FactsOf;
}

/** The recorded decision: candidates in order, with what is known of them. */
export function decideRecordedRoute(request: RouteRequest, access: RouteAccess): Route {
  const { models, prices, tools, factsOf = (model) => ({ price: prices[model] }) } = access;
  const route = decideRoute(request, models, factsOf);
  const offered = (request.tools ?? []).filter((name) => Object.hasOwn(tools, name));
  const toolTokens = countBytes(JSON.stringify(offered.map((name) => offerTool(name, tools))));
  return { ...route, ...(offered.length > 0 && { toolTokens }) };
}
