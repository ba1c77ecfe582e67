/** The most tokens that a request can have. Pure: a reservation in the workflow and a worker's record have to agree. */

import { costOfTokens, type ModelPrice } from "./money.ts";

/** What is asked of a model, as far as it counts. */
export interface BoundedRequest {
  /** Messages, tool calls and what tools gave, as plain JSON. */
  readonly messages: readonly unknown[];
  /** JSON Schema of the reply. */
  readonly output: unknown;
  /** Tokens that the offered tools take. */
  readonly toolTokens?: number;
}

/** Roles and separators, as chat formats add them to each message. */
const TOKENS_PER_MESSAGE = 16;
/** What a provider may put around a request, such as its words for a schema. */
const TOKENS_PER_REQUEST = 128;
/** An image or a document by its address: what today's models read at most of one. */
const TOKENS_PER_FILE = 20_000;

/**
 * More tokens than any tokenizer makes of the request: a token stands for at least one byte.
 * About four times the real number for English; what is reserved too much is given back with the reply.
 */
export function boundInputTokens({ messages, output, toolTokens = 0 }: BoundedRequest): number {
  const files = messages.reduce<number>((sum, message) => sum + countFiles(message), 0);
  return (
    countBytes(JSON.stringify(messages)) +
    countBytes(JSON.stringify(output)) +
    messages.length * TOKENS_PER_MESSAGE +
    files * TOKENS_PER_FILE +
    TOKENS_PER_REQUEST +
    toolTokens
  );
}

/** The most that a call can be charged with of which nobody told the end. */
export function boundCharge(request: BoundedRequest & CallEnd): BoundedCharge {
  const { price, maxOutputTokens: outputTokens = 0 } = request;
  const inputTokens = boundInputTokens(request);
  const cost = price && { costNanoUsd: Number(costOfTokens({ inputTokens, outputTokens }, price)) };
  return { inputTokens, outputTokens, ...cost, isEstimate: true, mayBeBilled: true };
}

interface CallEnd {
  /** Absent: not known. */
  readonly price?: ModelPrice;
  readonly maxOutputTokens?: number;
}

interface BoundedCharge {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In 10⁻⁹ USD. Absent: the price is not known. */
  readonly costNanoUsd?: number;
  readonly isEstimate: true;
  readonly mayBeBilled: true;
}

/** The usual rule of thumb for English: four characters a token. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** Length in UTF-8. The sandbox has no `TextEncoder`. */
export function countBytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // A pair of surrogates is four bytes: each half counts for two.
    if (unit >= 0x80) bytes += unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

function countFiles(message: unknown): number {
  if (typeof message !== "object" || message === null || !("content" in message)) return 0;
  const { content } = message;
  if (!Array.isArray(content)) return 0;
  return content.filter((part: { readonly type?: unknown }) => part.type !== "text").length;
}
