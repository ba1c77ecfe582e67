/** Decides a route with everything that has to be known of it before a call: facts of its candidates, and the size of its tools. */

import { countBytes } from "../graph/token-bound.ts";
import { offerTool } from "./call-provider.ts";
import type { Route, RouteRequest } from "./contract.ts";
import { decideRoute, type FactsOf, type ModelLists } from "./route.ts";
import type { Tools } from "./tool.ts";

/** What routes are decided by. */
export interface RouteAccess {
  readonly models: ModelLists;
  readonly factsOf: FactsOf;
  readonly tools: Tools;
}

/** The recorded decision. */
export function decideRecordedRoute(request: RouteRequest, access: RouteAccess): Route {
  const { models, factsOf, tools } = access;
  const route = decideRoute(request, models, factsOf);
  const offered = (request.tools ?? []).filter((name) => Object.hasOwn(tools, name));
  if (offered.length === 0) return route;
  const offers = offered.map((name) => offerTool(name, tools));
  return { ...route, toolTokens: countBytes(JSON.stringify(offers)) };
}
