/** What a graph is once it is built: data, plus the small pure callbacks its author wrote. */

import type { Budget } from "./budget.ts";
import type { CallSettings } from "./call-settings.ts";
import type { Schema } from "./schema.ts";

/** Everything one run of a graph needs to know about the graph. */
export interface GraphDefinition extends FlowDefinition {
  /** Also the name of the export and of the Temporal workflow type. */
  readonly id: string;
  readonly version: string;
  readonly input: Schema;
  /** How long a run may take, in milliseconds. `undefined`: the engine's default. */
  readonly deadlineMs?: number | undefined;
  /** What a run may use up. */
  readonly budget?: Budget | undefined;
}

/** Steps that belong together: a whole graph, a case of a branch, or what a map does with each item. */
export interface FlowDefinition {
  /** In the order they were added, which is an order that respects `needs`. The last one's value is the flow's. */
  readonly steps: readonly StepDefinition[];
}

export type StepDefinition =
  | ModelStepDefinition
  | BranchDefinition
  | MapDefinition
  | RefineDefinition
  | ApprovalDefinition
  | WaitDefinition
  | ToolDefinition
  | SubDefinition
  | CodeDefinition
  | RewardDefinition;

/** The verb that made a step. */
export type StepKind = StepDefinition["kind"];

interface StepBase {
  readonly id: string;
  /** Ids of the steps of the same flow that must have finished before this one starts. */
  readonly needs: readonly string[];
  /** Ids of all steps of the same flow that have finished by then: `needs` and everything they needed. */
  readonly sees: ReadonlySet<string>;
}

/** What is asked of a model, and of which. */
export interface ModelCallDefinition {
  /** Aliases of the configuration, in order of preference. Empty: none was named, which `validate` reports. */
  readonly models: readonly string[];
  readonly guard: GuardNames;
  readonly output: Schema;
  readonly system: Callback | undefined;
  /** Gives the user's message. Exactly one of `prompt` and `messages` is there. */
  readonly prompt: Callback | undefined;
  /** Gives the whole conversation. */
  readonly messages: Callback | undefined;
  /** How long one attempt may take, in milliseconds. */
  readonly deadlineMs: number;
  /** Tools of the configuration that the model may call. */
  readonly tools: readonly string[];
  /** How often the model may answer with tool calls before it has to answer. */
  readonly maxToolRounds: number;
  readonly settings: CallSettings;
  /** Gives what sticky routers keep to one model. */
  readonly routingKey?: Callback | undefined;
}

/** Guardrails of the configuration, by where they look. */
export interface GuardNames {
  readonly input: readonly string[];
  readonly output: readonly string[];
}

/** One call to one model, with fallbacks. `maybe` is the kind that may be skipped. */
export interface ModelStepDefinition extends StepBase {
  readonly kind: "step" | "maybe";
  readonly call: ModelCallDefinition;
  /** Whether to call at all; there for `maybe` only. */
  readonly when: Callback | undefined;
}

/** Runs one of several flows. */
export interface BranchDefinition extends StepBase {
  readonly kind: "branch";
  /** Gives the name of a case. */
  readonly on: Callback;
  readonly cases: Readonly<Record<string, FlowDefinition>>;
}

/** Runs one flow for each item of an array. */
export interface MapDefinition extends StepBase {
  readonly kind: "map";
  /** Gives the array. */
  readonly over: Callback;
  readonly each: FlowDefinition;
  /** How many items run side by side. */
  readonly concurrency: number;
  readonly onItemFailure: "fail" | "collect";
}

/** Writes, reviews and writes again until a review is accepted. */
export interface RefineDefinition extends StepBase {
  readonly kind: "refine";
  readonly maxRounds: number;
  /** What all rounds together may use up. */
  readonly budget?: Budget | undefined;
  readonly write: ModelCallDefinition;
  readonly review: ModelCallDefinition;
  /** Takes the review and the draft. */
  readonly accept: (review: unknown, draft: unknown) => unknown;
}

/** A person's decision. */
export interface ApprovalDefinition extends StepBase {
  readonly kind: "approval";
  readonly decision: Schema;
  /** Gives what the person sees. */
  readonly show: Callback;
  readonly deadline: Deadline | undefined;
  /** How often the person is reminded, in milliseconds. */
  readonly remindEveryMs?: number | undefined;
  readonly condition: Condition | undefined;
}

/** After this long, the step goes on with a value of its own. */
export interface Deadline {
  readonly timeoutMs: number;
  readonly onTimeout: unknown;
}

/** Where `when` gives false, nobody is asked and the step's value is `otherwise`. */
export interface Condition {
  readonly when: Callback;
  readonly otherwise: unknown;
}

/** A durable timer, or something that happens outside. */
export interface WaitDefinition extends StepBase {
  readonly kind: "wait";
  readonly until:
    | { readonly durationMs: number }
    | { readonly event: Schema; readonly deadline: Deadline | undefined };
}

/** A call to a tool of the configuration: an activity of the user's own. */
export interface ToolDefinition extends StepBase {
  readonly kind: "tool";
  readonly tool: string;
  readonly input: Callback;
  /** How long one call may take, in milliseconds. */
  readonly deadlineMs: number;
}

/** Another graph, as a child workflow. */
export interface SubDefinition extends StepBase {
  readonly kind: "sub";
  readonly graph: GraphDefinition;
  readonly input: Callback;
}

/** Pure TypeScript that runs inside the workflow. */
export interface CodeDefinition extends StepBase {
  readonly kind: "code";
  readonly run: Callback;
  /** What `run` gives, for those who know the graph only as data. Absent: nobody said. */
  readonly output: Schema | undefined;
}

/** Tells the routers that learn how good the reply of another step was. */
export interface RewardDefinition extends StepBase {
  readonly kind: "reward";
  /** Id of a model step of the same flow, which has finished by then. */
  readonly of: string;
  /** Gives a number from 0 to 1. */
  readonly value: Callback;
}

/** The author's callback. What it may read is checked where it is written, by the types of `Graph`. */
export type Callback = (view: View) => unknown;

/** `input` and the values of the steps a callback may read, by id. */
export type View = Readonly<Record<string, unknown>>;
