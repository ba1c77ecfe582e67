/** What routes are decided by, for tests: nothing is known and nothing was seen but what a test says. */

import { ROUGH_TOKENS } from "../../activities/rough-tokens.ts";
import type { RouteAccess } from "../../activities/route-access.ts";
import type { RouteRequest } from "../../activities/contract.ts";
import { NO_GUARDRAILS } from "../../activities/guarding/guardrails.ts";
import type { ModelFacts, ModelSignals } from "../../plugins/contract.ts";

/** A request of one short message. */
export const WANTED: Omit<RouteRequest, "aliases"> = {
  graph: "support",
  step: "draft",
  run: "run-1",
  workspace: "default",
  messages: [],
  output: {},
};

export interface KnownWorld extends Partial<Omit<RouteAccess, "factsOf" | "listed">> {
  readonly facts?: Readonly<Record<string, ModelFacts>>;
  readonly listed?: readonly string[];
}

export function routeAccess({ facts = {}, listed = [], ...rest }: KnownWorld): RouteAccess {
  return {
    aliases: {},
    factsOf: (model) => (Object.hasOwn(facts, model) ? facts[model] : undefined) ?? {},
    listed: () => listed,
    tools: {},
    tokens: ROUGH_TOKENS,
    routers: {},
    guarding: NO_GUARDRAILS,
    ...rest,
  };
}

/** Signals that say what they are told to. */
export function seenSignals(
  seen: Readonly<Record<string, Partial<ModelSignals>>>,
  others: Partial<NonNullable<RouteAccess["live"]>> = {},
): NonNullable<RouteAccess["live"]> {
  const whole = Object.entries(seen).map(([model, signals]): [string, ModelSignals] => [
    model,
    { calls: 10, successRate: 1, failures: {}, breaker: "closed", ...signals },
  ]);
  const known = new Map(whole);
  return {
    ofThisMoment: () => ({ of: (model) => known.get(model), rewardOf: () => undefined }),
    outputTokensOf: () => undefined,
    reserveProbe: () => false,
    ...others,
  };
}
