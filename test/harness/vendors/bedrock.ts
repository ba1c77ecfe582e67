/**
 * Amazon Bedrock's Converse API as it is on the wire.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */

import { ok } from "node:assert/strict";
import type {
  ScriptedReply,
  VendorFailure,
  VendorFake,
  WireAnswer,
} from "../../../testing/index.ts";
import { eventFrame } from "./event-stream.ts";

interface ConverseBody {
  readonly system?: readonly Content[];
  readonly messages: readonly { readonly role: string; readonly content: readonly Content[] }[];
  readonly toolConfig?: {
    readonly tools: readonly { readonly toolSpec: ToolSpec }[];
  };
  readonly inferenceConfig?: {
    readonly maxTokens?: number;
    readonly temperature?: number;
    readonly topP?: number;
    readonly stopSequences?: readonly string[];
  };
}

interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly json: unknown };
}

interface Content {
  readonly text?: string;
  readonly toolUse?: { readonly name: string; readonly input: unknown };
  readonly toolResult?: {
    readonly content: readonly { readonly text?: string; readonly json?: unknown }[];
  };
}

const PATH = /^\/model\/([^/]+)\/converse(-stream)?$/;
/** Converse has no output schema: the SDK offers this tool in its place, and the model has to call it. */
const JSON_TOOL = "json";

