/**
 * Google's Gemini API as it is on the wire.
 *
 * @see https://ai.google.dev/api/generate-content
 * @see https://ai.google.dev/gemini-api/docs/troubleshooting
 */

import { ok } from "node:assert/strict";
import type {
  ScriptedReply,
  VendorFailure,
  VendorFake,
  WireAnswer,
} from "../../../testing/index.ts";
import { serverSentEvent } from "../../../testing/vendors/openai-chat.ts";

interface GenerateBody {
  readonly contents: readonly { readonly role: string; readonly parts: readonly Part[] }[];
  readonly systemInstruction?: { readonly parts: readonly Part[] };
  readonly tools?:
    | readonly { readonly functionDeclarations?: readonly Declaration[] }[]
    | { readonly functionDeclarations?: readonly Declaration[] };
  readonly generationConfig?: {
    readonly maxOutputTokens?: number;
    readonly temperature?: number;
    readonly topP?: number;
    readonly seed?: number;
    readonly stopSequences?: readonly string[];
    readonly responseSchema?: unknown;
    readonly responseJsonSchema?: unknown;
  };
}

interface Declaration {
  readonly name: string;
  readonly description: string;
  readonly parameters?: unknown;
  readonly parametersJsonSchema?: unknown;
}

interface Part {
  readonly text?: string;
  readonly functionCall?: { readonly name: string; readonly args: unknown };
  readonly functionResponse?: { readonly response: unknown };
}

const PATH = /^\/v1beta\/models\/([^:]+):(generateContent|streamGenerateContent\?alt=sse)$/;

