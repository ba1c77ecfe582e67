/** What the workflow asks of the worker and what it gets back. All of it is kept in the history, as JSON. */

import type { FailureKind, RecoveryPolicy } from "../graph/failure-kinds.ts";
import type { ModelPrice } from "../graph/money.ts";
import type { JsonSchema } from "../graph/schema.ts";
import type { ToolCall, Turn } from "../plugins/contract.ts";

export type { ToolCall, Turn };

/** The activities by the names the Temporal UI shows. */
export interface Activities {
  "signalbox.route"(request: RouteRequest): Promise<Route>;
  "signalbox.attempt"(request: AttemptRequest): Promise<AttemptReply>;
}

export interface RouteRequest {
  /** The step's path in its graph. */
  readonly step: string;
  /** Aliases of the configuration, in order of preference. */
  readonly aliases: readonly string[];
}

/** The recorded decision which models a step may use. */
export interface Route {
  /** The step this was decided for: lets a replay notice a swapped step. */
  readonly step: string;
  /** In the order in which they are tried. */
  readonly candidates: readonly Candidate[];
}

/** A model that may be tried, with what was known of it when the route was decided. */
export interface Candidate extends RecoveryPolicy {
  /** `provider/model`. */
  readonly model: string;
  /** The alias it came from. */
  readonly alias: string;
  /** Absent: not known. */
  readonly price?: ModelPrice;
  /** Tokens of input and output together. Absent: not known. */
  readonly contextWindow?: number;
  /** Absent: not known. */
  readonly maxOutputTokens?: number;
  /** Whether the provider itself holds replies to a JSON schema. Absent: not known. */
  readonly jsonSchema?: boolean;
}

export interface AttemptRequest {
  /** The step's path in its graph. */
  readonly step: string;
  /** `provider/model`. */
  readonly model: string;
  readonly messages: readonly Turn[];
  readonly output: JsonSchema;
  readonly deadlineMs: number;
  /** Tools of the configuration that the model may call. */
  readonly tools?: readonly string[];
}

/** A reply that fits the step's schema, or the tool calls the model wants made first. */
export interface AttemptReply {
  /** Absent where there are tool calls. */
  readonly value?: unknown;
  readonly toolCalls?: readonly ToolCall[];
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** In 10⁻⁹ USD, a whole number. Absent: the model's price is not known. */
  readonly costNanoUsd?: number;
  readonly durationMs: number;
  readonly requestId?: string;
}

/** What is known of a failed attempt; travels as the details of its `ApplicationFailure`. */
export interface AttemptFailureDetails {
  readonly model: string;
  readonly kind: FailureKind;
  readonly durationMs: number;
  readonly httpStatus?: number;
  readonly requestId?: string;
}
