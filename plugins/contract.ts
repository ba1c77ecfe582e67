/** What a plugin is. Third parties write against this file alone. */

import type { Sampling } from "../graph/call-settings.ts";
import type { FailureKind } from "../graph/failure-kinds.ts";
import type { Message } from "../graph/message.ts";
import type { ModelPrice } from "../graph/money.ts";
import type { JsonSchema } from "../graph/schema.ts";

export {
  EMPTY_CHAIN,
  hashOf,
  headOf,
  NO_HASH,
  seal,
  type ChainHead,
  type SealedRecord,
} from "../audit/chain.ts";
export type { Checkpoint } from "../audit/checkpoint.ts";
export { AUDIT_TYPES, type AuditRecord, type AuditType, type AuditValue } from "../audit/record.ts";
export { readSealedLine, writeSealedLine } from "../audit/sealed-line.ts";
export type {
  CheckGuardrail,
  Finding,
  GuardAction,
  GuardContent,
  GuardContext,
  GuardPart,
  GuardPlace,
  GuardReply,
  Guardrail,
  JudgeGuardrail,
} from "./guardrail-contract.ts";
export { hashText } from "./chance/seeded-random.ts";
export { FINDING_KIND, GUARD_ACTIONS, GUARD_PLACES } from "./guardrail-contract.ts";
export { compileModelPattern, isModelPattern } from "./model-pattern.ts";
export type {
  BreakerState,
  CascadePlan,
  ConsensusPlan,
  JudgePlan,
  ModelSignals,
  Percentiles,
  RankCandidate,
  Ranked,
  RankRequest,
  Reward,
  Rewards,
  Router,
  RoutePlan,
  Signals,
} from "./router-contract.ts";
export type {
  NamedLimit,
  SharedCall,
  SharedObservation,
  SharedReward,
  SignalExchange,
  TakenShare,
  UserLimit,
  UserLimits,
  WantedShare,
} from "./signal-exchange.ts";
export {
  JOURNAL_ERROR_CODES,
  JournalError,
  type AttemptJournal,
  type JournalErrorCode,
} from "./attempt-journal.ts";
export {
  SINK_ERROR_CODES,
  SinkError,
  type CheckpointStore,
  type ContentStore,
  type KeptContent,
  type RunName,
  type Sink,
  type SinkErrorCode,
  type SinkQuery,
} from "./sink.ts";
export { localExchange } from "./sharing/local-exchange.ts";
export { readObservation } from "./sharing/observation.ts";

