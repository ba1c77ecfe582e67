/** OpenAI's chat completions as they are on the wire, for the contract kit: the API that most vendors imitate. */

import { ok } from "node:assert/strict";
import type { Usage } from "../../plugins/contract.ts";
import type {
  AskedFor,
  ScriptedReply,
  VendorFake,
  WireAnswer,
  WireRequest,
} from "../vendor-fake.ts";
import { openaiChatFailures } from "./openai-chat-failures.ts";

/** Where a vendor's API is not quite OpenAI's. What is left out is as OpenAI has it. */
export interface OpenAIChatFakeOptions extends Partial<
  Pick<VendorFake, "name" | "model" | "basePath" | "failures" | "listModels" | "notExpressible">
> {
  /** Up to its query. Default: `basePath` and `"/chat/completions"`. */
  readonly path?: string;
  /** How the vendor writes what it counted. */
  readonly usage?: (usage: Required<Usage>) => Readonly<Record<string, unknown>>;
  /** What the last part of a stream says of the tokens, asked or not. Default: OpenAI's way, a part of its own if asked. */
  readonly streamedUsage?: (usage: object) => Readonly<Record<string, unknown>>;
  /** Whether a stream brings each call of a tool in one piece. Default: `false`. */
  readonly wholeToolCalls?: boolean;
  /** What else stands in each body, such as OpenRouter's `provider`. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Where the vendor puts the id of a request. Default: the header `x-request-id`. `"body"`: the member `id`. */
  readonly requestIdIn?: string;
}

/**
 * A fake that speaks OpenAI's chat completions.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 * @see https://platform.openai.com/docs/guides/error-codes
 */
export function openaiChatFake(options: OpenAIChatFakeOptions = {}): VendorFake {
  const { basePath = "/v1", path = `${basePath}/chat/completions` } = options;
  const { usage = openaiUsage, members = {}, requestIdIn = "x-request-id" } = options;
  return {
    name: options.name ?? "OpenAI chat completions",
    model: options.model ?? "gpt-4o-mini",
    basePath,
    readRequest: (request) => readChatRequest(request, path),
    reply(reply, request) {
      const { model, stream, includesUsage } = readChatRequest(request, path);
      const id = requestIdIn === "body" ? reply.requestId : "chatcmpl-1";
      const counted = reply.usage && usage(reply.usage);
      const common = { id, created: 1_700_000_000, model, ...members };
      const headers = requestIdIn === "body" ? {} : { [requestIdIn]: reply.requestId };
      if (!stream) return { headers, body: JSON.stringify(completion(reply, common, counted)) };
      const body = streamOf(reply, { ...options, common, usage: counted, includesUsage });
      return { headers: { ...headers, "content-type": "text/event-stream" }, body };
    },
    failures: options.failures ?? ((quoted) => openaiChatFailures(quoted)),
    listModels: options.listModels ?? listModels,
    notExpressible: options.notExpressible,
  };
}

type Common = Readonly<Record<string, unknown>>;

/** @see https://platform.openai.com/docs/api-reference/chat/object */
function completion(reply: ScriptedReply, common: Common, usage: unknown): unknown {
  const message = {
    role: "assistant",
    content: reply.toolCalls === undefined ? reply.text.join("") : null,
    refusal: null,
    tool_calls: reply.toolCalls?.map(toolCall),
  };
  const choice = { index: 0, message, logprobs: null, finish_reason: finishReason(reply) };
  return { object: "chat.completion", ...common, choices: [choice], usage };
}

interface StreamForm extends Pick<OpenAIChatFakeOptions, "streamedUsage" | "wholeToolCalls"> {
  readonly common: Common;
  readonly usage: object | undefined;
  readonly includesUsage: boolean;
}

