/** What the fixture graph `threeSteps` takes, and models that answer it well. */

import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";

export const TICKET = { body: "My card is gone" };

const GOOD: Readonly<Record<string, SimulatedReply>> = {
  triage: { value: { kind: "card" } },
  draft: { value: { text: "Freeze it in the app." } },
  review: { value: { fit: true } },
};

/** Steps of other graphs are answered with their own path. */
export function answerWell({ step }: Pick<SimulatedCall, "step">): SimulatedReply {
  return GOOD[step] ?? { value: step };
}
