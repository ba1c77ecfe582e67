/** Tells what became of replies that came: on the record of the run, and in the history, where no event of theirs tells it. */

import type { AnsweredCall } from "./asking.ts";
import type { Verdict } from "./run-record.ts";
import type { StepContext } from "./step-context.ts";

/** Some calls, and what is to be told of each. */
export type ToldCalls = readonly [calls: readonly AnsweredCall[], verdict: Verdict];

export function tellVerdicts(told: readonly ToldCalls[], { host }: StepContext): void {
  const verdicts: Record<string, Verdict> = {};
  for (const [calls, verdict] of told) {
    for (const { id, tell } of calls) {
      tell(verdict);
      verdicts[id] = verdict;
    }
  }
  if (Object.keys(verdicts).length > 0) host.keepVerdicts(verdicts);
}