/** @see https://platform.openai.com/docs/api-reference/chat/streaming */
function streamOf(reply: ScriptedReply, form: StreamForm): readonly string[] {
  const { common, wholeToolCalls = false } = form;
  const chunk = (choices: unknown, members: object = {}): string =>
    serverSentEvent({ object: "chat.completion.chunk", ...common, choices, ...members });
  const delta = (change: object, reason: string | null = null): string =>
    chunk([{ index: 0, delta: change, logprobs: null, finish_reason: reason }]);
  return [
    delta({ role: "assistant", content: "" }),
    ...reply.text.map((content) => delta({ content })),
    ...(reply.toolCalls ?? []).flatMap((call, index) => {
      const { id, type, function: called } = toolCall(call);
      if (wholeToolCalls) return [delta({ tool_calls: [{ index, id, type, function: called }] })];
      const half = Math.ceil(called.arguments.length / 2);
      const part = (text: string): object => ({ index, function: { arguments: text } });
      return [
        delta({
          tool_calls: [{ index, id, type, function: { name: called.name, arguments: "" } }],
        }),
        delta({ tool_calls: [part(called.arguments.slice(0, half))] }),
        delta({ tool_calls: [part(called.arguments.slice(half))] }),
      ];
    }),
    // The reason for which it ended is what makes a reply whole: several vendors leave out the rest.
    `${endOf(reply, form, chunk)}data: [DONE]\n\n`,
  ];
}

function endOf(
  reply: ScriptedReply,
  { usage, includesUsage, streamedUsage }: StreamForm,
  chunk: (choices: unknown, members?: object) => string,
): string {
  const choices = [{ index: 0, delta: {}, logprobs: null, finish_reason: finishReason(reply) }];
  if (usage === undefined) return chunk(choices);
  if (streamedUsage !== undefined) return chunk(choices, streamedUsage(usage));
  return chunk(choices) + (includesUsage ? chunk([], { usage }) : "");
}

/** One event of a stream, its data in JSON. */
export function serverSentEvent(data: unknown, event?: string): string {
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}

function toolCall({ id, tool, input }: NonNullable<ScriptedReply["toolCalls"]>[number]): {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
} {
  return { id, type: "function", function: { name: tool, arguments: JSON.stringify(input) } };
}

function finishReason({ finishReason: reason }: ScriptedReply): string {
  return reason === "never-seen" ? "paused_for_thought" : reason;
}

function openaiUsage(usage: Required<Usage>): Readonly<Record<string, unknown>> {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedInputTokens, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoningTokens, audio_tokens: 0 },
  };
}

interface ChatBody {
  readonly model: string;
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly {
    readonly function: AskedFor["tools"][number] & { parameters: unknown };
  }[];
  readonly response_format?: { readonly json_schema?: { readonly schema: unknown } };
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly seed?: number;
  readonly random_seed?: number;
  readonly stop?: readonly string[] | string;
}

interface ChatMessage {
  readonly role: "system" | "developer" | "user" | "assistant" | "tool";
  readonly content?: string | null | readonly { readonly text?: string }[];
  readonly tool_calls?: readonly {
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

function readChatRequest(
  { method, path: actual, body }: WireRequest,
  path: string,
): AskedFor & { readonly includesUsage: boolean } {
  ok(
    method === "POST" && actual.split("?")[0] === path,
    `${method} ${actual} is not POST ${path}.`,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What it holds is what the checks are about.
  const chat = body as ChatBody;
  const { messages } = chat;
  const said = (...roles: readonly ChatMessage["role"][]): readonly string[] =>
    messages.filter(({ role }) => roles.includes(role)).map(textOf);
  return {
    model: chat.model,
    stream: chat.stream === true,
    includesUsage: chat.stream_options?.include_usage === true,
    system: said("system", "developer").join("\n"),
    user: said("user").join("\n"),
    tools: (chat.tools ?? []).map(({ function: { name, description, parameters } }) => ({
      name,
      description,
      input: parameters,
    })),
    toolCalls: messages
      .flatMap((message) => message.tool_calls ?? [])
      .map(({ function: called }) => ({ tool: called.name, input: JSON.parse(called.arguments) })),
    toolOutputs: said("tool"),
    outputSchema: chat.response_format?.json_schema?.schema,
    maxOutputTokens: chat.max_completion_tokens ?? chat.max_tokens,
    temperature: chat.temperature,
    topP: chat.top_p,
    seed: chat.seed ?? chat.random_seed,
    stop: typeof chat.stop === "string" ? [chat.stop] : chat.stop,
  };
}

function textOf({ content }: ChatMessage): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ text = "" }) => text).join("\n");
}

/** @see https://platform.openai.com/docs/api-reference/models/list */
function listModels(models: readonly string[]): WireAnswer {
  const data = models.map((id) => ({
    id,
    object: "model",
    created: 1_700_000_000,
    owned_by: "us",
  }));
  return { body: JSON.stringify({ object: "list", data }) };
}
