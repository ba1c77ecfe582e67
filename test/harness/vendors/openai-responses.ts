/**
 * OpenAI's responses API as it is on the wire, also Azure's.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */

import { ok } from "node:assert/strict";
import type {
  AskedFor,
  ScriptedReply,
  VendorFailure,
  VendorFake,
  WireAnswer,
} from "../../../testing/index.ts";
import {
  openaiErrorAnswer,
  openaiChatFailures,
} from "../../../testing/vendors/openai-chat-failures.ts";
import { openaiChatFake, serverSentEvent } from "../../../testing/vendors/openai-chat.ts";

interface ResponsesBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly store?: boolean;
  readonly input: readonly InputItem[];
  readonly tools?: readonly { name: string; description: string; parameters: unknown }[];
  readonly text?: { readonly format?: { readonly schema?: unknown } };
  readonly max_output_tokens?: number;
  readonly temperature?: number;
  readonly top_p?: number;
}

interface InputItem {
  readonly type?: "message" | "function_call" | "function_call_output";
  readonly role?: string;
  readonly content?: string | readonly { readonly text: string }[];
  readonly name?: string;
  readonly arguments?: string;
  readonly output?: string;
}

export function responsesFake(changes: Partial<VendorFake> & { path?: string } = {}): VendorFake {
  const { basePath = "/v1", path = `${basePath}/responses` } = changes;
  const fake: VendorFake = {
    name: "OpenAI responses",
    model: "gpt-4.1-mini",
    basePath,
    readRequest({ method, path: actual, body }) {
      const asked = actual.split("?")[0];
      ok(method === "POST" && asked === path, `${method} ${actual} is not POST ${path}.`);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What it holds is what the checks are about.
      return readBody(body as ResponsesBody);
    },
    reply(reply, request) {
      const { stream, model } = fake.readRequest(request);
      const headers = { "x-request-id": reply.requestId };
      if (!stream) return { headers, body: JSON.stringify(responseOf(reply, model)) };
      return {
        headers: { ...headers, "content-type": "text/event-stream" },
        body: streamOf(reply, model),
      };
    },
    failures,
    listModels: (models, request) => openaiChatFake().listModels?.(models, request) ?? { body: "" },
    notExpressible: {
      seed: "the responses API has no seed",
      stop: "the responses API has no stop sequences",
    },
    ...changes,
  };
  return fake;
}

function readBody(body: ResponsesBody): AskedFor {
  const { input } = body;
  const said = (...roles: readonly string[]): string =>
    input
      .filter(({ role = "" }) => roles.includes(role))
      .map(({ content = "" }) =>
        typeof content === "string" ? content : content.map(({ text }) => text).join("\n"),
      )
      .join("\n");
  return {
    model: body.model,
    stream: body.stream === true,
    system: said("system", "developer"),
    user: said("user"),
    tools: (body.tools ?? []).map(({ name, description, parameters }) => ({
      name,
      description,
      input: parameters,
    })),
    toolCalls: input
      .filter(({ type }) => type === "function_call")
      .map(({ name = "", arguments: text = "" }) => ({ tool: name, input: JSON.parse(text) })),
    toolOutputs: input
      .filter(({ type }) => type === "function_call_output")
      .map(({ output = "" }) => output),
    outputSchema: body.text?.format?.schema,
    maxOutputTokens: body.max_output_tokens,
    temperature: body.temperature,
    topP: body.top_p,
  };
}

type Item = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

function messageItem(content: readonly object[], status = "completed"): Item {
  return { id: "msg_1", type: "message", status, role: "assistant", content };
}

