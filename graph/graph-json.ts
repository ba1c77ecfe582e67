/** A graph as plain data, for programs that draw, check, compare or store it. Format: docs/reference/graph-format.md. */

import type { Budget } from "./budget.ts";
import type { CallSettings } from "./call-settings.ts";
import type {
  ApprovalDefinition,
  Deadline,
  FlowDefinition,
  GraphDefinition,
  GuardNames,
  ModelCallDefinition,
  StepDefinition,
  WaitDefinition,
} from "./definition.ts";
import type { JsonSchema, Schema } from "./schema.ts";
import { createSchemaReader } from "./schema-limits.ts";

/** Changes when a program that reads the format would have to change. */
export const GRAPH_FORMAT = "signalbox.graph/1";

export interface GraphJson extends FlowJson {
  readonly format: typeof GRAPH_FORMAT;
  readonly id: string;
  readonly version: string;
  readonly input: JsonSchema;
  /** How long a run may take. Absent: the default. */
  readonly deadlineMs?: number;
  /** What a run may use up. Absent: no limit. */
  readonly budget?: Budget;
}

export interface FlowJson {
  /** In an order that respects `needs`. The last one's value is the flow's. */
  readonly steps: readonly StepJson[];
}

interface StepBaseJson {
  readonly id: string;
  /** Ids of steps of the same flow. */
  readonly needs: readonly string[];
}

/** What is asked of which models. */
export interface CallJson {
  /** Aliases of the configuration, in order of preference. */
  readonly models: readonly string[];
  readonly guard: GuardNames;
  readonly output: JsonSchema;
  readonly deadlineMs: number;
  readonly tools: readonly string[];
  readonly maxToolRounds: number;
  /** What is said beyond the defaults. */
  readonly settings?: CallSettings;
  /** Sticky routers go by a key of the step's own. Absent: by the run. */
  readonly hasRoutingKey?: true;
}

/** After this long, the step goes on with `onTimeout`. */
export interface DeadlineJson {
  readonly timeoutMs: number;
  /** Absent: `undefined`, which JSON does not have. */
  readonly onTimeout?: unknown;
}

export type StepJson = StepBaseJson &
  (
    | ({ readonly kind: "step" | "maybe" } & CallJson)
    | { readonly kind: "branch"; readonly cases: Readonly<Record<string, FlowJson>> }
    | {
        readonly kind: "map";
        readonly each: FlowJson;
        readonly concurrency: number;
        readonly onItemFailure: "fail" | "collect";
      }
    | {
        readonly kind: "refine";
        readonly maxRounds: number;
        readonly budget?: Budget;
        readonly write: CallJson;
        readonly review: CallJson;
      }
    | {
        readonly kind: "approval";
        readonly decision: JsonSchema;
        readonly deadline?: DeadlineJson;
        readonly remindEveryMs?: number;
        /** The value where nobody is asked. Absent: somebody always is. */
        readonly otherwise?: { readonly value?: unknown };
      }
    | { readonly kind: "wait"; readonly durationMs: number }
    | { readonly kind: "wait"; readonly event: JsonSchema; readonly deadline?: DeadlineJson }
    | { readonly kind: "tool"; readonly tool: string; readonly deadlineMs: number }
    | { readonly kind: "sub"; readonly graph: string; readonly version: string }
    | {
        readonly kind: "code";
        /** What it gives. Absent: nobody said. */
        readonly output?: JsonSchema;
      }
    | {
        readonly kind: "reward";
        /** Id of a model step of the same flow. */
        readonly of: string;
      }
  );

/** How the parts of a definition that are no JSON become JSON. */
export interface JsonConverter {
  readonly schema: (schema: Schema) => JsonSchema;
  /** `undefined` leaves the member out. */
  readonly value: (value: unknown) => unknown;
}

/**
 * The data form of a graph. Callbacks are left out; what is given is plain JSON, without `undefined` anywhere.
 *
 * @throws {Error} with the default converter zod's own, or JSON's, when JSON cannot carry a schema or a value;
 *   `validate` says where.
 */
export function describeGraph(
  graph: GraphDefinition,
  converter = createStrictConverter(),
): GraphJson {
  const { id, version, deadlineMs, budget } = graph;
  const input = converter.schema(graph.input);
  return {
    format: GRAPH_FORMAT,
    id,
    version,
    input,
    ...(deadlineMs !== undefined && { deadlineMs }),
    ...(budget && { budget }),
    ...describeFlow(graph, converter),
  };
}