export const googleFake: VendorFake = {
  name: "Google generateContent",
  model: "gemini-2.5-flash",
  basePath: "/v1beta",
  readRequest({ method, path, body }) {
    const [, model = "", call = ""] = PATH.exec(path) ?? [];
    ok(method === "POST" && model !== "", `${method} ${path} is no call of generateContent.`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What it holds is what the checks are about.
    const { contents, systemInstruction, tools = [], generationConfig = {} } = body as GenerateBody;
    const parts = contents.flatMap(({ role, parts: all }) =>
      all.map((part) => ({ ...part, role })),
    );
    return {
      model,
      stream: call.startsWith("stream"),
      system: (systemInstruction?.parts ?? []).map(({ text = "" }) => text).join("\n"),
      user: parts.map(({ role, text = "" }) => (role === "user" ? text : "")).join("\n"),
      tools: [tools]
        .flat()
        .flatMap(
          ({ functionDeclarations = [] }: { functionDeclarations?: readonly Declaration[] }) =>
            functionDeclarations,
        )
        .map(({ name, description, parameters, parametersJsonSchema = parameters }) => ({
          name,
          description,
          input: parametersJsonSchema,
        })),
      toolCalls: parts.flatMap(({ functionCall: called }) =>
        called === undefined ? [] : [{ tool: called.name, input: called.args }],
      ),
      toolOutputs: parts.flatMap(({ functionResponse: gave }) =>
        gave === undefined ? [] : [JSON.stringify(gave.response)],
      ),
      outputSchema: generationConfig.responseJsonSchema ?? generationConfig.responseSchema,
      maxOutputTokens: generationConfig.maxOutputTokens,
      temperature: generationConfig.temperature,
      topP: generationConfig.topP,
      seed: generationConfig.seed,
      stop: generationConfig.stopSequences,
    };
  },
  reply(reply, request) {
    const { model, stream } = googleFake.readRequest(request);
    const texts = reply.text.map((text) => ({ text }));
    const calls = (reply.toolCalls ?? []).map(({ id, tool, input }) => ({
      functionCall: { id, name: tool, args: input },
    }));
    const ending = { finishReason: finishReason(reply) };
    const usage = { usageMetadata: reply.usage && usageOf(reply.usage) };
    const about = { modelVersion: model, responseId: reply.requestId };
    if (!stream) {
      const parts = reply.text.length === 0 ? calls : [{ text: reply.text.join("") }, ...calls];
      return { body: JSON.stringify({ ...candidate(parts, ending), ...usage, ...about }) };
    }
    return {
      headers: { "content-type": "text/event-stream" },
      body: [
        ...[...texts, ...calls].map((part) => serverSentEvent({ ...candidate([part]), ...about })),
        serverSentEvent({ ...candidate([{ text: "" }], ending), ...usage, ...about }),
      ],
    };
  },
  failures,
  listModels: (models) => ({
    body: JSON.stringify({ models: models.map((model) => ({ name: `models/${model}` })) }),
  }),
  notExpressible: {
    insufficient_credit:
      "an account without credit is answered as one over its quota, RESOURCE_EXHAUSTED",
    refused: "a refusal is not told from other words of the model",
  },
};

function candidate(parts: readonly object[], ending: object = {}): object {
  return { candidates: [{ content: { parts, role: "model" }, index: 0, ...ending }] };
}

function finishReason({ finishReason: reason }: ScriptedReply): string {
  return {
    stop: "STOP",
    tool_calls: "STOP",
    length: "MAX_TOKENS",
    "never-seen": "PAUSED_FOR_THOUGHT",
  }[reason];
}

/** Google counts thoughts beside the rest of the output, not as a part of it. */
function usageOf(usage: NonNullable<ScriptedReply["usage"]>): object {
  return {
    promptTokenCount: usage.inputTokens,
    cachedContentTokenCount: usage.cachedInputTokens,
    candidatesTokenCount: usage.outputTokens - usage.reasoningTokens,
    thoughtsTokenCount: usage.reasoningTokens,
    totalTokenCount: usage.inputTokens + usage.outputTokens,
  };
}

function failures(quoted: string): readonly VendorFailure[] {
  const answer = (
    code: number,
    status: string,
    message: string,
    details: readonly object[] = [],
  ): WireAnswer => ({
    status: code,
    body: JSON.stringify({ error: { code, message: `${message} ${quoted}`, status, details } }),
  });
  const retryInfo = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "7s" };
  const badKey = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: "API_KEY_INVALID",
    domain: "googleapis.com",
  };
  const tooLong =
    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).";
  const blocked = {
    promptFeedback: { blockReason: "SAFETY" },
    usageMetadata: { promptTokenCount: 12 },
  };
  const filtered = {
    ...candidate([{ text: quoted }], { finishReason: "SAFETY" }),
    usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 5 },
  };
  return [
    {
      kind: "rate_limited",
      name: "429 RESOURCE_EXHAUSTED with RetryInfo",
      retryAfterMs: 7_000,
      answer: answer(
        429,
        "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, requests per minute.",
        [retryInfo],
      ),
    },
    {
      kind: "overloaded",
      name: "503 UNAVAILABLE",
      answer: answer(503, "UNAVAILABLE", "The model is overloaded."),
    },
    {
      kind: "unavailable",
      name: "500 INTERNAL",
      answer: answer(500, "INTERNAL", "An internal error has occurred."),
    },
    {
      kind: "context_length",
      name: "400 token count",
      answer: answer(400, "INVALID_ARGUMENT", tooLong),
    },
    {
      kind: "auth",
      name: "400 API_KEY_INVALID",
      answer: answer(400, "INVALID_ARGUMENT", "API key not valid.", [badKey]),
    },
    {
      kind: "auth",
      name: "403 PERMISSION_DENIED",
      answer: answer(403, "PERMISSION_DENIED", "Your key is blocked."),
    },
    {
      kind: "not_found",
      name: "404 NOT_FOUND",
      answer: answer(404, "NOT_FOUND", "models/gemini-9 is not found."),
    },
    {
      kind: "bad_request",
      name: "400 INVALID_ARGUMENT",
      answer: answer(400, "INVALID_ARGUMENT", "Unknown name 'x'."),
    },
    {
      kind: "content_filtered",
      name: "finishReason SAFETY",
      only: "generate",
      answer: { body: JSON.stringify(filtered) },
    },
    {
      kind: "content_filtered",
      name: "finishReason SAFETY",
      only: "stream",
      answer: {
        headers: { "content-type": "text/event-stream" },
        body: [serverSentEvent(filtered)],
      },
    },
    {
      kind: "content_filtered",
      name: "a blocked prompt",
      only: "generate",
      answer: { body: JSON.stringify(blocked) },
    },
    {
      kind: "unavailable",
      name: "an error after the first words",
      only: "stream",
      answer: {
        headers: { "content-type": "text/event-stream" },
        body: [
          serverSentEvent(candidate([{ text: "Hello" }])),
          serverSentEvent({
            error: { code: 500, message: `Internal. ${quoted}`, status: "INTERNAL" },
          }),
        ],
      },
    },
  ];
}
