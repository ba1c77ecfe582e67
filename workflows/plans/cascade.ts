/** The plan `cascade`: rung after rung, until a reply is good enough. */

import type { CascadePlan } from "../../activities/contract.ts";
import { askModel } from "../ask-model.ts";
import type { Answer, CandidateOutcome } from "../asking.ts";
import type { Shortage } from "../ledger.ts";
import { RunError } from "../run-error.ts";
import { tellVerdicts } from "../verdicts.ts";
import { Candidates, gaveUp, goOn, type RankedCandidate, type StepAsking } from "./candidates.ts";
import { rateReply } from "./judge.ts";
import { whyRefused } from "./reply-rules.ts";

/**
 * The first reply that is good enough. The last rung's is taken as it is; where no rung above answers, the highest
 * reply there is.
 *
 * @throws {RunError} as the plain plan does, when no rung has answered.
 */
export async function askCascade(asking: StepAsking, plan: CascadePlan): Promise<Answer> {
  const candidates = new Candidates(asking);
  const last = asking.route.candidates.length - 1;
  let kept: Answer | undefined;
  let shortage: Shortage | undefined;
  let isStandIn = false;
  for (let next = candidates.next(); next; next = candidates.next()) {
    const outcome = await askRung({ asking, isStandIn, kept }, next);
    if (outcome === undefined) break;
    if (outcome.ok) {
      const { answer } = outcome;
      const rejected = next.index === last ? undefined : await whyNotTaken(answer, plan, asking);
      if (rejected === undefined) return answer;
      tellVerdicts([[answer.calls.slice(-1), { isUsed: false, rejected }]], asking.context);
      kept = answer;
      shortage = undefined;
      isStandIn = false;
      continue;
    }
    const onward = goOn(asking, next.candidate, outcome);
    shortage = onward.shortage;
    isStandIn = true;
    if (!onward.tryNext) break;
  }
  if (kept === undefined) throw gaveUp(asking, shortage);
  tellVerdicts([[kept.calls.slice(-1), { isUsed: true }]], asking.context);
  return kept;
}

interface Climb {
  readonly asking: StepAsking;
  /** The rung below has failed. */
  readonly isStandIn: boolean;
  /** A reply that was not good enough. */
  readonly kept: Answer | undefined;
}

/** `undefined`: there is no time for it, and a reply at hand. */
async function askRung(
  { asking, isStandIn, kept }: Climb,
  next: RankedCandidate,
): Promise<CandidateOutcome | undefined> {
  const isLast = next.index === asking.route.candidates.length - 1;
  const isLastResort = isLast && kept === undefined;
  try {
    return await askModel({ ...asking, ...next, plan: "cascade", isStandIn, isLastResort });
  } catch (error) {
    if (kept === undefined || !(error instanceof RunError)) throw error;
    return undefined;
  }
}

/** Cheap rules first: what they refuse is not judged. */
async function whyNotTaken(
  { said, index }: Answer,
  { accept }: CascadePlan,
  asking: StepAsking,
): Promise<string | undefined> {
  const refused = whyRefused(said, accept);
  if (refused !== undefined || accept.judge === undefined) return refused;
  const { atLeast } = accept.judge;
  const score = await rateReply(accept.judge, { said, index }, asking);
  if (score === undefined) return "no judge could rate it";
  return score >= atLeast ? undefined : `the judge's score ${score} is below ${atLeast}`;
}
