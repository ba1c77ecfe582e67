/** Looks into answers of OpenAI's chat completions: whether what is there is a reply. */

import type { ReplyNotes } from "../ai-sdk/ai-sdk-reply.ts";
import type { Exchange } from "../http/exchange.ts";
import { readJsonBody, withBody, type Inspection } from "../http/inspect-answer.ts";
import { checkChoice, firstChoice, readMessage } from "./openai-choice.ts";
import { inspectOpenAIStream } from "./openai-stream.ts";
import { isRecord } from "../http/vendor-error.ts";

/**
 * The look for chat completions, whole or streamed. What the SDK would not tell us goes to `notes`.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
export function inspectOpenAIAnswer(exchange: Exchange, notes: ReplyNotes): Inspection {
  return async (response, { isStream }) => {
    if (isStream) return inspectOpenAIStream(response, exchange, notes);
    const { text, body } = await readJsonBody(response, exchange);
    inspectCompletion(body, exchange, notes);
    return withBody(response, text);
  };
}

function inspectCompletion(body: unknown, exchange: Exchange, notes: ReplyNotes): void {
  const choice = firstChoice(body);
  if (choice === undefined) throw exchange.malformed("the answer holds no choices");
  checkChoice(choice, exchange);
  const { message, finish_reason: finishReason } = choice;
  if (!isRecord(message)) throw exchange.malformed("the answer holds no message");
  readMessage(message, exchange, notes);
  if (typeof finishReason === "string") notes.finishReason = finishReason;
}
