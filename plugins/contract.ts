/** What a plugin is. Third parties write against this file alone. */

import type { FailureKind } from "../graph/failure-kinds.ts";
import type { Message } from "../graph/message.ts";
import type { JsonSchema } from "../graph/schema.ts";

/** A vendor, a gateway or a local server that answers model calls. */
export interface Provider {
  /** First half of a model's name, such as `"openai"`. Lower-case kebab-case, unique per worker. */
  readonly id: string;
  /** Sends one request. Rejects with {@link ProviderError}; never retries, the workflow does. */
  generate(request: ModelRequest, context: CallContext): Promise<ModelReply>;
  /** Frees sockets and timers. Called once, when the worker stops. Default: nothing to free. */
  close?(): Promise<void>;
}

/** One call to one model. */
export interface ModelRequest {
  /** Second half of the model's name, such as `"gpt-5-mini"`. */
  readonly model: string;
  readonly messages: readonly Turn[];
  /** What the reply must fit. Absent: plain text. */
  readonly outputSchema?: JsonSchema;
  /** Tools the model may call instead of answering. Absent: none. */
  readonly tools?: readonly ToolOffer[];
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
  /** Aborted when the deadline has passed or the run is cancelled. */
  readonly signal: AbortSignal;
  /** Tells the host that the call is alive, such as when a part of the reply arrived. */
  reportProgress(): void;
  /** Waits on the host's clock, which a test can run faster than time. Rejects when `signal` is aborted. */
  sleep(durationMs: number): Promise<void>;
}

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
  /** What the provider says it charged, in USD. */
  readonly costUsd?: number;
}

/** Why the model stopped. `"length"`: its limit cut the reply short. */
export type FinishReason = "stop" | "length" | "content_filter" | "tool_calls" | "other";

/** Tokens, as the provider counted them. Absent: it did not say. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/** What is known of a call that failed, beside its kind. Never holds a key, a prompt or a reply. */
export interface ProviderErrorDetails {
  readonly httpStatus?: number;
  readonly requestId?: string;
  /** How long the provider asked to wait before the next call, in milliseconds. */
  readonly retryAfterMs?: number;
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

export const PLUGIN_ERROR_CODES = ["PLUGIN_INVALID_OPTIONS"] as const;

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
