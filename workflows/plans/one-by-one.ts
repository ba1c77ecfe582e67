/** The plan of most routes: candidate after candidate, until one answers. */

import { askModel } from "../ask-model.ts";
import type { Answer } from "../asking.ts";
import type { Shortage } from "../ledger.ts";
import { Candidates, gaveUp, goOn, type StepAsking } from "./candidates.ts";

/** @throws {RunError} RUN_NO_CANDIDATE_LEFT, RUN_BUDGET_EXCEEDED or RUN_DEADLINE_PASSED, with every attempt. */
export async function askOneByOne(asking: StepAsking): Promise<Answer> {
  const candidates = new Candidates(asking);
  let shortage: Shortage | undefined;
  for (let next = candidates.next(); next; next = candidates.next()) {
    const isLastResort = candidates.isLast(next);
    const outcome = await askModel({ ...asking, ...next, isLastResort });
    if (outcome.ok) return outcome.answer;
    candidates.keepForLater(next, outcome);
    const onward = goOn(asking, next.candidate, outcome);
    ({ shortage } = onward);
    if (!onward.tryNext) break;
  }
  throw gaveUp(asking, shortage);
}
