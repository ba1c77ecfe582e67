/** What records say of routes: which models a step may use, in which order, and why. */

import type { Route } from "../../activities/contract.ts";
import type { Said } from "./attributes.ts";

export function sayRoute(route: Route): Said {
  const { candidates, excluded, unlisted, routers, problems, plan } = route;
  return {
    "signalbox.step": route.step,
    "signalbox.plan": plan?.kind,
    "signalbox.route.candidates": candidates.map(({ model }) => model),
    "signalbox.route.scores": candidates.map(({ score }) => score),
    "signalbox.route.reasons": candidates.map(({ reason }) => reason),
    "signalbox.route.unlisted_candidates": unlisted?.candidates,
    "signalbox.route.excluded": excluded?.map(({ model }) => model),
    "signalbox.route.exclusions": excluded?.map(({ why }) => why),
    "signalbox.route.unlisted_excluded": unlisted?.excluded,
    "signalbox.route.routers": sayPairs(routers),
    "signalbox.route.problems": problems && sayPairs(problems),
    "signalbox.route.seed": route.seed,
    ...sayEstimate(route.estimate),
  };
}

function sayEstimate(estimate: Route["estimate"]): Said {
  return {
    "signalbox.route.input_tokens": estimate?.inputTokens,
    "signalbox.route.output_tokens": estimate?.outputTokens,
    "signalbox.route.cost_nano_usd": estimate?.costNanoUsd,
    "signalbox.route.is_estimate": estimate?.isEstimate,
  };
}

/** By alias, as in `writer: cheapest`. */
function sayPairs(byAlias: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(byAlias).map(([alias, what]) => `${alias}: ${what}`);
}
