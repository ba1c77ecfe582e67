/** Counts the tokens of texts and of whole requests: exactly where the model's tokenizer is public, else from above. */

import type { FilePart, MessagePart } from "../../graph/message.ts";
import type { ModelRequest, ToolCall, ToolOffer, Turn } from "../contract.ts";
import { encoderOf, type EncodingName } from "./token-encoders.ts";
import { sampleText } from "./sample.ts";
import { estimateTokens } from "./token-estimate.ts";

export { freeEncoders } from "./token-encoders.ts";

export interface TokenCount {
  readonly tokens: number;
  /** Whether the model's provider may count otherwise. An estimate is meant to be too high rather than too low. */
  readonly isEstimate: boolean;
}

/** What a call sends, as far as it counts as input. */
export type Conversation = Pick<ModelRequest, "messages" | "tools" | "outputSchema">;

/**
 * Which tokenizer a model has, by the beginning of its name. The exact ones are the table of OpenAI's own tiktoken.
 *
 * @see https://github.com/openai/tiktoken/blob/main/tiktoken/model.py
 */
const TOKENIZERS: readonly {
  readonly name: RegExp;
  readonly encoding: EncodingName;
  readonly isEstimate: boolean;
}[] = [
  {
    name: /^(?:gpt-5|gpt-4\.5|gpt-4\.1|gpt-4o|chatgpt-4o|o1|o3|o4-mini|gpt-oss)(?:$|[-:@])/,
    encoding: "o200k_base",
    isEstimate: false,
  },
  {
    name: /^(?:gpt-4|gpt-3\.5-turbo|gpt-35-turbo)(?:$|[-:@])/,
    encoding: "cl100k_base",
    isEstimate: false,
  },
  // Newer than that table. A later tokenizer has more tokens to choose from, and so needs fewer.
  { name: /^(?:gpt-[5-9]|o[3-9])/, encoding: "o200k_base", isEstimate: true },
];

/**
 * The tokens of a text, without what a message adds to it.
 *
 * @param model - with or without its provider: `"openai/gpt-5"`, `"openrouter/openai/gpt-5"` and `"gpt-5"` are one.
 */
export function countTokens(text: string, model: string): TokenCount {
  const tokenizer = findTokenizer(model);
  return tokenizer === undefined
    ? { tokens: estimateTokens(text), isEstimate: true }
    : { tokens: encoderOf(tokenizer.encoding)(text), isEstimate: tokenizer.isEstimate };
}

/** What counts for this model: models of the same name here have the same {@link TokenCount}, whatever is counted. */
export function tokenizerOf(model: string): string {
  const tokenizer = findTokenizer(model);
  if (tokenizer === undefined) return "estimate";
  return tokenizer.isEstimate ? `${tokenizer.encoding}, estimate` : tokenizer.encoding;
}

function findTokenizer(model: string): (typeof TOKENIZERS)[number] | undefined {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  return TOKENIZERS.find((known) => known.name.test(name));
}

/**
 * Around each message and its role, and before the reply: the rule of OpenAI's cookbook. Other providers differ by a few
 * tokens a message.
 *
 * @see https://developers.openai.com/cookbook/examples/how_to_count_tokens_with_tiktoken
 */
const PER_MESSAGE = 3;
const PER_REPLY = 3;

/** That cookbook's most for a tool (7) and for all of them (12), rounded up. The tool's own text is counted as JSON. */
const PER_TOOL = 20;

/** The most that the large providers count for an image that they scale down themselves: 1,105 OpenAI, 1,600 Anthropic. */
const PER_IMAGE = 1_600;

/** A file is counted by its provider when it is read. Here: an image for every 100 kB of it, a text as the text it is. */
const BYTES_PER_IMAGE = 100_000;

export interface CountOptions {
  /** Of longer conversations, parts of about that length are counted, and the rest is taken to be like them. Default: no limit. */
  readonly mostCharacters?: number;
}

/**
 * The tokens that a model reads before it answers. Exact, as far as the cookbook is, for a conversation of texts with a
 * model whose tokenizer is known; tools, schemas, tool calls and files make it an estimate.
 */
export function countConversation(
  { messages, tools = [], outputSchema }: Conversation,
  model: string,
  { mostCharacters = Infinity }: CountOptions = {},
): TokenCount {
  const length = messages.reduce((sum, turn) => sum + lengthOf(turn), 0);
  const counter = new Counter(model, mostCharacters / Math.max(length, 1));
  for (const turn of messages) counter.addTurn(turn);
  for (const tool of tools) counter.addTool(tool);
  if (outputSchema !== undefined) counter.addJson(outputSchema, PER_TOOL);
  counter.add(PER_REPLY);
  return { tokens: counter.tokens, isEstimate: counter.isEstimate };
}

class Counter {
  tokens = 0;
  isEstimate = false;
  readonly #model: string;
  readonly #share: number;

  /** @param share - how much of each text is counted; 1 and more: all of it. */
  constructor(model: string, share: number) {
    this.#model = model;
    this.#share = share;
  }

  add(tokens: number): void {
    this.tokens += tokens;
  }

  addTurn(turn: Turn): void {
    this.add(PER_MESSAGE);
    this.#addText(turn.role);
    if ("toolCalls" in turn) for (const call of turn.toolCalls) this.#addCall(call);
    else if (turn.role === "tool") this.addJson({ id: turn.toolCallId, output: turn.output });
    else if (typeof turn.content === "string") this.#addText(turn.content);
    else for (const part of turn.content) this.#addPart(part);
  }

  addTool({ name, description, input }: ToolOffer): void {
    this.addJson({ name, description, input }, PER_TOOL);
  }

  /** How a provider writes it down for its model is its own affair; JSON is what it was sent. */
  addJson(value: unknown, around = 0): void {
    this.#addText(JSON.stringify(value) ?? "");
    this.add(around);
    this.isEstimate = true;
  }

  #addCall({ id, tool, input }: ToolCall): void {
    this.addJson({ id, tool, input });
  }

  #addPart(part: MessagePart): void {
    if (part.type === "text") return this.#addText(part.text);
    this.isEstimate = true;
    const text = textOf(part);
    if (text === undefined) this.add(PER_IMAGE * imagesOf(part));
    else this.#addText(text);
  }

  #addText(text: string): void {
    const sample = sampleText(text, this.#share);
    const { tokens, isEstimate } = countTokens(sample.text, this.#model);
    this.add(Math.ceil(tokens * sample.times));
    this.isEstimate ||= isEstimate || sample.times > 1;
  }
}

/** Characters, roughly: what is told by it is only how much of them to count. */
function lengthOf(turn: Turn): number {
  if (!("content" in turn)) return 0;
  if (typeof turn.content === "string") return turn.content.length;
  return turn.content.reduce((sum, part) => {
    return sum + (part.type === "text" ? part.text.length : (part.bytes?.length ?? 0));
  }, 0);
}

function textOf({ mediaType, bytes }: FilePart): string | undefined {
  if (bytes === undefined || !/^text\/|[/+]json$/.test(mediaType)) return undefined;
  const content = typeof bytes === "string" ? Buffer.from(bytes, "base64") : Buffer.from(bytes);
  return content.toString("utf8");
}

function imagesOf({ type, bytes }: FilePart): number {
  if (type === "image" || bytes === undefined) return 1;
  const size = typeof bytes === "string" ? Buffer.byteLength(bytes, "base64") : bytes.byteLength;
  return Math.max(1, Math.ceil(size / BYTES_PER_IMAGE));
}
