/** What records say of a run itself, and of its steps that are no model's. */

import type { RunEvent } from "../run-event.ts";
import type { Said } from "./attributes.ts";

type EventOf<Type extends RunEvent["type"]> = Extract<RunEvent, { readonly type: Type }>;

export function sayRunStarted(event: EventOf<"run.started">): Said {
  return {
    "gen_ai.operation.name": "invoke_workflow",
    "gen_ai.workflow.name": event.graph,
    "signalbox.graph.version": event.version,
    "signalbox.by": event.by,
    "signalbox.is_incomplete": event.isIncomplete,
  };
}

export function sayRunEnded(event: EventOf<"run.ended">): Said {
  const { status, costUsd, fallbacks, models, error } = event;
  return {
    "signalbox.status": status,
    "signalbox.cost_nano_usd": costUsd === undefined ? undefined : Math.round(costUsd * 1e9),
    "signalbox.fallbacks": fallbacks,
    "signalbox.models": models,
    "error.type": error?.code,
    "signalbox.step": error?.step,
  };
}

export function sayStepStarted({ step, kind, run }: EventOf<"step.started">): Said {
  return {
    "gen_ai.operation.name": kind === "tool" ? "execute_tool" : undefined,
    "signalbox.step": step,
    "signalbox.step.kind": kind,
    "signalbox.step.run": run,
  };
}

export function sayStepEnded({ step, kind, status, costNanoUsd }: EventOf<"step.ended">): Said {
  return {
    "signalbox.step": step,
    "signalbox.step.kind": kind,
    "signalbox.status": status,
    "signalbox.cost_nano_usd": costNanoUsd,
  };
}

export function sayWaiting({ step, kind, reminders }: EventOf<"step.waiting">): Said {
  return {
    "signalbox.step": step,
    "signalbox.step.kind": kind,
    "signalbox.reminders": reminders,
  };
}

/** What was said with it is known by its hash alone. */
export function sayDecided({ step, kind, how, by }: EventOf<"step.decided">): Said {
  return {
    "signalbox.step": step,
    "signalbox.step.kind": kind,
    "signalbox.how": how,
    "signalbox.by": by,
  };
}
