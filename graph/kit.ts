/* oxlint-disable typescript/no-unsafe-type-assertion -- The verbs are typed by `Graph`; what stands behind them is plain data. */
/** Starts graphs, bound to the names of one configuration, and hangs the verbs on the workflow function. */

import type { z } from "zod";
import type { Budget } from "./budget.ts";
import { readDuration } from "./call-settings.ts";
import type { FlowDefinition, GraphDefinition } from "./definition.ts";
import type { Duration } from "./duration.ts";
import { fingerprintGraph } from "./fingerprint.ts";
import { createStrictConverter, describeGraph, type GraphJson } from "./graph-json.ts";
import type { CallOptions, CallPolicy, Names, ReusableStep, ToolTypes } from "./call-options.ts";
import type { AnyGraph, Graph, NoSteps } from "./graph.ts";
import { drawMermaid } from "./mermaid.ts";
import { estimateGraph, type EstimateOptions } from "./estimate.ts";
import { invalidGraph } from "./invalid-graph.ts";
import { checkId, checkVersion } from "./place.ts";
import { createSchemaReader, type SchemaReader } from "./schema-limits.ts";
import { validateGraph } from "./validate.ts";
import { VERBS, type CallDefaults, type FlowBuilder, type Verb } from "./verbs.ts";

/** What graphs can do and the language cannot. Handed in by the package's entry. */
export interface GraphPowers {
  /** Runs a graph. The language knows nothing of Temporal. */
  readonly run: RunVersions;
  /** Draws a graph. The language is pure, and the layout library must not get into the sandbox. */
  readonly drawSvg: (json: GraphJson) => string;
}

/**
 * Runs one of the versions behind an export.
 *
 * @param versions - the newest first.
 * @param info - what the run was started with besides its input, if anything.
 */
export type RunVersions = (
  versions: readonly GraphDefinition[],
  input: unknown,
  info: unknown,
) => Promise<unknown>;

/** The part of a configuration whose names a graph uses. Only its type is ever needed. */
export interface ConfigNames {
  readonly models: Readonly<Record<string, unknown>>;
  readonly guardrails?: Readonly<Record<string, unknown>>;
  readonly tools?: Readonly<Record<string, ToolSchemas>>;
}

