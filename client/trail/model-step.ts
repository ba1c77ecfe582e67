/** Where a step stands that asks models, as the events of its attempts tell it. */

import type { RunEvent, StepEnded, StepStarted } from "../run-event.ts";
import type { AttemptEnded, AttemptJudged, AttemptStarted } from "../run-event.ts";
import type { RunStep } from "../run.ts";

/** Events that may be about a step that asks models: of tools, those that a model calls. */
export type ModelStepEvent =
  | AttemptStarted
  | AttemptEnded
  | AttemptJudged
  | StepStarted
  | StepEnded;

interface Asked {
  readonly model: string;
  readonly fallback: number;
  /** Made for the step itself, and not to judge something. */
  readonly isOwn: boolean;
  readonly status: AttemptEnded["attempt"]["status"];
  readonly costNanoUsd?: number | undefined;
  readonly isUsed?: boolean | undefined;
}

export class ModelStep {
  readonly #path: string;
  readonly #startedAt: string;
  #lastAt: string;
  /** By attempt. */
  readonly #asked = new Map<string, Asked>();
  readonly #tools = new Set<string>();

  constructor(path: string, startedAt: string) {
    this.#path = path;
    this.#startedAt = startedAt;
    this.#lastAt = startedAt;
  }

  read(event: ModelStepEvent): void {
    this.#lastAt = event.at;
    switch (event.type) {
      case "attempt.started": {
        const { attemptId, step, model, fallback } = event;
        const isOwn = step === this.#path;
        return void this.#asked.set(attemptId, { model, fallback, isOwn, status: "running" });
      }
      case "attempt.ended": {
        const { status, costNanoUsd } = event.attempt;
        return this.#change(event.attemptId, { status, costNanoUsd });
      }
      case "attempt.judged": {
        const { isUsed, kind } = event.verdict;
        const change = kind === undefined ? { isUsed } : { isUsed, status: "failed" as const };
        return this.#change(event.attemptId, change);
      }
      case "step.started":
        return void this.#tools.add(event.step);
      case "step.ended":
        return void this.#tools.delete(event.step);
    }
  }

  describe(): RunStep {
    const all = [...this.#asked.values()];
    const own = all.filter(({ isOwn }) => isOwn);
    const answer = own.findLast(({ status, isUsed }) => status === "completed" && isUsed !== false);
    const status = this.#statusOf(all, own, answer);
    const costs = all.flatMap(({ costNanoUsd }) => costNanoUsd ?? []);
    return {
      step: this.#path,
      kind: "model",
      status,
      startedAt: this.#startedAt,
      ...(status !== "running" && { endedAt: this.#lastAt }),
      ...(status === "completed" && answer && answeredBy(answer, own)),
      attempts: own.length,
      ...(costs.length > 0 && { costNanoUsd: costs.reduce((sum, cost) => sum + cost, 0) }),
    };
  }

  #statusOf(
    all: readonly Asked[],
    own: readonly Asked[],
    answer: Asked | undefined,
  ): "running" | "completed" | "failed" | "cancelled" {
    const isBusy = this.#tools.size > 0 || all.some(({ status }) => status === "running");
    if (isBusy || own.length === 0) return "running";
    if (answer) return "completed";
    return own.at(-1)?.status === "cancelled" ? "cancelled" : "failed";
  }

  #change(attemptId: string, change: Partial<Asked>): void {
    const asked = this.#asked.get(attemptId);
    if (asked) this.#asked.set(attemptId, { ...asked, ...change });
  }
}

/** Candidates before it that failed. */
function answeredBy(
  { model, fallback }: Asked,
  own: readonly Asked[],
): Pick<RunStep, "model" | "fallbacks"> {
  const failed = own.filter((other) => other.status === "failed" && other.fallback < fallback);
  return { model, fallbacks: new Set(failed.map((other) => other.fallback)).size };
}

/** Whether an event is about a step that asks models. */
export function isOfModelStep(event: RunEvent, path: string): event is ModelStepEvent {
  if (event.type.startsWith("attempt.")) return true;
  const isOfStep = event.type === "step.started" || event.type === "step.ended";
  return isOfStep && event.step !== path;
}
