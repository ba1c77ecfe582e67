/** The world of the graph with plans: routers that only have a plan, and models that answer by their name. */

import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import { simulated } from "../../plugins/providers/simulated.ts";
import type { Router, RoutePlan } from "../../plugins/contract.ts";
import { defineConfig, defineTool, type Config } from "../../worker/config.ts";
import { findAccount } from "../fixtures/every-verb.ts";

const judge = { model: "small", rubric: "Clear and kind." };

/** By the ids of the steps. */
const PLANS: Readonly<Record<string, RoutePlan>> = {
  climbed: {
    kind: "cascade",
    accept: {
      confidence: { field: "sure", atLeast: 0.5 },
      judge: { ...judge, atLeast: 0.7 },
    },
  },
  voted: { kind: "consensus", size: 3, field: "verdict" },
  picked: { kind: "consensus", size: 3, judge },
};

/** Leaves the order as it is. */
const planning: Router = { id: "planning", rank: () => undefined, plan: ({ step }) => PLANS[step] };

const models = ["one", "two", "three", "four"].map((name) => `simulated/${name}`);
const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };

/** @param replies - what the models answer. */
export function plannedConfig(replies = answerPlanned): Config {
  return defineConfig({
    providers: [simulated({ replies })],
    models: { small: ["simulated/small"], writer: { pool: models, router: planning } },
    prices: Object.fromEntries([...models, "simulated/small"].map((model) => [model, price])),
    tools: {
      findAccount: defineTool({ ...findAccount, run: async () => ({ balance: 0 }) }),
    },
  });
}

/**
 * The cascade goes up twice: the first is not sure, the second does not please the judge. The vote is decided without
 * its third, which says nothing; its first is down. The judge picks the second.
 */
export function answerPlanned({ step, model, prompt }: SimulatedCall): SimulatedReply {
  if (step === "picked?judge") return { value: { best: 2 } };
  if (step.includes("?judge")) return { value: { score: prompt.includes("three") ? 0.9 : 0.4 } };
  if (step === "climbed") return { value: { verdict: model, sure: model === "one" ? 0.25 : 0.75 } };
  if (step === "voted") {
    if (model === "one") return { fail: "not_found" };
    if (model === "three") return { stall: true };
    return { value: { verdict: "same", sure: model === "two" ? 1 : 0 } };
  }
  return { value: { verdict: `${model} on ${prompt}`, sure: 1 } };
}
