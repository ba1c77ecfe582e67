/** Notices where a step goes on with another model than the one it asked before. */

import type { AttemptStarted } from "../run-event.ts";
import type { Said } from "./attributes.ts";
import { sayStarted } from "./attempt-words.ts";

/** The last attempt of a step. */
interface Asked {
  readonly attemptId: string;
  readonly place: number;
  readonly model: string;
  /** As which it failed. Absent: it has not. */
  readonly kind?: string | undefined;
}

export class StepModels {
  readonly #last = new Map<string, Asked>();

  /** What there is to say of a fallback; `undefined`: it is none. */
  begin(event: AttemptStarted): Said | undefined {
    const { attemptId, step, model, fallback: place, plan, isStandIn } = event;
    const last = this.#last.get(step);
    this.#last.set(step, { attemptId, place, model });
    // Models of a plan are asked because the plan says so, but for those that stand in.
    const isOther = plan === undefined ? place !== (last?.place ?? 0) : isStandIn === true;
    if (!isOther) return undefined;
    return {
      ...sayStarted(event),
      // Absent: the first choice was not asked at all, such as for want of budget.
      "signalbox.fallback.from": last?.model,
      "error.type": last?.kind,
    };
  }

  fail(step: string, attemptId: string, kind: string | undefined): void {
    const last = this.#last.get(step);
    if (kind !== undefined && last?.attemptId === attemptId)
      this.#last.set(step, { ...last, kind });
  }
}
