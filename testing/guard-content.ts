/** What a guardrail is given, made of texts: for tests of guardrails. */

import {
  readConversation,
  readReplyContent,
  type ReadableReply,
} from "../activities/guarding/content.ts";
import type { GuardContent, Turn } from "../plugins/contract.ts";

/** The content of a conversation: turns, or the text of one user's message. */
export function inputContent(turns: string | readonly Turn[]): GuardContent {
  return readConversation(typeof turns === "string" ? [{ role: "user", content: turns }] : turns);
}

/** The content of a reply: a plain text, or the value and the tool calls of one. */
export function outputContent(reply: string | ReadableReply): GuardContent {
  return readReplyContent(typeof reply === "string" ? { value: reply } : reply);
}
