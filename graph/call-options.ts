/** The types of what is said of one model call: which model, what it is asked, what it has to answer. */

import type { z } from "zod";
import type { CallOptionsOfPolicy } from "./call-settings.ts";
import type { Message } from "./message.ts";

/** The names a graph may use, taken from the type of the configuration. */
export interface Names {
  readonly model: string;
  readonly guardrail: string;
  /** What each tool takes and gives. */
  readonly tools: Readonly<Record<string, ToolTypes>>;
}

export interface ToolTypes {
  readonly input: unknown;
  readonly output: unknown;
}

/** Names of the configuration's tools. */
export type ToolName<N extends Names> = keyof N["tools"] & string;

/** Which model, how guarded, how hard and how long. May be given once for all steps of a graph, as `defaults`. */
export interface CallPolicy<N extends Names> extends CallOptionsOfPolicy {
  /** An alias of the configuration, or several in order of preference. Default: the graph's. */
  readonly model?: N["model"] | readonly [N["model"], ...N["model"][]];
  /** Guardrails of the configuration. They come on top of the graph's, never instead of them. */
  readonly guard?: {
    readonly input?: readonly N["guardrail"][];
    readonly output?: readonly N["guardrail"][];
  };
}

/** What the model is asked: one message, or a conversation. */
type Ask<View> =
  | {
      readonly prompt: (view: View) => string;
      readonly system?: (view: View) => string;
      readonly messages?: undefined;
    }
  | {
      readonly messages: (view: View) => readonly Message[];
      readonly prompt?: undefined;
      readonly system?: undefined;
    };

/** One model call. */
export type CallOptions<N extends Names, View, Output extends z.ZodType> = CallPolicy<N> &
  Ask<View> & {
    /** What the reply must fit. Decides the type that later steps see; `z.string()` asks for plain text. */
    readonly output: Output;
    /** Tools of the configuration that the model may call. */
    readonly tools?: readonly ToolName<N>[];
    /** How often it may answer with tool calls before it has to answer. Default: 8. */
    readonly maxToolRounds?: number;
    /** What sticky routers keep to one model, such as a user's id: not empty. Default: the run. */
    readonly routingKey?: (view: View) => string;
  };

/** A step that is not part of a graph yet. Fits every place where `input` has the right type. */
export type ReusableStep<N extends Names, Input, Output extends z.ZodType> = CallOptions<
  N,
  { readonly input: Input },
  Output
> & {
  /** The same step where its input has to be taken from elsewhere. */
  from<View>(select: (view: View) => Input): CallOptions<N, View, Output>;
};
