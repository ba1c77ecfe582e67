/** The types of the graph language: what compiles, what a callback can see, what a run returns. */

import type { z } from "zod";
import type { Budget } from "./budget.ts";
import type { CallOptions, Names, ToolName } from "./call-options.ts";
import type { GraphDefinition } from "./definition.ts";
import type { Estimate, EstimateOptions } from "./estimate.ts";
import type { Duration } from "./duration.ts";
import type { GraphJson } from "./graph-json.ts";
import type { GraphProblem } from "./problem.ts";

/** What the types remember of a finished step: its value, and the ids of all steps that finished before it. */
interface Done {
  readonly value: unknown;
  readonly before: string;
  /** Whether it is one model call, of which something can be said. */
  readonly isCall: boolean;
}

type Steps = Readonly<Record<string, Done>>;
type Ids<S extends Steps> = keyof S & string;

/** The steps that have finished once `Needs` have: themselves and everything they needed. */
type Finished<S extends Steps, Needs extends keyof S> = Needs | S[Needs]["before"];

/** What a callback may read. */
type Seen<Base, S extends Steps, Needs extends keyof S> = Base & {
  readonly [K in Finished<S, Needs> & keyof S]: S[K]["value"];
};

/** Turns a second use of an id into an error that says so. */
type Fresh<K extends string, S extends Steps, Base> = K extends keyof S | keyof Base
  ? `"${K}" already exists`
  : K;

/** The graph after one more step. */
type With<
  N extends Names,
  Input extends z.ZodType,
  Base,
  S extends Steps,
  K extends string,
  Value,
  Needs extends Ids<S>,
  IsCall extends boolean = false,
> = Graph<
  N,
  Input,
  Base,
  S & { [P in K]: { value: Value; before: Finished<S, Needs>; isCall: IsCall } },
  K
>;

/** Of the steps that have finished once `Needs` have, those that are one model call. */
type Calls<S extends Steps, Needs extends keyof S> = {
  [K in Finished<S, Needs> & Ids<S>]: S[K]["isCall"] extends true ? K : never;
}[Finished<S, Needs> & Ids<S>];

/** An empty flow inside a branch or a map: it has the verbs, and no input of its own. */
type Flow<N extends Names, Base> = Graph<N, z.ZodNever, Base, NoSteps, never>;

// oxlint-disable-next-line typescript/no-empty-object-type -- The type of "no step has finished yet".
export type NoSteps = {};

/** A flow with its steps, of which only the result matters. */
type FlowOf<Value> = (input: never) => Promise<Value>;

interface NeedsOption<Needs extends string> {
  /** Steps that must finish first. Default: the step before this one. `[]` starts at once. */
  readonly needs?: readonly Needs[];
}

/** After `timeout` the step goes on with `onTimeout`. Both or neither. */
type DeadlineOption<Value> =
  | { readonly timeout: Duration; readonly onTimeout: Value }
  | { readonly timeout?: undefined; readonly onTimeout?: undefined };

/** Where `when` gives false, nobody is asked and the value is `otherwise`. Both or neither. */
type ConditionOption<View, Value> =
  | { readonly when: (view: View) => boolean; readonly otherwise: Value }
  | { readonly when?: undefined; readonly otherwise?: undefined };

/** What a map with `onItemFailure: "collect"` gives for each item. */
export type Collected<Value> =
  | { readonly ok: true; readonly value: Value; readonly index: number }
  | { readonly ok: false; readonly error: ItemError; readonly index: number };

/** Why an item of a map failed. Codes are in docs/errors.md. */
export interface ItemError {
  readonly code: string;
  readonly message: string;
}

