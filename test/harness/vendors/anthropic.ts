/**
 * Anthropic's messages API as it is on the wire.
 *
 * @see https://docs.anthropic.com/en/api/messages
 * @see https://docs.anthropic.com/en/api/messages-streaming
 * @see https://docs.anthropic.com/en/api/errors
 */

import { ok } from "node:assert/strict";
import type {
  ScriptedReply,
  VendorFailure,
  VendorFake,
  WireAnswer,
} from "../../../testing/index.ts";
import { serverSentEvent } from "../../../testing/vendors/openai-chat.ts";

interface MessagesBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly system?: string | readonly { readonly text: string }[];
  readonly messages: readonly {
    readonly role: string;
    readonly content: string | readonly Block[];
  }[];
  readonly tools?: readonly { name: string; description: string; input_schema: unknown }[];
  readonly output_config?: { readonly format?: { readonly schema: unknown } };
  readonly max_tokens: number;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly stop_sequences?: readonly string[];
}

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly content?: string | readonly { readonly text?: string }[];
}

export const anthropicFake: VendorFake = {
  name: "Anthropic messages",
  model: "claude-sonnet-4-5",
  basePath: "/v1",
  readRequest({ method, path, headers, body }) {
    ok(method === "POST" && path === "/v1/messages", `${method} ${path} is not POST /v1/messages.`);
    ok(headers["anthropic-version"] !== undefined, "The header anthropic-version is missing.");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What it holds is what the checks are about.
    const { messages, system, tools = [], ...request } = body as MessagesBody;
    ok(Number.isInteger(request.max_tokens), "max_tokens is missing.");
    const blocks = messages.flatMap(({ role, content }) =>
      (typeof content === "string" ? [{ type: "text", text: content }] : content).map(
        (block): Block & { role: string } => ({ ...block, role }),
      ),
    );
    const ofType = (wanted: string): readonly Block[] =>
      blocks.filter(({ type }) => type === wanted);
    return {
      model: request.model,
      stream: request.stream === true,
      system:
        typeof system === "string" ? system : (system ?? []).map(({ text }) => text).join("\n"),
      user: blocks.map(({ role, text = "" }) => (role === "user" ? text : "")).join("\n"),
      tools: tools.map(({ name, description, input_schema: input }) => ({
        name,
        description,
        input,
      })),
      toolCalls: ofType("tool_use").map(({ name = "", input }) => ({ tool: name, input })),
      toolOutputs: ofType("tool_result").map(({ content = "" }) =>
        typeof content === "string" ? content : content.map(({ text = "" }) => text).join("\n"),
      ),
      outputSchema: request.output_config?.format?.schema,
      maxOutputTokens: request.max_tokens,
      temperature: request.temperature,
      topP: request.top_p,
      stop: request.stop_sequences,
    };
  },
  reply(reply, request) {
    const { model, stream } = anthropicFake.readRequest(request);
    const headers = { "request-id": reply.requestId };
    if (!stream) {
      const content = contentOf(reply);
      const usage = reply.usage && usageOf(reply.usage);
      const ending = { stop_reason: stopReason(reply), stop_sequence: null };
      return { headers, body: JSON.stringify({ ...messageBy(model), content, ...ending, usage }) };
    }
    return {
      headers: { ...headers, "content-type": "text/event-stream" },
      body: streamOf(reply, model),
    };
  },
  failures,
  listModels: (models) => ({
    body: JSON.stringify({
      data: models.map((id) => ({
        type: "model",
        id,
        display_name: id,
        created_at: "2025-09-29T00:00:00Z",
      })),
      has_more: false,
    }),
  }),
  notExpressible: {
    optionalMaxOutputTokens:
      "max_tokens is required; the package sends the most that the model can",
    missingUsage: "every message has its counts, and the package insists on them",
    seed: "the messages API has no seed",
    topP: "models from Claude 4.5 on take temperature or top_p, not both; the SDK sends temperature alone",
  },
};

function messageBy(model: string): object {
  return { id: "msg_1", type: "message", role: "assistant", model };
}

function contentOf({ text, toolCalls = [] }: ScriptedReply): readonly object[] {
  return [
    ...(text.length === 0 ? [] : [{ type: "text", text: text.join("") }]),
    ...toolCalls.map(({ id, tool, input }) => ({ type: "tool_use", id, name: tool, input })),
  ];
}

function stopReason({ finishReason }: ScriptedReply): string {
  return {
    stop: "end_turn",
    length: "max_tokens",
    tool_calls: "tool_use",
    "never-seen": "paused_for_thought",
  }[finishReason];
}

/** Anthropic counts what it read from its cache beside the rest of the input, not as a part of it. */
function usageOf(usage: NonNullable<ScriptedReply["usage"]>): object {
  return {
    input_tokens: usage.inputTokens - usage.cachedInputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    output_tokens_details: { thinking_tokens: usage.reasoningTokens },
  };
}

