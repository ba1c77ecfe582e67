/** `refine`: writes, reviews, and writes again until a review is accepted or the rounds are used up. */

import type { ModelCallDefinition, RefineDefinition } from "../../graph/definition.ts";
import { callModel } from "../call-model.ts";
import { runBooleanCallback } from "../callback.ts";
import type { FinishedRound } from "../progress.ts";
import { placeOf, type StepContext } from "../step-context.ts";

type Round = Omit<FinishedRound, "round">;

/** Gives the last draft and review, how many rounds it took, and whether the review was accepted. */
export async function runRefine(
  { maxRounds, budget, write, review, accept }: RefineDefinition,
  outer: StepContext,
): Promise<unknown> {
  const context = { ...outer, ledger: openAccount(budget, outer) };
  const { path, run } = context;
  const known = run.progress.roundOf(path);
  let last: Round | undefined = known && { draft: known.draft, review: known.review };
  for (let round = (known?.round ?? 0) + 1; ; round++) {
    const inRound = (part: string, view: object): StepContext => ({
      ...context,
      path: `${path}[${round}]/${part}`,
      view: { ...context.view, round, ...view },
    });
    const draft = await callOnce(write, inRound("write", { last }));
    last = { draft, review: await callOnce(review, inRound("review", { draft })) };
    const accepted = await isAccepted(accept, last, context);
    if (accepted || round >= maxRounds) return { ...last, rounds: round, accepted };
    run.progress.keepRound(path, { round, ...last });
  }
}

function openAccount(
  budget: RefineDefinition["budget"],
  { ledger, path, run }: StepContext,
): StepContext["ledger"] {
  const account = ledger.open(path, budget, run.progress.accountOf(path));
  if (budget) run.progress.watchAccount(path, account);
  return account;
}

/** A call of a round that was made in an earlier execution of the run is not made again. */
function callOnce(call: ModelCallDefinition, context: StepContext): Promise<unknown> {
  const { gate, progress } = context.run;
  return progress.once(context.path, () => gate.pass(() => callModel(call, context)));
}

function isAccepted(
  accept: RefineDefinition["accept"],
  { draft, review }: Round,
  context: StepContext,
): Promise<boolean> {
  return runBooleanCallback(() => accept(review, draft), {}, placeOf(context, "accept"));
}