/** A vendor, a gateway or a local server that answers model calls. */
export interface Provider {
  /** First half of a model's name, such as `"openai"`. Lower-case kebab-case, unique per worker. */
  readonly id: string;
  /** Sends one request. Rejects with {@link ProviderError}; never retries, the workflow does. */
  generate(request: ModelRequest, context: CallContext): Promise<ModelReply>;
  /**
   * The same, with the reply as it is written. Ends with the one part that holds the whole reply, once the provider
   * said that it is complete; throws {@link ProviderError}. Default: steps that ask for a stream get `generate`.
   */
  stream?(request: ModelRequest, context: CallContext): AsyncIterable<StreamPart>;
  /** The models it serves, as far as it can tell. Rejects with {@link ProviderError}. Default: not known. */
  listModels?(options?: { readonly signal?: AbortSignal }): Promise<readonly ModelInfo[]>;
  /** What is known of one model without asking anybody; read for every route. Default: nothing is. */
  describeModel?(model: string): ModelFacts | undefined;
  /** Resolves when the provider answers. Rejects with {@link ProviderError}. Default: taken to be well. */
  health?(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Frees sockets and timers. Called once, when the worker stops. Default: nothing to free. */
  close?(): Promise<void>;
  /**
   * Whether it answers a call whose {@link CallContext.idempotencyKey} it has seen with what it answered, or is about to
   * answer, the first, and bills both as one. Default: `false`, a call that may have been billed is not made again under its key.
   */
  readonly honoursIdempotencyKeys?: boolean;
}

/** One call to one model. */
export interface ModelRequest {
  /** Second half of the model's name, such as `"gpt-5-mini"`. */
  readonly model: string;
  readonly messages: readonly Turn[];
  /** What the reply must fit; an object at its root. Absent: plain text, or JSON that the messages ask for. */
  readonly outputSchema?: JsonSchema;
  /** Tools the model may call instead of answering. Absent: none. */
  readonly tools?: readonly ToolOffer[];
  /** The model must not write more than this. Absent: the provider's own limit. */
  readonly maxOutputTokens?: number;
  /** Absent: the provider's defaults. */
  readonly sampling?: Sampling;
}

/** One turn of a conversation: a message, tool calls the model asked for, or what one of them gave. */
export type Turn =
  | Message
  | { readonly role: "assistant"; readonly toolCalls: readonly ToolCall[] }
  | {
      readonly role: "tool";
      readonly toolCallId: string;
      readonly tool: string;
      readonly output: unknown;
    };

/** A tool as the model is told of it. */
export interface ToolOffer {
  readonly name: string;
  readonly description: string;
  readonly input: JsonSchema;
}

/** A call the model wants made. */
export interface ToolCall {
  /** The provider's id, unique in the conversation. */
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
}

/** What the host lends a call. Plugins see this instead of Temporal. */
export interface CallContext {
  /** The step's path in its graph, such as `"draft"`. */
  readonly step: string;
  /** 1 for the first call of this model for this step, 2 for the second, whatever the reason for it. */
  readonly call: number;
  /** The same for a call that is made once more because nobody knows how it ended, and for no other. 64 characters, 0-9 and a-f. */
  readonly idempotencyKey: string;
  /** Aborted, with a {@link ProviderError} as its reason, when a deadline has passed; or when the run is cancelled. */
  readonly signal: AbortSignal;
  /**
   * Tells the host that the call is alive, and where it stands: each stage has a deadline of its own, which starts
   * anew with each report. A plugin that never reports a stage has the deadline of the whole call alone.
   */
  reportProgress(stage?: CallStage): void;
  /** Waits on the host's clock, which a test can run faster than time. Rejects when `signal` is aborted. */
  sleep(durationMs: number): Promise<void>;
}

/** `"connecting"`: no connection yet. `"waiting"`: the request is sent. `"receiving"`: a part of the answer came. */
export type CallStage = "connecting" | "waiting" | "receiving";

/** A piece of text as it was written, or the end: the whole reply. */
export type StreamPart = { readonly text: string } | { readonly reply: ModelReply };

/** What the model answered. */
export interface ModelReply {
  /** The reply as the model wrote it; JSON when an output schema was asked for. */
  readonly text: string;
  /** The calls the model wants made before it answers. Absent: none. */
  readonly toolCalls?: readonly ToolCall[];
  readonly finishReason: FinishReason;
  readonly usage: Usage;
  /** The provider's id of this call, for its support desk. */
  readonly requestId?: string;
  /** What the provider says it charged, in USD. Wins over list prices. */
  readonly costUsd?: number;
  /** What the provider says is left of its limits. Absent: it does not say. */
  readonly limits?: ProviderLimits;
  /** What else the provider says about the call, as plain JSON: kept in the record, never read by us. No reply in it. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * Why the model stopped. `"length"`: its limit cut the reply short. `"unknown"`: the provider did not say, or said what
 * its plugin does not know: nobody can tell whether such a reply is whole, so it counts as malformed.
 */
export type FinishReason =
  | "stop"
  | "length"
  | "content_filter"
  | "refusal"
  | "tool_calls"
  | "unknown";

/** Tokens, as the provider counted them. Absent: it did not say. */
export interface Usage {
  /** All that was read, cached or not. */
  readonly inputTokens?: number;
  /** Part of `inputTokens`: read from the provider's cache. */
  readonly cachedInputTokens?: number;
  /** All that was written, reasoning included. */
  readonly outputTokens?: number;
  /** Part of `outputTokens`: reasoning that is not in the reply. */
  readonly reasoningTokens?: number;
}

/** What is left of a provider's limits, as the headers of its answer say. */
export interface ProviderLimits {
  readonly requests?: LimitLeft;
  readonly tokens?: LimitLeft;
}

export interface LimitLeft {
  readonly limit: number;
  readonly remaining: number;
  /** When it is whole again, in milliseconds from now. Absent: not said. */
  readonly resetMs?: number;
}

/** A model that a provider lists. */
export interface ModelInfo extends ModelFacts {
  /** Second half of the model's name. */
  readonly model: string;
}

/** What is known of a model. Absent: not known. */
export interface ModelFacts {
  /** In USD per million tokens, as the provider states it. */
  readonly price?: ModelPrice;
  readonly capabilities?: Capabilities;
}

/** What a model can do, and what becomes of what it is sent. Absent: not known. */
export interface Capabilities {
  /** Tokens of input and output together. */
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  /** Whether the provider itself holds replies to a JSON schema. `false`: the schema is put into the prompt instead. */
  readonly jsonSchema?: boolean;
  readonly tools?: boolean;
  /** Whether it takes images. */
  readonly vision?: boolean;
  readonly streaming?: boolean;
  readonly dataPolicy?: DataPolicy;
  /** Where it runs, such as `"eu"` or `"us-east-1"`. */
  readonly region?: string;
}

export interface DataPolicy {
  /** How long the provider keeps prompts and replies, in days. 0: not at all. */
  readonly retentionDays?: number;
  /** Whether it may train models on them. */
  readonly trainsOnData?: boolean;
}

/** What is known of a call that failed, beside its kind. Never holds a key, a prompt or a reply. */
export interface ProviderErrorDetails {
  readonly httpStatus?: number;
  readonly requestId?: string;
  /** How long the provider asked to wait before the next call, in milliseconds. */
  readonly retryAfterMs?: number;
  /** What the provider counted before the call failed. */
  readonly usage?: Usage;
  readonly limits?: ProviderLimits;
  /** What it says it charged all the same, in USD. */
  readonly costUsd?: number;
  /** Whether a bill may come although nothing was counted. Default: as the table of kinds says. */
  readonly mayBeBilled?: boolean;
  readonly cause?: unknown;
}

/** A call that failed. Its message is shown to people and kept in the history: no key, prompt or reply in it. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly kind: FailureKind;
  readonly details: ProviderErrorDetails;

  constructor(kind: FailureKind, message: string, details: ProviderErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.details = details;
  }
}

export const PLUGIN_ERROR_CODES = [
  "PLUGIN_INVALID_OPTIONS",
  "PLUGIN_MISSING_KEY",
  "PLUGIN_MISSING_PACKAGE",
] as const;

export type PluginErrorCode = (typeof PLUGIN_ERROR_CODES)[number];

/** A plugin was made with options it cannot work with: the worker does not start. See docs/errors.md. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly code: PluginErrorCode;

  constructor(code: PluginErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
