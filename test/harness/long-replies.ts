/** What the models of fixtures/long-runs.ts answer. */

import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";

/** Of an essay, the last review finds it good; of a table, some cells fail on one model or on all. */
export function answerLong({ step, model, prompt }: SimulatedCall): SimulatedReply {
  if (step.endsWith("/write")) return { value: { text: `text ${prompt}` } };
  if (step.endsWith("/review")) {
    const [, round, rounds] = /^review (\d+) of (\d+)/.exec(prompt) ?? [];
    return { value: { said: round === rounds ? "good" : "bad" } };
  }
  if (model === "first" && /^cell [13] /.test(prompt)) return { fail: "not_found" };
  if (model === "second" && prompt.startsWith("cell 3 ")) return { fail: "refused" };
  return { text: `${model} to ${prompt}` };
}