/** What a branch gives: which case ran, and its value. */
type CaseOf<Values> = { [C in keyof Values]: { case: C; value: Values[C] } }[keyof Values];

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
> extends GraphFacts {
  /** The workflow itself: takes what the input schema accepts, gives the value of the last step. */
  (input: z.input<Input>): Promise<Last extends Ids<S> ? S[Last]["value"] : never>;

  /** One model call, routed, with fallbacks. */
  step<K extends string, Output extends z.ZodType, Needs extends Ids<S> = Last & Ids<S>>(
    id: Fresh<K, S, Base>,
    options: CallOptions<N, Seen<Base, S, Needs>, Output> & NeedsOption<Needs>,
  ): With<N, Input, Base, S, K, z.output<Output>, Needs, true>;

  /** A model call that may be skipped: later steps see `undefined` then. */
  maybe<K extends string, Output extends z.ZodType, Needs extends Ids<S> = Last & Ids<S>>(
    id: Fresh<K, S, Base>,
    options: CallOptions<N, Seen<Base, S, Needs>, Output> &
      NeedsOption<Needs> & { readonly when: (view: Seen<Base, S, Needs>) => boolean },
  ): With<N, Input, Base, S, K, z.output<Output> | undefined, Needs, true>;

  /** One of several flows. `on` names the case; a case that is forgotten, or one too many, does not compile. */
  branch<
    K extends string,
    On extends string,
    Values extends { [C in On]: unknown },
    Needs extends Ids<S> = Last & Ids<S>,
  >(
    id: Fresh<K, S, Base>,
    options: NeedsOption<Needs> & {
      readonly on: (view: Seen<Base, S, Needs>) => On;
      readonly cases: {
        [C in keyof Values]: C extends On
          ? (flow: Flow<N, Seen<Base, S, Needs>>) => FlowOf<Values[C]>
          : `"${C & string}" is no case that "on" can give`;
      };
    },
  ): With<N, Input, Base, S, K, CaseOf<Values>, Needs>;

  /** Runs a flow for each item of an array. The value is an array in the order of the items. */
  map<
    K extends string,
    Item,
    Value,
    Policy extends "fail" | "collect" = "fail",
    Needs extends Ids<S> = Last & Ids<S>,
  >(
    id: Fresh<K, S, Base>,
    options: NeedsOption<Needs> & {
      readonly over: (view: Seen<Base, S, Needs>) => readonly Item[];
      readonly each: (
        flow: Flow<
          N,
          Seen<Base, S, Needs> & { readonly item: NoInfer<Item>; readonly index: number }
        >,
      ) => FlowOf<Value>;
      /** How many items run side by side. Default: 4. */
      readonly concurrency?: number;
      /** `"fail"`: the first item that fails ends the run. `"collect"`: each item's outcome is kept. Default: `"fail"`. */
      readonly onItemFailure?: Policy;
    },
  ): With<
    N,
    Input,
    Base,
    S,
    K,
    Policy extends "collect" ? readonly Collected<Value>[] : readonly Value[],
    Needs
  >;

  /** Writes, reviews, and writes again with the review at hand, until `accept` or `maxRounds`. */
  refine<
    K extends string,
    Draft extends z.ZodType,
    Review extends z.ZodType,
    Needs extends Ids<S> = Last & Ids<S>,
  >(
    id: Fresh<K, S, Base>,
    options: NeedsOption<Needs> & {
      readonly maxRounds: number;
      /** What all rounds together may use up. */
      readonly budget?: Budget;
      readonly write: CallOptions<
        N,
        Omit<Seen<Base, S, Needs>, "round" | "last"> & {
          readonly round: number;
          /** The round before; `undefined` in the first. */
          readonly last: { draft: z.output<Draft>; review: z.output<Review> } | undefined;
        },
        Draft
      >;
      readonly review: CallOptions<
        N,
        Omit<Seen<Base, S, Needs>, "round" | "draft"> & {
          readonly round: number;
          readonly draft: z.output<Draft>;
        },
        Review
      >;
      readonly accept: (review: z.output<Review>, draft: z.output<Draft>) => boolean;
    },
  ): With<
    N,
    Input,
    Base,
    S,
    K,
    { draft: z.output<Draft>; review: z.output<Review>; rounds: number; accepted: boolean },
    Needs
  >;

  /** A person's decision. The run waits for it, for days if need be. */
  approval<K extends string, Decision extends z.ZodType, Needs extends Ids<S> = Last & Ids<S>>(
    id: Fresh<K, S, Base>,
    options: NeedsOption<Needs> & {
      readonly decision: Decision;
      /** What the person is shown. JSON. */
      readonly show: (view: Seen<Base, S, Needs>) => unknown;
      /** How often to remind, as long as nobody has decided. Default: never. */
      readonly remindEvery?: Duration;
    } & DeadlineOption<z.output<Decision>> &
      ConditionOption<Seen<Base, S, Needs>, z.output<Decision>>,
  ): With<N, Input, Base, S, K, z.output<Decision>, Needs>;

  /** A durable timer, or an outside event with a schema. The value is the event, or `undefined` after a timer. */
  wait<
    K extends string,
    Event extends z.ZodType = z.ZodUndefined,
    Needs extends Ids<S> = Last & Ids<S>,
  >(
    id: Fresh<K, S, Base>,
    options: NeedsOption<Needs> &
      (
        | { readonly duration: Duration; readonly event?: undefined }
        | ({ readonly event: Event; readonly duration?: undefined } & DeadlineOption<
            z.output<Event>
          >)
      ),
  ): With<N, Input, Base, S, K, z.output<Event>, Needs>;

  /** A call to a tool of the configuration. */
  tool<K extends string, T extends ToolName<N>, Needs extends Ids<S> = Last & Ids<S>>(
    id: Fresh<K, S, Base>,
    options: NeedsOption<Needs> & {
      readonly tool: T;
      readonly input: (view: Seen<Base, S, Needs>) => N["tools"][T]["input"];
      /** How long one call may take. Default: the graph's, else `"60 seconds"`. */
      readonly deadline?: Duration;
    },
  ): With<N, Input, Base, S, K, N["tools"][T]["output"], Needs>;

  /** Another graph, as a child workflow. */
  sub<K extends string, Sub extends AnyGraph, Needs extends Ids<S> = Last & Ids<S>>(
    id: Fresh<K, S, Base>,
    options: NeedsOption<Needs> & {
      readonly graph: Sub;
      readonly input: (view: Seen<Base, S, Needs>) => InputOf<Sub>;
    },
  ): With<N, Input, Base, S, K, ResultOf<Sub>, Needs>;

  /** Pure TypeScript between model calls. */
  code<K extends string, Result, Needs extends Ids<S> = Last & Ids<S>>(
    id: Fresh<K, S, Base>,
    options: NeedsOption<Needs> & {
      readonly run: (view: Seen<Base, S, Needs>) => Result;
      /**
       * Says what `run` gives to those who know the graph only as data, such as callers of the API. A value that does not
       * fit ends the run; one that does is left as it is.
       */
      readonly output?: z.ZodType<NoInfer<Awaited<Result>>>;
    },
  ): With<N, Input, Base, S, K, Awaited<Result>, Needs>;

  /** Tells the routers that learn how good the reply of another step was. The value is that number. */
  reward<K extends string, Needs extends Ids<S> = Last & Ids<S>>(
    id: Fresh<K, S, Base>,
    options: NeedsOption<Needs> & {
      /** A `step` or `maybe` of the same flow that has finished by then. Where it was skipped, nothing is reported. */
      readonly of: Calls<S, NoInfer<Needs>>;
      /** From 0, of no use, to 1, all that was wanted. */
      readonly value: (view: Seen<Base, S, Needs>) => number;
    },
  ): With<N, Input, Base, S, K, number, Needs>;
}

