/** Makes a reply of ours out of what the AI SDK's model interface answers, for each of its versions. */

import type { AiSdkPart } from "./ai-sdk-types.ts";
import type { FinishReason, ModelReply, ToolCall, Usage } from "../contract.ts";
import type { Exchange } from "../http/exchange.ts";
import { readLimits } from "../http/limit-headers.ts";
import { readRequestId } from "../http/provider-error.ts";
import type { Headers } from "../http/retry-delay.ts";
import { isRecord, parseJson } from "../http/vendor-error.ts";

/** What was seen in the answer itself, before the SDK read it. */
export interface ReplyNotes {
  /** The model declined to answer. */
  isRefusal?: boolean;
  /** In the vendor's word. */
  finishReason?: string;
}

/** A reply as the SDK gives it: at once, or gathered from a stream. */
export interface AiSdkReply {
  readonly content: readonly AiSdkPart[];
  readonly finishReason: unknown;
  readonly usage: unknown;
  /** What the vendor says of the answer. */
  readonly response: {
    readonly id?: unknown;
    readonly modelId?: unknown;
    readonly headers?: unknown;
  };
}

/**
 * The reply.
 *
 * @throws {ProviderError} malformed: there is nothing in it, or calls of tools that cannot be read.
 */
export function readReply(reply: AiSdkReply, exchange: Exchange, notes: ReplyNotes): ModelReply {
  const usage = exchange.charge.usage ?? readSdkUsage(reply.usage);
  exchange.addCharge({ usage });
  const { costUsd } = exchange.charge;
  const text = reply.content.map(textOf).join("");
  const toolCalls = readToolCalls(reply.content, exchange);
  const finishReason = readFinishReason(reply.finishReason, notes);
  checkContent({ text, toolCalls, finishReason }, exchange);
  const headers = readHeaders(reply, exchange);
  const requestId = readId(reply, headers);
  const limits = readLimits(headers, Date.now());
  const { modelId } = reply.response;
  return {
    text,
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
    finishReason,
    usage,
    ...(requestId === undefined ? {} : { requestId }),
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(limits === undefined ? {} : { limits }),
    ...(typeof modelId === "string" ? { metadata: { model: modelId } } : {}),
  };
}

/** What gateways and local servers call an end that is none of OpenAI's words. */
const STOPS = ["stop", "eos", "eos_token", "stop_sequence", "end_turn", "complete", "endoftext"];

/** v2 gives one word; v3 and v4 give theirs and the vendor's. */
export function readFinishReason(finishReason: unknown, notes: ReplyNotes): FinishReason {
  const unified = isRecord(finishReason) ? finishReason["unified"] : finishReason;
  const given = isRecord(finishReason) ? finishReason["raw"] : undefined;
  const raw = notes.finishReason ?? (typeof given === "string" ? given : undefined);
  if (notes.isRefusal === true || raw === "refusal") return "refusal";
  switch (unified) {
    case "stop":
    case "length":
      return unified;
    case "content-filter":
      return isRefusalOfSdk(finishReason, raw) ? "refusal" : "content_filter";
    case "tool-calls":
      return "tool_calls";
    default:
      return raw !== undefined && STOPS.includes(raw.toLowerCase()) ? "stop" : "unknown";
  }
}

/** The SDK calls a refusal a filter as well; but a vendor whose filter stopped a reply has a word for it. */
function isRefusalOfSdk(finishReason: unknown, raw: string | undefined): boolean {
  return isRecord(finishReason) && (raw === undefined || raw === "stop");
}

/**
 * The SDK's own count. It makes 0 of a count that is missing: what the vendor sent tells the two apart, which v2 does not
 * hand on; there a count of 0 is taken for a missing one.
 */
export function readSdkUsage(usage: unknown): Usage {
  if (!isRecord(usage)) return {};
  const { inputTokens: input, outputTokens: output, raw } = usage;
  const isNested = isRecord(input) && isRecord(output);
  const counts = isNested
    ? {
        inputTokens: input["total"],
        cachedInputTokens: input["cacheRead"],
        outputTokens: output["total"],
        reasoningTokens: output["reasoning"],
      }
    : {
        inputTokens: input,
        cachedInputTokens: usage["cachedInputTokens"],
        outputTokens: output,
        reasoningTokens: usage["reasoningTokens"],
      };
  const isZeroKnown = isRecord(raw) && hasNumber(raw);
  const isCount = (value: unknown): boolean =>
    Number.isSafeInteger(value) && (Number(value) > 0 || (value === 0 && isZeroKnown));
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => isCount(value)));
}

function hasNumber(value: unknown): boolean {
  if (typeof value === "number") return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasNumber);
}

function textOf({ type, text }: AiSdkPart): string {
  return type === "text" && typeof text === "string" ? text : "";
}

/** Tools that the vendor runs by itself are part of its answer. */
function readToolCalls(content: readonly AiSdkPart[], exchange: Exchange): readonly ToolCall[] {
  return content
    .filter(({ type, providerExecuted }) => type === "tool-call" && providerExecuted !== true)
    .map(({ toolCallId, toolName, input }) => ({
      id: String(toolCallId),
      tool: String(toolName),
      input: readArguments(input, exchange),
    }));
}

function readArguments(input: unknown, exchange: Exchange): unknown {
  if (typeof input !== "string") return input;
  const parsed = input.trim() === "" ? {} : parseJson(input);
  // The arguments are a reply: nothing of them is shown.
  if (parsed === undefined) throw exchange.malformed("the arguments of a tool call are not JSON");
  return parsed;
}

type Content = Pick<ModelReply, "text" | "finishReason"> & {
  readonly toolCalls: readonly ToolCall[];
};

/** A success is not yet a reply: gateways pass on empty ones. What was cut or filtered may be empty. */
function checkContent({ text, toolCalls, finishReason }: Content, exchange: Exchange): void {
  if (toolCalls.length > 0) return;
  if (finishReason === "tool_calls") {
    throw exchange.malformed("the model ended to call tools, and calls none");
  }
  const mayBeEmpty = finishReason !== "stop" && finishReason !== "unknown";
  if (text.trim() === "" && !mayBeEmpty) throw exchange.malformed("the reply is empty");
}

/** As the answer came, and where a provider has connections of its own, as the SDK hands them on. */
function readHeaders({ response }: AiSdkReply, exchange: Exchange): Headers {
  const given = isRecord(response.headers) ? response.headers : {};
  const entries = Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { ...Object.fromEntries(entries), ...exchange.headers };
}

function readId({ response: { id } }: AiSdkReply, headers: Headers): string | undefined {
  return readRequestId(headers) ?? (typeof id === "string" ? id : undefined);
}
