/** What the sandbox tells of spans that have ended: the worker makes spans of it. Plain data, as it is copied out of the sandbox. */

import type { Sinks } from "@temporalio/workflow";
import type { StepKind } from "../../graph/definition.ts";

/** Where the spans of an execution belong. */
export interface RunTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Of the run's span: 16 hexadecimal digits. */
  readonly runSpan: string;
  /** Absent: the trace begins with the run, and whoever makes its spans decides whether it is sampled. */
  readonly flags?: string;
  readonly state?: string;
  /** What the run's span is below. Absent: nothing. */
  readonly parent?: { readonly span: string; readonly step?: string };
}

interface EndedSpan {
  readonly trace: RunTrace;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** What it failed with: the code of an error, or `cancelled`. Absent: it did not. */
  readonly failure?: string;
}

export interface EndedStep extends EndedSpan {
  /** Its path. */
  readonly step: string;
  readonly kind: StepKind;
  /** The step that it is inside. Absent: the run itself. */
  readonly inside?: string;
  /** The model whose reply it took. */
  readonly model?: string;
}

/** What the engine knows of a run at its end. */
export interface RunFigures {
  readonly costNanoUsd: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly attempts: number;
  readonly fallbacks: number;
  readonly workspace: string;
  /** How much of each limit of its budget was used, from 0 to 1 and beyond. */
  readonly budgetUse: Readonly<Record<string, number>>;
}

export interface EndedRun extends EndedSpan {
  /** Of a part of a map: which, such as `files[200]`. Absent: it is a run. */
  readonly part?: string;
  /** A run that another run started. */
  readonly isSub: boolean;
  /** Absent: nothing of ours ran in it. */
  readonly figures?: RunFigures;
}

/** Called once for each span: Temporal leaves calls out that a replay makes again. */
export interface TraceSinks extends Sinks {
  signalboxTrace: {
    endStep(step: EndedStep): void;
    endRun(run: EndedRun): void;
  };
}