/** What every graph has besides the verbs. Where several versions are behind one export, it is the newest's. */
export interface GraphFacts {
  readonly id: string;
  readonly version: string;
  readonly definition: GraphDefinition;

  /** All versions that are behind this export, the newest first. Of a graph that stands alone: itself. */
  readonly versions: readonly AnyGraph[];

  /**
   * 16 hexadecimal digits for what a run depends on: structure, schemas, aliases, limits; never prompts, other callbacks
   * or the version. The same in Node and in the workflow sandbox.
   *
   * @throws {Error} as `toJSON` does.
   */
  readonly fingerprint: string;

  /** Everything that is wrong with the graph, in the order of the steps. Empty: nothing is. */
  validate(): readonly GraphProblem[];

  /** The graph as plain data: what is asked of which models in which order. */
  toJSON(): GraphJson;

  /**
   * Calls, tokens and USD of one run before it runs: at least, as a rule and at most.
   *
   * @throws {GraphError} GRAPH_UNKNOWN_ALIAS or GRAPH_INVALID_INPUT.
   */
  estimate(options: EstimateOptions): Estimate;

  /** The graph as a Mermaid flowchart, for places that show Markdown. */
  toMermaid(): string;

  /** The graph as a picture. Not inside a workflow: there it throws a `DrawingError`. */
  toSvg(): string;
}

/** What every graph has, whatever its types. */
export type AnyGraph = ((input: never) => Promise<unknown>) & GraphFacts;

/** Several versions of a graph behind one export. It has no verbs: those are the single versions'. */
export type VersionedGraph<Newest extends AnyGraph> = ((
  input: InputOf<Newest>,
) => Promise<ResultOf<Newest>>) &
  GraphFacts;

/** What a run of the graph takes; `unknown` for a graph whose type is not known, which is checked when it runs. */
export type InputOf<G extends AnyGraph> = [Parameters<G>[0]] extends [never]
  ? unknown
  : Parameters<G>[0];

/** What a run of the graph gives: the value of its last step. */
export type ResultOf<G extends AnyGraph> = G extends (input: never) => Promise<infer Result>
  ? Result
  : never;
