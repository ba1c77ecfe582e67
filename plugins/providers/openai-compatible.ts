/** Any server that speaks OpenAI's chat completions: OpenAI, OpenRouter, Ollama, vLLM, LM Studio, llama.cpp, … */

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type {
  LanguageModelV3CallOptions,
  LanguageModelV3FilePart,
  LanguageModelV3FinishReason,
  LanguageModelV3GenerateResult,
  LanguageModelV3TextPart,
  LanguageModelV3Usage,
} from "@ai-sdk/provider";
import {
  ProviderError,
  type CallContext,
  type FinishReason,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type Turn,
  type Usage,
} from "../contract.ts";
import type { Message, MessagePart } from "../../graph/message.ts";
import { httpClient } from "../http.ts";

export interface OpenAICompatibleOptions {
  /** First half of the names of its models, such as `"openai"`. */
  readonly id: string;
  /** Up to and without `/chat/completions`, such as `"https://api.openai.com/v1"`. */
  readonly baseURL: string;
  /** Sent as a bearer token. Local servers need none. */
  readonly apiKey?: string;
}

/** A provider that speaks OpenAI's chat completions, through the Vercel AI SDK's model interface. */
export function openaiCompatible({ id, baseURL, apiKey }: OpenAICompatibleOptions): Provider {
  const http = httpClient({ baseURL, secrets: apiKey === undefined ? [] : [apiKey] });
  return {
    id,
    async generate(request, context) {
      const { fetch, exchange } = http.open(context, request);
      const models = createOpenAICompatible({
        name: id,
        baseURL,
        apiKey,
        supportsStructuredOutputs: true,
        fetch,
      });
      try {
        // The model interface below `generateText`: it sends one request and has no retries of its own.
        const result = await models
          .chatModel(request.model)
          .doGenerate(callOptions(request, context));
        return readResult(result);
      } catch (error) {
        throw exchange.fail(error);
      }
    },
    close: () => http.close(),
  };
}

function callOptions(request: ModelRequest, context: CallContext): LanguageModelV3CallOptions {
  const { outputSchema } = request;
  return {
    prompt: request.messages.map(promptMessage),
    tools: request.tools?.map(({ name, description, input }) => ({
      type: "function",
      name,
      description,
      inputSchema: input,
    })),
    responseFormat:
      outputSchema === undefined
        ? { type: "text" }
        : { type: "json", schema: outputSchema, name: "reply" },
    abortSignal: context.signal,
  };
}

type PromptMessage = LanguageModelV3CallOptions["prompt"][number];

function promptMessage(turn: Turn): PromptMessage {
  if ("toolCalls" in turn) {
    const calls = turn.toolCalls.map(({ id, tool, input }) => ({
      type: "tool-call" as const,
      toolCallId: id,
      toolName: tool,
      input,
    }));
    return { role: "assistant", content: calls };
  }
  if ("toolCallId" in turn) {
    const output = { type: "text" as const, value: JSON.stringify(turn.output) };
    const { toolCallId, tool } = turn;
    return {
      role: "tool",
      content: [{ type: "tool-result", toolCallId, toolName: tool, output }],
    };
  }
  return plainMessage(turn);
}

function plainMessage({ role, content }: Message): PromptMessage {
  const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
  if (role === "system") return { role, content: parts.map(readTextPart).join("\n") };
  return { role, content: parts.map(promptPart) };
}

function readTextPart(part: MessagePart): string {
  if (part.type === "text") return part.text;
  throw new ProviderError("bad_request", "a system message holds a file; the API takes text only");
}

function promptPart(part: MessagePart): LanguageModelV3TextPart | LanguageModelV3FilePart {
  if (part.type === "text") return part;
  const { mediaType, url, bytes = "", filename } = part;
  return { type: "file", mediaType, filename, data: url === undefined ? bytes : new URL(url) };
}

function readResult({
  content,
  finishReason,
  usage,
  response,
}: LanguageModelV3GenerateResult): ModelReply {
  return {
    text: content.map((part) => (part.type === "text" ? part.text : "")).join(""),
    toolCalls: readToolCalls(content),
    finishReason: FINISH_REASONS[finishReason.unified],
    usage: readUsage(usage),
    requestId: response?.headers?.["x-request-id"] ?? response?.id,
  };
}

function readToolCalls(content: LanguageModelV3GenerateResult["content"]): ModelReply["toolCalls"] {
  const calls = content.filter((part) => part.type === "tool-call");
  if (calls.length === 0) return undefined;
  return calls.map(({ toolCallId, toolName, input }) => ({
    id: toolCallId,
    tool: toolName,
    input: readArguments(input),
  }));
}

function readArguments(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    // The parser's message quotes the reply, so it is not passed on.
    throw new ProviderError("malformed", "the arguments of a tool call are not JSON");
  }
}

/** The SDK makes 0 of a count that is missing: the raw usage tells the two apart. */
function readUsage({ inputTokens, outputTokens, raw }: LanguageModelV3Usage): Usage {
  return {
    inputTokens: typeof raw?.["prompt_tokens"] === "number" ? inputTokens.total : undefined,
    outputTokens: typeof raw?.["completion_tokens"] === "number" ? outputTokens.total : undefined,
  };
}

const FINISH_REASONS: Record<LanguageModelV3FinishReason["unified"], FinishReason> = {
  stop: "stop",
  length: "length",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
  error: "unknown",
  other: "unknown",
};
