/** The trace of one workflow execution, as the sandbox keeps it: which steps are open, and where their spans belong. */

import { proxySinks } from "@temporalio/workflow";
import { stepOfCall } from "../../graph/attempt-id.ts";
import type { StepKind } from "../../graph/definition.ts";
import { PerExecution } from "../per-execution.ts";
import type { EndedRun, EndedStep, RunFigures, RunTrace, TraceSinks } from "./span-data.ts";
import { formatTraceparent } from "../../graph/traceparent.ts";
import type { TraceHeader } from "./trace-header.ts";

/** A step that has ended, as whoever ran it knows it. */
export type StepEnd = Pick<EndedStep, "failure" | "model">;

interface OpenSpan {
  readonly kind: StepKind;
  readonly startedAt: number;
}

export class ExecutionTrace {
  readonly trace: RunTrace;
  readonly #open = new Map<string, OpenSpan>();
  /** Of a part: the map that it is of, whose span another execution has. */
  readonly #map: string | undefined;
  readonly #sinks = proxySinks<TraceSinks>();
  #figures: (() => RunFigures) | undefined;

  constructor(trace: RunTrace, map: string | undefined) {
    this.trace = trace;
    this.#map = map;
  }

  /** Is asked for once, at the end of the run. */
  onEnd(figures: () => RunFigures): void {
    this.#figures = figures;
  }

  /** Gives what is to be told of the step's end. */
  beginStep(step: string, kind: StepKind): (end: StepEnd) => void {
    const startedAt = Date.now();
    const inside = this.stepAround(step);
    this.#open.set(step, { kind, startedAt });
    return (end) => {
      this.#open.delete(step);
      const { trace } = this;
      const span = { trace, step, kind, startedAt, endedAt: Date.now() };
      this.#sinks.signalboxTrace.endStep({ ...span, ...(inside && { inside }), ...end });
    };
  }

  endRun(run: Omit<EndedRun, "trace" | "endedAt" | "figures">): void {
    const { trace } = this;
    const figures = this.#figures?.();
    const ended = { trace, endedAt: Date.now(), ...run, ...(figures && { figures }) };
    this.#sinks.signalboxTrace.endRun(ended);
  }

  /** For what a step has done elsewhere. `call`: its path, or the id of an activity. */
  headerFor(call: string | undefined): TraceHeader {
    const { traceId, runSpan, flags, state } = this.trace;
    const step = call === undefined ? undefined : this.#openStepOf(stepOfCall(call));
    return {
      traceparent: formatTraceparent({ traceId, spanId: runSpan, flags: flags ?? "01" }),
      ...(state !== undefined && { tracestate: state }),
      ...(flags === undefined && { "signalbox-root": "1" }),
      ...(step !== undefined && { "signalbox-step": step }),
    };
  }

  /** The open step that a step is inside. */
  stepAround(path: string): string | undefined {
    return this.#openStepOf(outsideOf(path));
  }

  #openStepOf(path: string): string | undefined {
    for (let at = path; at !== ""; at = outsideOf(at)) {
      if (at === this.#map || this.#open.has(at)) return at;
    }
    return undefined;
  }
}

/** One less at its end: of `files[2]/gist` it is `files[2]`, and of that `files`. */
function outsideOf(path: string): string {
  const end = path.endsWith("]") ? path.lastIndexOf("[") : path.lastIndexOf("/");
  return path.slice(0, Math.max(0, end));
}

const current = new PerExecution<ExecutionTrace>("trace");

/** `undefined`: nobody wants to know. */
export function executionTrace(): ExecutionTrace | undefined {
  return current.get();
}

export function setExecutionTrace(trace: ExecutionTrace): void {
  current.set(trace);
}
