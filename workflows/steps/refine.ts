/** `refine`: writes, reviews, and writes again until a review is accepted or the rounds are used up. */

import type { RefineDefinition } from "../../graph/definition.ts";
import { callModel } from "../call-model.ts";
import { runBooleanCallback } from "../callback.ts";
import { placeOf, type StepContext } from "../step-context.ts";

interface Round {
  readonly draft: unknown;
  readonly review: unknown;
}

/** Gives the last draft and review, how many rounds it took, and whether the review was accepted. */
export async function runRefine(
  { maxRounds, budget, write, review, accept }: RefineDefinition,
  outer: StepContext,
): Promise<unknown> {
  const context = { ...outer, ledger: outer.ledger.open(outer.path, budget) };
  let last: Round | undefined;
  for (let round = 1; ; round++) {
    const inRound = (part: string, view: object): StepContext => ({
      ...context,
      path: `${context.path}[${round}]/${part}`,
      view: { ...context.view, round, ...view },
    });
    const draft = await callModel(write, inRound("write", { last }));
    last = { draft, review: await callModel(review, inRound("review", { draft })) };
    const accepted = await isAccepted(accept, last, context);
    if (accepted || round >= maxRounds) return { ...last, rounds: round, accepted };
  }
}

function isAccepted(
  accept: RefineDefinition["accept"],
  { draft, review }: Round,
  context: StepContext,
): Promise<boolean> {
  return runBooleanCallback(() => accept(review, draft), {}, placeOf(context, "accept"));
}
