/** What a graph is once it is built: data, plus the small pure callbacks its author wrote. */

import type { Schema } from "./schema.ts";

/** Everything one run of a graph needs to know about the graph. */
export interface GraphDefinition {
  /** Also the name of the export and of the Temporal workflow type. */
  readonly id: string;
  readonly version: string;
  readonly input: Schema;
  /** In the order they were added, which is an order that respects `needs`. */
  readonly steps: readonly StepDefinition[];
}

export type StepDefinition = ModelStepDefinition | CodeStepDefinition;

interface StepBase {
  readonly id: string;
  /** Ids of the steps that must have finished before this one starts. */
  readonly needs: readonly string[];
  /** Ids of all steps that have finished by then: `needs` and everything they needed. What a callback may read. */
  readonly sees: ReadonlySet<string>;
}

/** One call to one model, with fallbacks. */
export interface ModelStepDefinition extends StepBase {
  readonly kind: "step";
  /** Aliases of the configuration, in order of preference. */
  readonly models: readonly string[];
  readonly output: Schema;
  readonly system: Callback | undefined;
  readonly prompt: Callback;
  /** How long one attempt may take, in milliseconds. */
  readonly deadlineMs: number;
}

/** Pure TypeScript that runs inside the workflow. */
export interface CodeStepDefinition extends StepBase {
  readonly kind: "code";
  readonly run: Callback;
}

/** The author's callback. What it may read is checked where it is written, by the types of `Graph`. */
export type Callback = (view: View) => unknown;

/** `input` and the values of the steps a callback may read, by id. */
export type View = Readonly<Record<string, unknown>>;
