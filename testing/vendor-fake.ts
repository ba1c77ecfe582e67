/** How a vendor's HTTP API is imitated for the contract kit: what it is asked and what it answers, as pure functions. */

import type { FailureKind } from "../graph/failure-kinds.ts";
import type { FinishReason, ToolCall, Usage } from "../plugins/contract.ts";

/**
 * One vendor's wire format. The kit owns the server; a fake only translates, so that it can be read beside the
 * vendor's documentation. `openaiChatFake()` is one to learn from.
 */
export interface VendorFake {
  /** Such as `"OpenAI chat completions"`. */
  readonly name: string;
  /** The model that the kit calls, without the provider. */
  readonly model: string;
  /** What follows the origin in a base URL, such as `"/v1"`. Default: nothing. */
  readonly basePath?: string;
  /** What a request asks for. Throws what it likes when the request is not one that the vendor would take. */
  readRequest(request: WireRequest): AskedFor;
  /** A reply, in the form that `request` asks for. The last chunk of a stream says that the reply is complete. */
  reply(reply: ScriptedReply, request: WireRequest): WireAnswer;
  /**
   * Every way in which the vendor says that a call failed: at least one for each of {@link ContractKind}, or a reason
   * in `notExpressible`. `quoted` is to stand in each message for people: it holds what no error may show.
   */
  failures(quoted: string): readonly VendorFailure[];
  /** The vendor's list of models, holding `models`. Needed for providers with `listModels` or `health`. */
  listModels?(models: readonly string[], request: WireRequest): WireAnswer;
  /** What the vendor's API has no words for, each with the reason. The kit shows those checks as skipped. */
  readonly notExpressible?: Readonly<Partial<Record<ContractKind | ContractFeature, string>>>;
}

/** Kinds of failure that a vendor itself reports. */
export const CONTRACT_KINDS = [
  "rate_limited",
  "overloaded",
  "unavailable",
  "context_length",
  "content_filtered",
  "refused",
  "auth",
  "insufficient_credit",
  "not_found",
  "bad_request",
] as const satisfies readonly FailureKind[];

export type ContractKind = (typeof CONTRACT_KINDS)[number];

/**
 * What an API, or a provider on purpose, may lack. `"missingUsage"`: leaving the counts out. `"optionalMaxOutputTokens"`:
 * requests without a limit.
 */
export type ContractFeature =
  | "apiKey"
  | "requestId"
  | "retryAfter"
  | "cachedInputTokens"
  | "reasoningTokens"
  | "tools"
  | "outputSchema"
  | "streaming"
  | "streamedUsage"
  | "missingUsage"
  | "listModels"
  | "optionalMaxOutputTokens"
  | "maxOutputTokens"
  | "temperature"
  | "topP"
  | "seed"
  | "stop";

/** A request as it arrived. */
export interface WireRequest {
  readonly method: string;
  /** With its query, such as `"/v1/chat/completions"`. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed; `undefined` when it is no JSON. */
  readonly body: unknown;
}

/** What a request asks for, in the words of the contract. */
export interface AskedFor {
  readonly model: string;
  readonly stream: boolean;
  /** All texts of system messages. */
  readonly system: string;
  /** All texts of users' messages. */
  readonly user: string;
  readonly tools: readonly {
    readonly name: string;
    readonly description: string;
    readonly input: unknown;
  }[];
  /** Tool calls of earlier turns that the model made, as they are told to it again. */
  readonly toolCalls: readonly Omit<ToolCall, "id">[];
  /** What tools gave, as the text that the model reads. */
  readonly toolOutputs: readonly string[];
  /** As far as the request holds one. */
  readonly outputSchema?: unknown;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
}

/** What the model is to answer. */
export interface ScriptedReply {
  /** In the pieces that a stream brings it in. */
  readonly text: readonly string[];
  /** Absent: none. */
  readonly toolCalls?: readonly ToolCall[];
  /** `"never-seen"`: a reason that the vendor's documentation does not list. */
  readonly finishReason:
    | Exclude<FinishReason, "unknown" | "content_filter" | "refusal">
    | "never-seen";
  /** What the vendor is to count. Left out: it does not say. */
  readonly usage?: Required<Usage>;
  readonly requestId: string;
}

/** An HTTP answer. */
export interface WireAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole body, or the chunks that a stream brings it in. */
  readonly body: string | readonly (string | Uint8Array)[];
}

/** One way in which a vendor says that a call failed. */
export interface VendorFailure {
  readonly kind: FailureKind;
  /** Such as `"429 rate_limit_exceeded"`. */
  readonly name: string;
  readonly answer: WireAnswer;
  /** What the provider is to read from the answer. */
  readonly retryAfterMs?: number;
  /** Where it happens. Default: to replies whole and streamed. */
  readonly only?: "generate" | "stream";
}