export const bedrockFake: VendorFake = {
  name: "Bedrock Converse",
  model: "amazon.nova-pro-v1:0",
  readRequest({ method, path, body }) {
    const [, model = "", stream] = PATH.exec(path) ?? [];
    ok(method === "POST" && model !== "", `${method} ${path} is no call of Converse.`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What it holds is what the checks are about.
    const { system = [], messages, toolConfig, inferenceConfig = {} } = body as ConverseBody;
    const content = messages.flatMap(({ role, content: all }) =>
      all.map((part) => ({ ...part, role })),
    );
    const tools = (toolConfig?.tools ?? []).map(
      ({ toolSpec: { name, description, inputSchema } }) => ({
        name,
        description,
        input: inputSchema.json,
      }),
    );
    return {
      model: decodeURIComponent(model),
      stream: stream !== undefined,
      system: system.map(({ text = "" }) => text).join("\n"),
      user: content.map(({ role, text = "" }) => (role === "user" ? text : "")).join("\n"),
      tools: tools.filter(({ name }) => name !== JSON_TOOL),
      toolCalls: content.flatMap(({ toolUse }) =>
        toolUse === undefined ? [] : [{ tool: toolUse.name, input: toolUse.input }],
      ),
      toolOutputs: content.flatMap(({ toolResult }) =>
        toolResult === undefined
          ? []
          : [toolResult.content.map(({ text, json }) => text ?? JSON.stringify(json)).join("\n")],
      ),
      outputSchema: tools.find(({ name }) => name === JSON_TOOL)?.input,
      maxOutputTokens: inferenceConfig.maxTokens,
      temperature: inferenceConfig.temperature,
      topP: inferenceConfig.topP,
      stop: inferenceConfig.stopSequences,
    };
  },
  reply(reply, request) {
    const { stream, outputSchema } = bedrockFake.readRequest(request);
    const told = outputSchema === undefined ? reply : asToolCall(reply);
    const headers = { "x-amzn-requestid": reply.requestId };
    if (!stream) return { headers, body: JSON.stringify(converseOf(told)) };
    return {
      headers: { ...headers, "content-type": "application/vnd.amazon.eventstream" },
      body: streamOf(told),
    };
  },
  failures,
  notExpressible: {
    listModels: "Bedrock lists its models on another host",
    retryAfter: "Bedrock does not say how long to wait",
    insufficient_credit: "AWS bills afterwards",
    refused: "a refusal is not told from other words of the model",
    reasoningTokens: "Converse counts reasoning as output and does not tell it apart",
    missingUsage: "every answer has its counts, and the package insists on them",
    seed: "Converse has no seed",
  },
};

function asToolCall(reply: ScriptedReply): ScriptedReply {
  const call = { id: "tooluse_1", tool: JSON_TOOL, input: JSON.parse(reply.text.join("")) };
  return { ...reply, text: [], toolCalls: [call], finishReason: "tool_calls" };
}

function stopReason({ finishReason }: ScriptedReply): string {
  return {
    stop: "end_turn",
    length: "max_tokens",
    tool_calls: "tool_use",
    "never-seen": "paused_for_thought",
  }[finishReason];
}

/** Bedrock counts what it read from its cache beside the rest of the input, not as a part of it. */
function usageOf({ usage }: ScriptedReply): object | undefined {
  return (
    usage && {
      inputTokens: usage.inputTokens - usage.cachedInputTokens,
      cacheReadInputTokens: usage.cachedInputTokens,
      cacheWriteInputTokens: 0,
      outputTokens: usage.outputTokens,
      totalTokens: usage.inputTokens + usage.outputTokens,
    }
  );
}

function converseOf(reply: ScriptedReply): object {
  const texts = reply.text.length === 0 ? [] : [{ text: reply.text.join("") }];
  const calls = (reply.toolCalls ?? []).map(({ id, tool, input }) => ({
    toolUse: { toolUseId: id, name: tool, input },
  }));
  return {
    output: { message: { role: "assistant", content: [...texts, ...calls] } },
    stopReason: stopReason(reply),
    usage: usageOf(reply),
    metrics: { latencyMs: 1 },
  };
}

function streamOf(reply: ScriptedReply): readonly Uint8Array[] {
  const { text, toolCalls = [] } = reply;
  const usage = usageOf(reply);
  const delta = (index: number, change: object): Buffer =>
    event("contentBlockDelta", { contentBlockIndex: index, delta: change });
  return [
    event("messageStart", { role: "assistant" }),
    ...text.map((piece) => delta(0, { text: piece })),
    ...(text.length === 0 ? [] : [event("contentBlockStop", { contentBlockIndex: 0 })]),
    ...toolCalls.map(({ id, tool, input }, at) => {
      const index = at + (text.length === 0 ? 0 : 1);
      const start = { toolUse: { toolUseId: id, name: tool } };
      return Buffer.concat([
        event("contentBlockStart", { contentBlockIndex: index, start }),
        delta(index, { toolUse: { input: JSON.stringify(input) } }),
        event("contentBlockStop", { contentBlockIndex: index }),
      ]);
    }),
    Buffer.concat([
      event("messageStop", { stopReason: stopReason(reply) }),
      ...(usage === undefined ? [] : [event("metadata", { usage, metrics: { latencyMs: 1 } })]),
    ]),
  ];
}

/** `p` is padding, so that the length of a frame does not give a token away. */
function event(type: string, payload: object): Buffer {
  const headers = {
    ":event-type": type,
    ":content-type": "application/json",
    ":message-type": "event",
  };
  return eventFrame(headers, { ...payload, p: "abcdefgh" });
}

function exception(type: string, message: string): Buffer {
  const headers = {
    ":exception-type": type,
    ":content-type": "application/json",
    ":message-type": "exception",
  };
  return eventFrame(headers, { message });
}

/** A stream that begins well. */
function streamed(...frames: readonly Buffer[]): WireAnswer {
  return {
    headers: { "content-type": "application/vnd.amazon.eventstream" },
    body: [
      event("messageStart", { role: "assistant" }),
      event("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "Hello" } }),
      ...frames,
    ],
  };
}

function failures(quoted: string): readonly VendorFailure[] {
  const answer = (status: number, type: string, message: string): WireAnswer => ({
    status,
    headers: { "x-amzn-errortype": `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` },
    body: JSON.stringify({ message: `${message} ${quoted}` }),
  });
  const ended = (reason: string): object => ({
    output: { message: { role: "assistant", content: [{ text: quoted }] } },
    stopReason: reason,
    usage: { inputTokens: 12, outputTokens: 5, totalTokens: 17 },
    metrics: { latencyMs: 1 },
  });
  const tooLong = "Input is too long for requested model.";
  const noModel = "The provided model identifier is invalid.";
  return [
    {
      kind: "rate_limited",
      name: "429 ThrottlingException",
      answer: answer(429, "ThrottlingException", "Too many tokens."),
    },
    {
      kind: "overloaded",
      name: "503 ServiceUnavailableException",
      answer: answer(503, "ServiceUnavailableException", "Busy."),
    },
    {
      kind: "unavailable",
      name: "500 InternalServerException",
      answer: answer(500, "InternalServerException", "Failed."),
    },
    {
      kind: "unavailable",
      name: "424 ModelErrorException",
      answer: answer(424, "ModelErrorException", "Failed."),
    },
    {
      kind: "timeout",
      name: "408 ModelTimeoutException",
      answer: answer(408, "ModelTimeoutException", "Too slow."),
    },
    {
      kind: "context_length",
      name: "400 input is too long",
      answer: answer(400, "ValidationException", tooLong),
    },
    {
      kind: "auth",
      name: "403 AccessDeniedException",
      answer: answer(403, "AccessDeniedException", "No access."),
    },
    {
      kind: "auth",
      name: "403 UnrecognizedClientException",
      answer: answer(403, "UnrecognizedClientException", "Invalid token."),
    },
    {
      kind: "not_found",
      name: "404 ResourceNotFoundException",
      answer: answer(404, "ResourceNotFoundException", "No model."),
    },
    {
      kind: "not_found",
      name: "400 invalid model",
      answer: answer(400, "ValidationException", noModel),
    },
    {
      kind: "bad_request",
      name: "400 ValidationException",
      answer: answer(400, "ValidationException", "Malformed input."),
    },
    ...["content_filtered", "guardrail_intervened"].flatMap((reason): readonly VendorFailure[] => [
      {
        kind: "content_filtered",
        name: `stopReason ${reason}`,
        only: "generate",
        answer: { body: JSON.stringify(ended(reason)) },
      },
      {
        kind: "content_filtered",
        name: `stopReason ${reason}`,
        only: "stream",
        answer: streamed(event("messageStop", { stopReason: reason })),
      },
    ]),
    {
      kind: "rate_limited",
      name: "throttlingException after the first words",
      only: "stream",
      answer: streamed(exception("throttlingException", `Slow down. ${quoted}`)),
    },
    {
      kind: "unavailable",
      name: "modelStreamErrorException after the first words",
      only: "stream",
      answer: streamed(exception("modelStreamErrorException", `Failed. ${quoted}`)),
    },
  ];
}