/** A tool of the configuration, as far as its types go. */
interface ToolSchemas {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

/** The names of a configuration. */
export interface NamesOf<Config extends ConfigNames> {
  readonly model: keyof Config["models"] & string;
  readonly guardrail: keyof NonNullable<Config["guardrails"]> & string;
  readonly tools: {
    readonly [T in keyof NonNullable<Config["tools"]>]: TypesOf<NonNullable<Config["tools"]>[T]>;
  };
}

type TypesOf<Tool> = Tool extends ToolSchemas
  ? { readonly input: z.input<Tool["input"]>; readonly output: z.output<Tool["output"]> }
  : ToolTypes;

export interface GraphOptions<N extends Names, Input extends z.ZodType> {
  /** Must equal the name of the export: Temporal finds the workflow by it. */
  readonly id: string;
  /** Up to 100 letters, digits and `_`, `.`, `+`, `-`. Default: `"1"`. */
  readonly version?: string;
  readonly input: Input;
  /** For all model calls of the graph; a step's own win, but its guardrails come on top. */
  readonly defaults?: CallPolicy<N>;
  /** How long a run may take, waits for people included. Default: `"30 days"`. */
  readonly deadline?: Duration;
  /** What a run may use up. Default: no limit. */
  readonly budget?: Budget;
}

/** The graph language, bound to the names of one configuration. */
export interface Kit<N extends Names> {
  /**
   * Starts a graph.
   *
   * @throws {GraphError} GRAPH_INVALID_ID when the id is no identifier, or GRAPH_INVALID_VERSION.
   */
  readonly graph: <Input extends z.ZodType>(
    options: GraphOptions<N, Input>,
  ) => Graph<N, Input, { readonly input: z.output<Input> }, NoSteps, never>;
  /** A step that several graphs can use: `.step("triage", triage)`, or `triage.from(…)` where its input is elsewhere. */
  readonly step: <Input extends z.ZodType, Output extends z.ZodType>(
    options: CallOptions<N, { readonly input: z.output<Input> }, Output> & {
      readonly input: Input;
    },
  ) => ReusableStep<N, z.output<Input>, Output>;
}

// oxlint-disable typescript/no-unnecessary-type-parameters -- The caller gives it: kit<typeof config>().
/** Makes `kit`, whose graphs have these powers. */
export function createKit(
  powers: GraphPowers,
): <const Config extends ConfigNames>(names?: Config) => Kit<NamesOf<Config>> {
  return () => ({
    graph: ({ id, version = "1", input, defaults = {}, deadline, budget }) => {
      checkId(id, "graph");
      checkVersion(version, id);
      const deadlineMs = deadline === undefined ? undefined : readDuration(deadline, id);
      const definition = { id, version, input, deadlineMs, budget, steps: [] };
      return buildGraph(definition, defaults, powers) as never;
    },
    step: (options) =>
      ({ ...options, from: (select: Select) => readFrom(options, select) }) as never,
  });
}

function buildGraph(
  definition: GraphDefinition,
  defaults: CallDefaults,
  powers: GraphPowers,
): AnyGraph {
  const { id, version } = definition;
  const workflow = (input: unknown, info?: unknown): Promise<unknown> =>
    powers.run([definition], input, info);
  // The Temporal client takes a workflow's type from the name of its function.
  Object.defineProperty(workflow, "name", { value: id });
  const scope = { graph: id, outer: new Set(["input"]), defaults };
  const verbs = verbsOf(definition, scope, ({ steps }) =>
    buildGraph({ ...definition, steps }, defaults, powers),
  );
  const read = createSchemaReader();
  const toJSON = (): GraphJson => dataOf(definition, read);
  const graph = Object.assign(workflow, verbs, {
    id,
    version,
    definition,
    validate: () => validateGraph(definition, read),
    toJSON,
    estimate: (options: EstimateOptions) => estimateGraph(definition, options),
    toMermaid: () => drawMermaid(toJSON()),
    toSvg: () => powers.drawSvg(toJSON()),
  });
  return withOwnFacts(graph, toJSON);
}

/** The data form, or an error that says all that is wrong. */
function dataOf(definition: GraphDefinition, read: SchemaReader): GraphJson {
  try {
    return describeGraph(definition, createStrictConverter(read));
  } catch (error) {
    throw invalidGraph(definition, error) ?? error;
  }
}

/** The fingerprint is worked out when it is first asked for: every verb makes a graph, and few of them are the last. */
function withOwnFacts<G extends object>(
  graph: G,
  toJSON: () => GraphJson,
): G & Pick<AnyGraph, "fingerprint" | "versions"> {
  let fingerprint: string | undefined;
  return Object.defineProperties(graph, {
    fingerprint: { get: () => (fingerprint ??= fingerprintGraph(toJSON())) },
    versions: { get: () => [graph] },
  }) as never;
}

interface Scope {
  readonly graph: string;
  readonly outer: ReadonlySet<string>;
  readonly defaults: CallDefaults;
}

/** The verbs of `flow`; each adds a step and gives what `next` makes of the longer flow. */
function verbsOf(
  flow: FlowDefinition,
  scope: Scope,
  next: (flow: FlowDefinition) => unknown,
): Readonly<Record<string, unknown>> {
  const nest = (build: FlowBuilder, names: Iterable<string>): FlowDefinition => {
    const outer = new Set([...scope.outer, ...names]);
    const { definition } = build(openFlow({ steps: [] }, { ...scope, outer }) as never) as AnyGraph;
    return definition;
  };
  const add =
    (verb: Verb) =>
    (id: string, options: Parameters<Verb>[1]): unknown => {
      const step = verb(id, options, { ...scope, flow, nest });
      return next({ steps: [...flow.steps, step] });
    };
  return Object.fromEntries(Object.entries(VERBS).map(([kind, verb]) => [kind, add(verb)]));
}

/** A flow inside a branch or a map: it has the verbs, and cannot be run by itself. */
function openFlow(definition: FlowDefinition, scope: Scope): unknown {
  const verbs = verbsOf(definition, scope, (longer) => openFlow(longer, scope));
  return { ...verbs, definition };
}

type Select = (view: never) => unknown;
type ViewCallback = ((view: unknown) => unknown) | undefined;

/** Lets the callbacks of a reusable step read what `select` gives as their `input`. */
function readFrom(options: object, select: Select): unknown {
  const { prompt, system, messages, routingKey } = options as Record<string, ViewCallback>;
  const from = (callback: ViewCallback): ViewCallback =>
    callback && ((view) => callback({ input: select(view as never) }));
  return {
    ...options,
    prompt: from(prompt),
    system: from(system),
    messages: from(messages),
    routingKey: from(routingKey),
  };
}
