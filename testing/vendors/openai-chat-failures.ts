/** How OpenAI's chat completions say that a call failed. */

import type { VendorFailure, WireAnswer } from "../vendor-fake.ts";

/** The body of an error, `quoted` in its message. */
export interface OpenAIError {
  readonly message: string;
  readonly type: string;
  readonly code?: string | null;
}

/** An answer with OpenAI's form of an error. */
export function openaiErrorAnswer(
  status: number,
  { message, type, code = null }: OpenAIError,
  headers: WireAnswer["headers"] = {},
): WireAnswer {
  return { status, headers, body: JSON.stringify({ error: { message, type, param: null, code } }) };
}

/**
 * The failures that OpenAI documents.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 */
export function openaiChatFailures(quoted: string): readonly VendorFailure[] {
  return [...limits(quoted), ...requests(quoted), ...accounts(quoted), ...refusals(quoted)];
}

function limits(quoted: string): readonly VendorFailure[] {
  return [
    {
      kind: "rate_limited",
      name: "429 rate_limit_exceeded with Retry-After",
      retryAfterMs: 7_000,
      answer: openaiErrorAnswer(
        429,
        {
          message: `Rate limit reached for gpt-4o-mini on tokens per min (TPM). ${quoted}`,
          type: "tokens",
          code: "rate_limit_exceeded",
        },
        { "retry-after": "7" },
      ),
    },
    {
      kind: "overloaded",
      name: "503 overloaded",
      answer: openaiErrorAnswer(503, {
        message: `The engine is currently overloaded, please try again later. ${quoted}`,
        type: "server_error",
        code: "overloaded",
      }),
    },
    {
      kind: "unavailable",
      name: "500 server_error",
      answer: openaiErrorAnswer(500, {
        message: `The server had an error while processing your request. ${quoted}`,
        type: "server_error",
      }),
    },
  ];
}

function requests(quoted: string): readonly VendorFailure[] {
  return [
    {
      kind: "context_length",
      name: "400 context_length_exceeded",
      answer: openaiErrorAnswer(400, {
        message: `This model's maximum context length is 128000 tokens. ${quoted}`,
        type: "invalid_request_error",
        code: "context_length_exceeded",
      }),
    },
    {
      kind: "bad_request",
      name: "400 unsupported_parameter",
      answer: openaiErrorAnswer(400, {
        message: `Unsupported parameter: 'top_k' is not supported. ${quoted}`,
        type: "invalid_request_error",
        code: "unsupported_parameter",
      }),
    },
    {
      kind: "not_found",
      name: "404 model_not_found",
      answer: openaiErrorAnswer(404, {
        message: `The model does not exist or you do not have access to it. ${quoted}`,
        type: "invalid_request_error",
        code: "model_not_found",
      }),
    },
  ];
}

function accounts(quoted: string): readonly VendorFailure[] {
  return [
    {
      kind: "auth",
      name: "401 invalid_api_key",
      answer: openaiErrorAnswer(401, {
        message: `Incorrect API key provided: ${quoted}.`,
        type: "invalid_request_error",
        code: "invalid_api_key",
      }),
    },
    {
      kind: "insufficient_credit",
      name: "429 insufficient_quota",
      answer: openaiErrorAnswer(429, {
        message: `You exceeded your current quota, please check your plan and billing details. ${quoted}`,
        type: "insufficient_quota",
        code: "insufficient_quota",
      }),
    },
  ];
}

/** A refusal and a filter end a reply that is otherwise whole: the status is 200. */
function refusals(quoted: string): readonly VendorFailure[] {
  const filtered = { kind: "content_filtered", name: "finish_reason content_filter" } as const;
  const refused = { kind: "refused", name: "a refusal in place of the content" } as const;
  return [
    { ...filtered, only: "generate", answer: completion({ content: quoted }, "content_filter") },
    {
      ...refused,
      only: "generate",
      answer: completion({ content: null, refusal: quoted }, "stop"),
    },
    { ...filtered, only: "stream", answer: stream({ content: quoted }, "content_filter") },
    { ...refused, only: "stream", answer: stream({ refusal: quoted }, "stop") },
    {
      kind: "unavailable",
      name: "an error after the first words",
      only: "stream",
      answer: openaiStreamError({
        message: `The server had an error. ${quoted}`,
        type: "server_error",
      }),
    },
  ];
}

/** A stream that breaks off with an error. */
export function openaiStreamError(error: object): WireAnswer {
  return eventStream([
    chunk({ role: "assistant", content: "Hello" }, null),
    `data: ${JSON.stringify({ error: { param: null, code: null, ...error } })}\n\n`,
  ]);
}

const COMMON = { id: "chatcmpl-1", created: 1_700_000_000, model: "gpt-4o-mini" };

function completion(message: object, reason: string): WireAnswer {
  const choice = { index: 0, message: { role: "assistant", ...message }, finish_reason: reason };
  const usage = { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 };
  return {
    body: JSON.stringify({ object: "chat.completion", ...COMMON, choices: [choice], usage }),
  };
}

function stream(delta: object, reason: string): WireAnswer {
  return eventStream([
    chunk({ role: "assistant", ...delta }, null),
    `${chunk({}, reason)}data: [DONE]\n\n`,
  ]);
}

function chunk(delta: object, reason: string | null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: reason }];
  return `data: ${JSON.stringify({ object: "chat.completion.chunk", ...COMMON, choices })}\n\n`;
}

function eventStream(body: readonly string[]): WireAnswer {
  return { headers: { "content-type": "text/event-stream" }, body };
}