/** Throws what stands against a conversion. */
export function createStrictConverter(read = createSchemaReader()): JsonConverter {
  return {
    schema: (schema) => {
      const result = read(schema);
      if (result.ok) return result.json;
      throw result.error;
    },
    value: toPlainJson,
  };
}

/**
 * The value as it comes back from JSON: `undefined` where JSON has nothing to write.
 *
 * @throws {TypeError} JSON's own, for a bigint or a circle.
 */
export function toPlainJson(value: unknown): unknown {
  // What the types leave out: `stringify` gives `undefined` for `undefined` and for functions.
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}

function describeFlow({ steps }: FlowDefinition, converter: JsonConverter): FlowJson {
  return { steps: steps.map((step) => describeStep(step, converter)) };
}

// Members are written out where a spread would do: two spreads in one object cost ten times as much.
function describeStep(step: StepDefinition, converter: JsonConverter): StepJson {
  const { id, needs, kind } = step;
  switch (kind) {
    case "step":
    case "maybe": {
      const { models, guard, output, deadlineMs, tools, maxToolRounds } = step.call;
      const schema = converter.schema(output);
      const form = { models, guard, output: schema, deadlineMs, tools, maxToolRounds };
      return withOptions({ id, needs, kind, ...form }, step.call);
    }
    case "branch": {
      const cases = Object.entries(step.cases);
      const flows = cases.map(([name, flow]) => [name, describeFlow(flow, converter)]);
      return { id, needs, kind, cases: Object.fromEntries(flows) };
    }
    case "map": {
      const { concurrency, onItemFailure } = step;
      const each = describeFlow(step.each, converter);
      return { id, needs, kind, each, concurrency, onItemFailure };
    }
    case "refine": {
      const write = describeCall(step.write, converter);
      const review = describeCall(step.review, converter);
      const { maxRounds, budget } = step;
      return { id, needs, kind, maxRounds, ...(budget && { budget }), write, review };
    }
    case "approval":
      return { id, needs, ...describeApproval(step, converter) };
    case "wait":
      return { id, needs, kind, ...describeUntil(step.until, converter) };
    case "tool":
      return { id, needs, kind, tool: step.tool, deadlineMs: step.deadlineMs };
    case "sub":
      return { id, needs, kind, graph: step.graph.id, version: step.graph.version };
    case "code":
      return { id, needs, kind, ...(step.output && { output: converter.schema(step.output) }) };
    case "reward":
      return { id, needs, kind, of: step.of };
  }
}

function describeCall(call: ModelCallDefinition, { schema }: JsonConverter): CallJson {
  const { models, guard, output, deadlineMs, tools, maxToolRounds } = call;
  const form = { models, guard, output: schema(output), deadlineMs, tools, maxToolRounds };
  return withOptions(form, call);
}

/** Left out where nothing is set, as with most calls. */
function withOptions<T extends object>(
  form: T,
  { settings, routingKey }: ModelCallDefinition,
): T & Pick<CallJson, "settings" | "hasRoutingKey"> {
  const hasSettings = Object.keys(settings).length > 0;
  if (routingKey === undefined) return hasSettings ? { ...form, settings } : form;
  return { ...form, ...(hasSettings && { settings }), hasRoutingKey: true };
}

type ApprovalJson = Omit<Extract<StepJson, { readonly kind: "approval" }>, keyof StepBaseJson>;

function describeApproval(
  { kind, decision, deadline, remindEveryMs, condition }: ApprovalDefinition,
  converter: JsonConverter,
): ApprovalJson {
  return {
    kind,
    decision: converter.schema(decision),
    ...describeDeadline(deadline, converter),
    ...(remindEveryMs !== undefined && { remindEveryMs }),
    ...(condition && { otherwise: member("value", converter.value(condition.otherwise)) }),
  };
}

type UntilJson =
  | { readonly durationMs: number }
  | { readonly event: JsonSchema; readonly deadline?: DeadlineJson };

function describeUntil(until: WaitDefinition["until"], converter: JsonConverter): UntilJson {
  if ("durationMs" in until) return { durationMs: until.durationMs };
  return { event: converter.schema(until.event), ...describeDeadline(until.deadline, converter) };
}

function describeDeadline(
  deadline: Deadline | undefined,
  { value }: JsonConverter,
): { readonly deadline?: DeadlineJson } {
  if (deadline === undefined) return {};
  const { timeoutMs, onTimeout } = deadline;
  return { deadline: { timeoutMs, ...member("onTimeout", value(onTimeout)) } };
}

/** An object with one member, or none: `undefined` would get lost on the way through JSON. */
function member(name: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [name]: value };
}