function outputText(text: string): object {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

function callItem({ id, tool, input }: NonNullable<ScriptedReply["toolCalls"]>[number]): Item {
  const text = JSON.stringify(input);
  return {
    id: `fc_${id}`,
    type: "function_call",
    status: "completed",
    arguments: text,
    call_id: id,
    name: tool,
  };
}

function itemsOf({ text, toolCalls = [] }: ScriptedReply): readonly Item[] {
  const message = text.length === 0 ? [] : [messageItem([outputText(text.join(""))])];
  return [...message, ...toolCalls.map(callItem)];
}

function responseOf(
  reply: ScriptedReply,
  model: string,
): { readonly status: string; readonly [member: string]: unknown } {
  const { finishReason, usage } = reply;
  const reasons: Partial<Record<string, string>> = {
    length: "max_output_tokens",
    "never-seen": "paused_for_thought",
  };
  const reason = reasons[finishReason];
  return {
    ...response(itemsOf(reply), model),
    status: reason === undefined ? "completed" : "incomplete",
    incomplete_details: reason === undefined ? null : { reason },
    usage: usage && {
      input_tokens: usage.inputTokens,
      input_tokens_details: { cached_tokens: usage.cachedInputTokens },
      output_tokens: usage.outputTokens,
      output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
      total_tokens: usage.inputTokens + usage.outputTokens,
    },
  };
}

function response(output: readonly Item[], model: string): object {
  return {
    id: "resp_1",
    object: "response",
    created_at: 1_700_000_000,
    status: "in_progress",
    error: null,
    incomplete_details: null,
    model,
    output,
    usage: null,
  };
}

function streamOf(reply: ScriptedReply, model: string): readonly string[] {
  const started = response([], model);
  const message = messageItem([], "in_progress");
  const whole = responseOf(reply, model);
  const items = itemsOf(reply);
  const hasText = reply.text.length > 0;
  return [
    event("response.created", { response: started }) +
      event("response.in_progress", { response: started }),
    ...(hasText
      ? [
          event("response.output_item.added", { output_index: 0, item: message }) +
            event("response.content_part.added", {
              item_id: message.id,
              output_index: 0,
              content_index: 0,
              part: outputText(""),
            }),
          ...reply.text.map((delta) =>
            event("response.output_text.delta", {
              item_id: message.id,
              output_index: 0,
              content_index: 0,
              delta,
              logprobs: [],
            }),
          ),
          event("response.output_item.done", { output_index: 0, item: items[0] }),
        ]
      : []),
    ...(reply.toolCalls ?? []).map(callItem).map((item, index) => {
      const at = { item_id: item.id, output_index: index + (hasText ? 1 : 0) };
      return (
        event("response.output_item.added", {
          ...at,
          item: { ...item, arguments: "", status: "in_progress" },
        }) +
        event("response.function_call_arguments.delta", { ...at, delta: item["arguments"] }) +
        event("response.function_call_arguments.done", { ...at, arguments: item["arguments"] }) +
        event("response.output_item.done", { ...at, item })
      );
    }),
    event(`response.${whole.status}`, { response: whole }),
  ];
}

function event(type: string, members: object): string {
  return serverSentEvent({ type, sequence_number: 0, ...members }, type);
}

function failures(quoted: string): readonly VendorFailure[] {
  return [
    ...openaiChatFailures(quoted).filter(({ answer }) => answer.status !== undefined),
    ...endings(quoted),
    {
      kind: "content_filtered",
      name: "400 invalid_prompt",
      answer: openaiErrorAnswer(400, {
        message: `Invalid prompt: your prompt was flagged as potentially violating our usage policy. ${quoted}`,
        type: "invalid_request_error",
        code: "invalid_prompt",
      }),
    },
    {
      kind: "unavailable",
      name: "response.failed with server_error",
      only: "stream",
      answer: broken("server_error", quoted),
    },
    {
      kind: "rate_limited",
      name: "response.failed with rate_limit_exceeded",
      only: "stream",
      answer: broken("rate_limit_exceeded", quoted),
    },
  ];
}

/** A filter and a refusal end a reply whose status is 200. */
function endings(quoted: string): readonly VendorFailure[] {
  const filtered = {
    ...response([messageItem([outputText(quoted)], "incomplete")], "gpt-4.1-mini"),
    status: "incomplete",
    incomplete_details: { reason: "content_filter" },
  };
  const refused = {
    ...response([messageItem([{ type: "refusal", refusal: quoted }])], "gpt-4.1-mini"),
    status: "completed",
  };
  const usage = { input_tokens: 12, output_tokens: 5, total_tokens: 17 };
  return (
    [
      ["content_filtered", "incomplete_details content_filter", filtered],
      ["refused", "a refusal in place of the text", refused],
    ] as const
  ).flatMap(([kind, name, body]): readonly VendorFailure[] => [
    { kind, name, only: "generate", answer: { body: JSON.stringify({ ...body, usage }) } },
    {
      kind,
      name,
      only: "stream",
      answer: {
        headers: { "content-type": "text/event-stream" },
        body: [
          event("response.created", { response: response([], "gpt-4.1-mini") }),
          kind === "refused"
            ? event("response.output_item.added", {
                output_index: 0,
                item: messageItem([], "in_progress"),
              }) +
              event("response.refusal.delta", {
                item_id: "msg_1",
                output_index: 0,
                content_index: 0,
                delta: quoted,
              }) +
              event("response.refusal.done", {
                item_id: "msg_1",
                output_index: 0,
                content_index: 0,
                refusal: quoted,
              }) +
              event("response.output_item.done", {
                output_index: 0,
                item: messageItem([{ type: "refusal", refusal: quoted }]),
              })
            : "",
          event(`response.${body.status}`, { response: { ...body, usage } }),
        ],
      },
    },
  ]);
}

function broken(code: string, quoted: string): WireAnswer {
  const started = response([], "gpt-4.1-mini");
  const failed = { ...started, status: "failed", error: { code, message: `It failed. ${quoted}` } };
  const item = { output_index: 0, item: messageItem([], "in_progress") };
  const at = { item_id: "msg_1", output_index: 0, content_index: 0 };
  return {
    headers: { "content-type": "text/event-stream" },
    body: [
      event("response.created", { response: started }) + event("response.output_item.added", item),
      event("response.output_text.delta", { ...at, delta: "Hello", logprobs: [] }),
      event("response.failed", { response: failed }),
    ],
  };
}
