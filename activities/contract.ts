/** What the workflow asks of the worker and what it gets back. All of it is kept in the history, as JSON. */

import type { CallSettings } from "../graph/call-settings.ts";
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
  /** Tools that the model is offered. */
  readonly tools?: readonly string[];
}

/** The recorded decision which models a step may use. */
export interface Route {
  /** The step this was decided for: lets a replay notice a swapped step. */
  readonly step: string;
  /** In the order in which they are tried. */
  readonly candidates: readonly Candidate[];
  /** The most tokens that the offered tools take in a request. Absent: no tools. */
  readonly toolTokens?: number;
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

/** The settings that the worker needs to know of. */
type AttemptSettings = Pick<
  CallSettings,
  "connectMs" | "firstByteMs" | "idleMs" | "patienceMs" | "retryOn" | "sampling" | "stream"
>;

export interface AttemptRequest extends AttemptSettings {
  /** The step's path in its graph. */
  readonly step: string;
  /** `provider/model`. */
  readonly model: string;
  readonly messages: readonly Turn[];
  readonly output: JsonSchema;
  /** How long the call may take. */
  readonly deadlineMs: number;
  /** Tools of the configuration that the model may call. */
  readonly tools?: readonly string[];
  readonly maxOutputTokens?: number;
  /** As the route says. Absent: not known. */
  readonly price?: ModelPrice;
  /** How often this model was called for this step before. Absent: never. */
  readonly callsBefore?: number;
}

/** What a call used up. Absent: not known, or nothing. */
export interface Charge {
  readonly inputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly outputTokens?: number;
  readonly reasoningTokens?: number;
  /** In 10⁻⁹ USD, a whole number. Absent: the model's price is not known, or nothing is charged. */
  readonly costNanoUsd?: number;
  /** The provider did not count: these are our own figures. */
  readonly isEstimate?: true;
  /** The call was cut off: a bill may come, for these figures at most as far as they are known. */
  readonly mayBeBilled?: true;
}

/** A reply that fits the step's schema, or the tool calls the model wants made first. */
export interface AttemptReply extends Charge {
  /** Absent where there are tool calls. */
  readonly value?: unknown;
  readonly toolCalls?: readonly ToolCall[];
  readonly durationMs: number;
  /** How often the model was called, when Temporal had to try again. Absent: once. */
  readonly tries?: number;
  readonly requestId?: string;
  /** What else the provider said about the call. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What is known of a failed attempt; travels as the details of its `ApplicationFailure`. */
export interface AttemptFailureDetails extends Charge {
  readonly model: string;
  readonly kind: FailureKind;
  readonly durationMs: number;
  /** How often the model was called: more than 1 when Temporal tried again. */
  readonly tries: number;
  readonly httpStatus?: number;
  readonly requestId?: string;
  /** How long the provider asked to wait: longer than the step has patience for. */
  readonly waitMs?: number;
  /** What the model is told when it is asked again: what was wrong with its reply. */
  readonly correction?: string;
}
