/* oxlint-disable typescript/no-unsafe-type-assertion -- The verbs are typed by `Graph`; what stands behind them is plain data. */
/** What each verb makes of its options: a step of the definition. */

import type {
  ApprovalDefinition,
  BranchDefinition,
  Callback,
  CodeDefinition,
  Condition,
  Deadline,
  FlowDefinition,
  MapDefinition,
  ModelCallDefinition,
  ModelStepDefinition,
  RefineDefinition,
  RewardDefinition,
  StepDefinition,
  StepKind,
  SubDefinition,
  ToolDefinition,
  WaitDefinition,
} from "./definition.ts";
import type { Budget } from "./budget.ts";
import {
  readCallDuration,
  readCallSettings,
  readDuration,
  readTotalDeadline,
  type CallOptionsOfPolicy,
} from "./call-settings.ts";
import type { AnyGraph } from "./graph.ts";
import { placeStep, type Place } from "./place.ts";
import type { Schema } from "./schema.ts";

/** Builds the steps of a flow, as the callbacks of `branch` and `map` do. */
export type FlowBuilder = (flow: never) => unknown;

/** Where a verb is used. */
export interface VerbPlace extends Place {
  readonly defaults: CallDefaults;
  /** Runs `build` on an empty flow whose callbacks also see `names`, and gives its steps. */
  nest(build: FlowBuilder, names: Iterable<string>): FlowDefinition;
}

/** What a graph says once for all its steps. */
export interface CallDefaults extends CallOptionsOfPolicy {
  readonly model?: string | readonly string[];
  readonly guard?: GuardOptions;
}

interface GuardOptions {
  readonly input?: readonly string[];
  readonly output?: readonly string[];
}

type Options = Readonly<Record<string, unknown>> & { readonly needs?: readonly string[] };

export type Verb = (id: string, options: Options, place: VerbPlace) => StepDefinition;

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_TOOL_ROUNDS = 8;

export const VERBS: Readonly<Record<StepKind, Verb>> = {
  step: modelStep,
  maybe: (id, options, place) => ({
    ...modelStep(id, options, place),
    kind: "maybe",
    when: options["when"] as Callback,
  }),
  branch,
  map,
  refine,
  approval,
  wait,
  tool,
  sub: (id, options, place): SubDefinition => ({
    kind: "sub",
    ...placeStep(id, options, place),
    graph: (options["graph"] as AnyGraph).definition,
    input: options["input"] as Callback,
  }),
  code: (id, options, place): CodeDefinition => ({
    kind: "code",
    ...placeStep(id, options, place),
    run: options["run"] as Callback,
    output: options["output"] as Schema | undefined,
  }),
  reward: (id, options, place): RewardDefinition => ({
    kind: "reward",
    ...placeStep(id, options, place),
    of: options["of"] as string,
    value: options["value"] as Callback,
  }),
};

function modelStep(id: string, options: Options, place: VerbPlace): ModelStepDefinition {
  return {
    kind: "step",
    ...placeStep(id, options, place),
    call: modelCall(id, options, place.defaults),
    when: undefined,
  };
}

interface CallOptions extends CallDefaults {
  readonly output: Schema;
  readonly system?: Callback;
  readonly prompt?: Callback;
  readonly messages?: Callback;
  readonly tools?: readonly string[];
  readonly maxToolRounds?: number;
  readonly routingKey?: Callback;
}

/** What is asked of a model, as a verb is given it. */
export function modelCall(
  id: string,
  options: Options,
  defaults: CallDefaults,
): ModelCallDefinition {
  const call = options as unknown as CallOptions;
  return {
    models: asList(call.model ?? defaults.model ?? []),
    guard: {
      // A step's own guardrails come on top: naming one never turns off the graph's.
      input: joinNames(defaults.guard?.input, call.guard?.input),
      output: joinNames(defaults.guard?.output, call.guard?.output),
    },
    output: call.output,
    system: call.system,
    prompt: call.prompt,
    messages: call.messages,
    deadlineMs: readTotalDeadline([call, defaults], id),
    tools: call.tools ?? [],
    maxToolRounds: call.maxToolRounds ?? DEFAULT_TOOL_ROUNDS,
    settings: readCallSettings(call, defaults, id),
    routingKey: call.routingKey,
  };
}

function branch(id: string, options: Options, place: VerbPlace): BranchDefinition {
  const at = placeStep(id, options, place);
  const cases = options["cases"] as Readonly<Record<string, FlowBuilder>>;
  const flows = Object.entries(cases).map(([name, build]) => [name, place.nest(build, at.sees)]);
  return { kind: "branch", ...at, on: options["on"] as Callback, cases: Object.fromEntries(flows) };
}

function map(id: string, options: Options, place: VerbPlace): MapDefinition {
  const at = placeStep(id, options, place);
  return {
    kind: "map",
    ...at,
    over: options["over"] as Callback,
    each: place.nest(options["each"] as FlowBuilder, [...at.sees, "item", "index"]),
    concurrency: (options["concurrency"] as number | undefined) ?? DEFAULT_CONCURRENCY,
    onItemFailure: (options["onItemFailure"] as "collect" | undefined) ?? "fail",
  };
}

function refine(id: string, options: Options, place: VerbPlace): RefineDefinition {
  return {
    kind: "refine",
    ...placeStep(id, options, place),
    maxRounds: options["maxRounds"] as number,
    budget: options["budget"] as Budget | undefined,
    write: modelCall(id, options["write"] as Options, place.defaults),
    review: modelCall(id, options["review"] as Options, place.defaults),
    accept: options["accept"] as RefineDefinition["accept"],
  };
}

function approval(id: string, options: Options, place: VerbPlace): ApprovalDefinition {
  return {
    kind: "approval",
    ...placeStep(id, options, place),
    decision: options["decision"] as Schema,
    show: options["show"] as Callback,
    deadline: readDeadline(options, id),
    remindEveryMs: readReminder(options, id),
    condition: readCondition(options),
  };
}

function wait(id: string, options: Options, place: VerbPlace): WaitDefinition {
  const at = placeStep(id, options, place);
  const duration = options["duration"] as string | undefined;
  const until =
    duration === undefined
      ? { event: options["event"] as Schema, deadline: readDeadline(options, id) }
      : { durationMs: readDuration(duration, id) };
  return { kind: "wait", ...at, until };
}

function tool(id: string, options: Options, place: VerbPlace): ToolDefinition {
  const deadline = options["deadline"] as string | undefined;
  const total = deadline === undefined ? undefined : readCallDuration(deadline, id);
  return {
    kind: "tool",
    ...placeStep(id, options, place),
    tool: options["tool"] as string,
    input: options["input"] as Callback,
    deadlineMs: total ?? readTotalDeadline([{ deadline: place.defaults.deadline }], id),
  };
}

function readDeadline(options: Options, id: string): Deadline | undefined {
  const timeout = options["timeout"] as string | undefined;
  if (timeout === undefined) return undefined;
  return { timeoutMs: readDuration(timeout, id), onTimeout: options["onTimeout"] };
}

function readCondition(options: Options): Condition | undefined {
  const when = options["when"] as Callback | undefined;
  return when && { when, otherwise: options["otherwise"] };
}

function readReminder(options: Options, id: string): number | undefined {
  const every = options["remindEvery"] as string | undefined;
  return every === undefined ? undefined : readDuration(every, id);
}

function asList(names: string | readonly string[]): readonly string[] {
  return typeof names === "string" ? [names] : [...names];
}

function joinNames(
  first: readonly string[] = [],
  second: readonly string[] = [],
): readonly string[] {
  return [...new Set([...first, ...second])];
}
