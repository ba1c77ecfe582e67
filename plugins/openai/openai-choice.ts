/** Reads a choice of OpenAI's chat completions, or a part of one in a stream, and whether it is as it should be. */

import type { ReplyNotes } from "../ai-sdk/ai-sdk-reply.ts";
import type { Exchange } from "../http/exchange.ts";
import { failureOfAnswer } from "../http/provider-error.ts";
import { isRecord } from "../http/vendor-error.ts";

/** The first choice of an answer, or of a part of a stream. */
export function firstChoice(body: unknown): Readonly<Record<string, unknown>> | undefined {
  const choices = isRecord(body) ? body["choices"] : undefined;
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return isRecord(first) ? first : undefined;
}

/**
 * OpenRouter puts an error of the upstream into the choice.
 *
 * @throws {ProviderError}
 */
export function checkChoice(choice: Readonly<Record<string, unknown>>, exchange: Exchange): void {
  const { error } = choice;
  if (!isRecord(error)) return;
  const { status, headers, charge } = exchange;
  const answer = { status, headers, body: JSON.stringify({ error }) };
  throw failureOfAnswer(answer, exchange.reading, { mayBeBilled: true, ...charge });
}

/**
 * What a message says, or a part of one.
 *
 * @throws {ProviderError} malformed: its members are not of the types they should be.
 */
export function readMessage(
  message: Readonly<Record<string, unknown>>,
  exchange: Exchange,
  notes: ReplyNotes,
): { readonly hasContent: boolean } {
  const { content, tool_calls: toolCalls, refusal } = message;
  const isContent = isAbsent(content) || typeof content === "string" || Array.isArray(content);
  if (!isContent) throw exchange.malformed("the content of the answer is no text");
  if (!isAbsent(toolCalls) && !Array.isArray(toolCalls)) {
    throw exchange.malformed("the tool calls of the answer are no list");
  }
  const isRefusal = typeof refusal === "string" && refusal !== "";
  if (isRefusal) notes.isRefusal = true;
  const calls: readonly unknown[] = Array.isArray(toolCalls) ? toolCalls : [];
  const hasText = !isAbsent(content) && content.length > 0;
  return { hasContent: hasText || isRefusal || calls.length > 0 };
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
