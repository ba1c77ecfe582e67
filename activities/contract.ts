/** What the workflow asks of the worker and what it gets back. All of it is kept in the history, as JSON. */

import type { FailureKind } from "../graph/failure-kinds.ts";
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

export interface Candidate {
  /** `provider/model`. */
  readonly model: string;
  /** The alias it came from. */
  readonly alias: string;
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