function streamOf(reply: ScriptedReply, model: string): readonly string[] {
  const { usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 } } =
    reply;
  const { toolCalls = [] } = reply;
  const start = { ...messageBy(model), content: [], stop_reason: null, stop_sequence: null };
  const block = (index: number, empty: object, deltas: readonly object[]): readonly string[] => [
    event("content_block_start", { index, content_block: empty }),
    ...deltas.map((delta) => event("content_block_delta", { index, delta })),
    event("content_block_stop", { index }),
  ];
  const texts = reply.text.map((text) => ({ type: "text_delta", text }));
  return [
    event("message_start", {
      message: { ...start, usage: { ...usageOf(usage), output_tokens: 1 } },
    }) + event("ping", {}),
    ...(texts.length === 0 ? [] : block(0, { type: "text", text: "" }, texts)),
    ...toolCalls.flatMap(({ id, tool, input }, index) =>
      block(index + (texts.length === 0 ? 0 : 1), { type: "tool_use", id, name: tool, input: {} }, [
        { type: "input_json_delta", partial_json: "" },
        { type: "input_json_delta", partial_json: JSON.stringify(input) },
      ]),
    ),
    event("message_delta", {
      delta: { stop_reason: stopReason(reply), stop_sequence: null },
      usage: usageOf(usage),
    }) + event("message_stop", {}),
  ];
}

function event(type: string, members: object): string {
  return serverSentEvent({ type, ...members }, type);
}

function failures(quoted: string): readonly VendorFailure[] {
  const answer = (status: number, type: string, message: string, headers = {}): WireAnswer => ({
    status,
    headers,
    body: JSON.stringify({
      type: "error",
      error: { type, message: `${message} ${quoted}` },
      request_id: "req_1",
    }),
  });
  const tooLong = "prompt is too long: 210000 tokens > 200000 maximum";
  const noCredit = "Your credit balance is too low to access the Anthropic API.";
  const ended: object = { ...messageBy("claude-sonnet-4-5"), stop_sequence: null };
  const usage = { input_tokens: 12, output_tokens: 5 };
  return [
    {
      kind: "rate_limited",
      name: "429 rate_limit_error",
      retryAfterMs: 7_000,
      answer: answer(429, "rate_limit_error", "This would exceed your rate limit.", {
        "retry-after": "7",
      }),
    },
    {
      kind: "overloaded",
      name: "529 overloaded_error",
      answer: answer(529, "overloaded_error", "Overloaded."),
    },
    {
      kind: "unavailable",
      name: "500 api_error",
      answer: answer(500, "api_error", "Internal server error."),
    },
    {
      kind: "context_length",
      name: "400 prompt is too long",
      answer: answer(400, "invalid_request_error", tooLong),
    },
    {
      kind: "context_length",
      name: "413 request_too_large",
      answer: answer(413, "request_too_large", "Too large."),
    },
    {
      kind: "auth",
      name: "401 authentication_error",
      answer: answer(401, "authentication_error", "invalid x-api-key"),
    },
    {
      kind: "auth",
      name: "403 permission_error",
      answer: answer(403, "permission_error", "Not allowed."),
    },
    {
      kind: "insufficient_credit",
      name: "400 low balance",
      answer: answer(400, "invalid_request_error", noCredit),
    },
    {
      kind: "not_found",
      name: "404 not_found_error",
      answer: answer(404, "not_found_error", "model: claude-9"),
    },
    {
      kind: "bad_request",
      name: "400 invalid_request_error",
      answer: answer(400, "invalid_request_error", "max_tokens: Field required."),
    },
    {
      kind: "content_filtered",
      name: "400 output blocked",
      answer: answer(400, "invalid_request_error", "Output blocked by content filtering policy"),
    },
    {
      kind: "refused",
      name: "stop_reason refusal",
      only: "generate",
      answer: {
        body: JSON.stringify({
          ...ended,
          content: [{ type: "text", text: quoted }],
          stop_reason: "refusal",
          usage,
        }),
      },
    },
    {
      kind: "refused",
      name: "stop_reason refusal",
      only: "stream",
      answer: {
        headers: { "content-type": "text/event-stream" },
        body: [
          event("message_start", { message: { ...ended, content: [], stop_reason: null, usage } }),
          event("message_delta", {
            delta: { stop_reason: "refusal", stop_sequence: null },
            usage,
          }) + event("message_stop", {}),
        ],
      },
    },
    {
      kind: "overloaded",
      name: "overloaded_error after the first words",
      only: "stream",
      answer: {
        headers: { "content-type": "text/event-stream" },
        body: [
          event("message_start", { message: { ...ended, content: [], stop_reason: null, usage } }) +
            event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
          event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "Hello" } }),
          event("error", { error: { type: "overloaded_error", message: `Overloaded. ${quoted}` } }),
        ],
      },
    },
  ];
}
