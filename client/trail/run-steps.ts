/** Where the steps of a run stand, as its events tell it. Pure. */

import { stepOfCall } from "../../graph/attempt-id.ts";
import type { RunEnded, RunEvent } from "../run-event.ts";
import type { RunStep } from "../run.ts";
import { isOfModelStep, ModelStep } from "./model-step.ts";

/** Of a step that waits for a word on what a guardrail found; no step of a graph has such an id. */
const GUARD_QUESTION = /\/\$guard(?:\[\d+\])?$/;

/**
 * The steps, in the order in which they began. Judges, guardrails that a model judges and tools that a model calls are part of the
 * step that they are for. Steps that asked for nothing, as those of code, have left no event.
 */
export function stepsOf(events: readonly RunEvent[]): readonly RunStep[] {
  const steps = new Map<string, RunStep>();
  const models = new Map<string, ModelStep>();
  for (const event of events) {
    const path = stepOfEvent(event);
    if (path === undefined) continue;
    if (isOfModelStep(event, path)) {
      const model = models.get(path) ?? new ModelStep(path, event.at);
      models.set(path, model);
      model.read(event);
      // Keeps its place; what it came to is told once, at the end.
      if (!steps.has(path)) steps.set(path, model.describe());
    } else {
      const step = afterEvent(steps.get(path), event);
      if (step) steps.set(path, step);
    }
  }
  for (const [path, model] of models) steps.set(path, model.describe());
  const last = events.at(-1);
  return closed(withQuestions(steps), last?.type === "run.ended" ? last : undefined);
}

/** The step that an event is about; `undefined`: none, as of parts, whose steps have their own events. */
export function stepOfEvent(event: RunEvent): string | undefined {
  if ("kind" in event && event.kind === "part") return undefined;
  if (event.type === "attempt.ended") return stepOfCall(event.attempt.step);
  return "step" in event ? stepOfCall(event.step) : undefined;
}

function afterEvent(known: RunStep | undefined, event: RunEvent): RunStep | undefined {
  switch (event.type) {
    case "step.started": {
      const { step, kind, run, at } = event;
      if (kind === "part") return known;
      return { step, kind, status: "running", startedAt: at, ...(run !== undefined && { run }) };
    }
    case "step.ended": {
      const { status, costNanoUsd, at } = event;
      return known && { ...known, status, endedAt: at, ...(costNanoUsd && { costNanoUsd }) };
    }
    case "step.waiting": {
      const { step, kind, at } = event;
      return known ?? { step, kind, status: "waiting", startedAt: at };
    }
    case "step.decided": {
      const { step, kind, how, at } = event;
      const status = how === "cancelled" ? "cancelled" : "completed";
      return { startedAt: at, ...known, step, kind, status, endedAt: at };
    }
    case "run.started":
    case "run.reset":
    case "run.cancel_requested":
    case "run.ended":
    case "route.decided":
    case "attempt.started":
    case "attempt.ended":
    case "attempt.judged":
      return known;
  }
}

/** A step whose guardrail left something to a person waits, though its model has answered. */
function withQuestions(steps: ReadonlyMap<string, RunStep>): readonly RunStep[] {
  const all = [...steps.values()];
  const asking = new Set(
    all.flatMap(({ step, status }) =>
      status === "waiting" && GUARD_QUESTION.test(step) ? step.replace(GUARD_QUESTION, "") : [],
    ),
  );
  return all.map((step) => {
    if (!asking.has(step.step)) return step;
    const { endedAt: _endedAt, model: _model, fallbacks: _fallbacks, ...open } = step;
    return { ...open, status: "waiting" };
  });
}

/** Nothing goes on in a run that has ended. */
function closed(steps: readonly RunStep[], end: RunEnded | undefined): readonly RunStep[] {
  if (end === undefined) return steps;
  return steps.map((step) => {
    if (step.step === end.error?.step) return { ...step, status: "failed", endedAt: end.at };
    return step.endedAt === undefined ? { ...step, status: "cancelled", endedAt: end.at } : step;
  });
}
