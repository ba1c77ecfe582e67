/** The types of the graph language: what compiles, what a callback can see, what a run returns. */

import type { z } from "zod";
import type { GraphDefinition } from "./definition.ts";
import type { Duration } from "./duration.ts";
import type { JsonSchema } from "./schema.ts";

/** The names a graph may use, taken from the type of the configuration. */
export interface Names {
  readonly model: string;
}

/** What the types remember of a finished step: its value, and the ids of all steps that finished before it. */
interface Done {
  readonly value: unknown;
  readonly before: string;
}

type Steps = Readonly<Record<string, Done>>;
type Ids<S extends Steps> = keyof S & string;
type Flat<T> = { [K in keyof T]: T[K] };

/** The steps that have finished once `Needs` have: themselves and everything they needed. */
type Finished<S extends Steps, Needs extends string> =
  Needs extends Ids<S> ? Needs | S[Needs]["before"] : never;

/** What a callback may read. */
type Seen<Base, S extends Steps, Needs extends string> = Flat<
  Readonly<Base & { [K in Finished<S, Needs> & keyof S]: S[K]["value"] }>
>;

/** Turns a second use of an id into an error that says so. */
type Fresh<K extends string, S extends Steps> = K extends keyof S
  ? `step "${K}" already exists`
  : K;

/** The graph after one more step. */
type With<
  N extends Names,
  Input extends z.ZodType,
  Base,
  S extends Steps,
  K extends string,
  Value,
  Needs extends string,
> = Graph<N, Input, Base, S & { [P in K]: { value: Value; before: Finished<S, Needs> } }, K>;

interface NeedsOption<Needs extends string> {
  /** Steps that must finish first. Default: the step before this one. `[]` starts at once. */
  readonly needs?: readonly Needs[];
}

/** One model call. */
export interface StepOptions<N extends Names, View, Output extends z.ZodType> {
  /** An alias of the configuration, or several in order of preference. */
  readonly model: N["model"] | readonly [N["model"], ...N["model"][]];
  /** What the reply must fit. Decides the type that later steps see; `z.string()` asks for plain text. */
  readonly output: Output;
  readonly system?: (view: View) => string;
  readonly prompt: (view: View) => string;
  /** How long one attempt may take. Default: `"60 seconds"`. */
  readonly deadline?: Duration;
}

/** Pure TypeScript. Runs in the workflow sandbox, so it must not reach outside. */
export interface CodeOptions<View, Result> {
  readonly run: (view: View) => Result;
}

/**
 * A graph: build it with its verbs, export it, and it is the workflow function Temporal runs.
 * Every verb returns a new graph and leaves the one it was called on as it was.
 */
export interface Graph<
  N extends Names,
  Input extends z.ZodType,
  Base,
  S extends Steps,
  Last extends string,
> {
  /** The workflow itself: takes what the input schema accepts, gives the value of the last step. */
  (input: z.input<Input>): Promise<Last extends Ids<S> ? S[Last]["value"] : never>;
  readonly id: string;
  readonly version: string;
  readonly definition: GraphDefinition;

  /** One model call, routed, with fallbacks. */
  step<K extends string, Output extends z.ZodType, Needs extends Ids<S> = Last & Ids<S>>(
    id: Fresh<K, S>,
    options: StepOptions<N, Seen<Base, S, Needs>, Output> & NeedsOption<Needs>,
  ): With<N, Input, Base, S, K, z.output<Output>, Needs>;

  /** Pure TypeScript between model calls. */
  code<K extends string, Result, Needs extends Ids<S> = Last & Ids<S>>(
    id: Fresh<K, S>,
    options: CodeOptions<Seen<Base, S, Needs>, Result> & NeedsOption<Needs>,
  ): With<N, Input, Base, S, K, Awaited<Result>, Needs>;

  /**
   * The graph as plain data: what is asked of which models in which order.
   *
   * @throws {GraphError} GRAPH_EMPTY without steps, GRAPH_INVALID_SCHEMA with a schema that JSON cannot carry.
   */
  toJSON(): GraphJson;
}

/** What every graph has, whatever its types. */
export type AnyGraph = ((input: never) => Promise<unknown>) & {
  readonly id: string;
  readonly version: string;
  readonly definition: GraphDefinition;
  toJSON(): GraphJson;
};

/** What a run of the graph takes; `unknown` for a graph whose type is not known, which is checked when it runs. */
export type InputOf<G extends AnyGraph> = [Parameters<G>[0]] extends [never]
  ? unknown
  : Parameters<G>[0];

/** What a run of the graph gives: the value of its last step. */
export type ResultOf<G extends AnyGraph> = G extends (input: never) => Promise<infer Result>
  ? Result
  : never;

/** A graph as plain data. */
export interface GraphJson {
  readonly id: string;
  readonly version: string;
  readonly input: JsonSchema;
  readonly steps: readonly StepJson[];
}

/** A step as plain data. `models`, `output` and `deadlineMs` belong to model calls. */
export interface StepJson {
  readonly id: string;
  readonly kind: "step" | "code";
  readonly needs: readonly string[];
  readonly models?: readonly string[];
  readonly output?: JsonSchema;
  readonly deadlineMs?: number;
}
