/** Takes out of an exchange what must not be kept: keys, and data of people. */

import { createHash } from "node:crypto";
import type { Message, MessagePart } from "../../graph/message.ts";
import type { ModelReply, ModelRequest, ToolCall, Turn } from "../contract.ts";

/** Changes one text. Given its own answer, it must give it back: recordings are redacted before they are compared. */
export type RedactText = (text: string) => string;

/**
 * What is looked for, in this order, and what stands in its place: something of the same form, so that a reply which has
 * to be an e-mail address still is one, and which none of the patterns changes again.
 */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, "REDACTED_KEY"],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, "REDACTED_KEY"],
  [/\b(?:sk|pk|rk)[-_][\w-]{6,}/g, "REDACTED_KEY"],
  [
    /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{30,}|\bgh[opsur]_\w{20,}|\bxox[abprs]-[\w-]{8,}/g,
    "REDACTED_KEY",
  ],
  [/\b(bearer|basic)\s+(?!REDACTED_KEY)[\w.~+/=-]{8,}/gi, "$1 REDACTED_KEY"],
  // Long and of letters and digits mixed: a key of some vendor. UUIDs are left alone.
  [
    /(?<![\w-])(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-]))(?=[\w-]*[A-Za-z])(?=[\w-]*\d)[\w-]{32,}/gi,
    "REDACTED_KEY",
  ],
  [/[\w.+%-]+@[\w-]+(?:\.[\w-]+)+/g, "person@example.com"],
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g, "XX00000000000000"],
  [/(?<![\w.+])\d(?:[ -]?\d){12,18}(?!\w|\.\d)/g, "4000000000000000"],
  [/(?<![\w.])(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){6,14}(?!\w)/g, "+15550100000"],
  [/(?<![\w.])\(?0\d{1,4}\)?[ /-](?:\d[ /-]?){5,9}\d(?!\w)/g, "+15550100000"],
  [/(?<![\w.])\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}(?!\w)/g, "+15550100000"],
];

/** Redacts exchanges: by the patterns above, then by `more`. */
export function createRedaction(more: RedactText = (text) => text): {
  readonly request: (request: ModelRequest) => ModelRequest;
  readonly reply: (reply: ModelReply) => ModelReply;
  readonly text: RedactText;
} {
  const text: RedactText = (original) => {
    let redacted = original;
    for (const [pattern, substitute] of PATTERNS) redacted = redacted.replace(pattern, substitute);
    return more(redacted);
  };
  const value = (original: unknown): unknown => redactValue(original, text);
  // Ids join calls with their results: two that became one would join what does not belong together.
  const call = ({ id, tool, input }: ToolCall): ToolCall => ({ id, tool, input: value(input) });
  return {
    text,
    request: ({ messages, tools, outputSchema, ...rest }) => ({
      ...rest,
      messages: messages.map((turn) => redactTurn(turn, text, value, call)),
      ...(tools === undefined ? {} : { tools }),
      ...(outputSchema === undefined ? {} : { outputSchema }),
    }),
    reply: ({ text: written, toolCalls, metadata, ...rest }) => ({
      text: redactReply(written, text),
      ...(toolCalls === undefined ? {} : { toolCalls: toolCalls.map(call) }),
      ...rest,
      ...(metadata === undefined ? {} : { metadata: redactMembers(metadata, text) }),
    }),
  };
}

function redactTurn(
  turn: Turn,
  text: RedactText,
  value: (original: unknown) => unknown,
  call: (original: ToolCall) => ToolCall,
): Turn {
  if ("toolCalls" in turn) return { ...turn, toolCalls: turn.toolCalls.map(call) };
  if ("toolCallId" in turn) return { ...turn, output: value(turn.output) };
  return { role: turn.role, content: redactContent(turn.content, text) };
}

function redactContent(content: Message["content"], text: RedactText): Message["content"] {
  if (typeof content === "string") return text(content);
  return content.map((part): MessagePart => {
    if (part.type === "text") return { ...part, text: text(part.text) };
    const { url, bytes, filename } = part;
    return {
      type: part.type,
      mediaType: part.mediaType,
      ...(filename === undefined ? {} : { filename: text(filename) }),
      // What follows the path may be a signature that gives access.
      ...(url === undefined ? {} : { url: text(url.replace(/[?#].*$/, "")) }),
      ...(bytes === undefined ? {} : { bytes: nameOfBytes(bytes) }),
    };
  });
}

/** Enough to tell files apart, and nothing of what is in them. */
function nameOfBytes(bytes: Uint8Array | string): string {
  const content = typeof bytes === "string" ? Buffer.from(bytes, "base64") : bytes;
  return `sha256 ${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
}

/** JSON stays JSON: only its strings are changed, and only if there is something to change. */
function redactReply(written: string, text: RedactText): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(written);
  } catch {
    return text(written);
  }
  const redacted = JSON.stringify(redactValue(parsed, text));
  return redacted === JSON.stringify(parsed) ? written : redacted;
}

function redactValue(value: unknown, text: RedactText): unknown {
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return isCardNumber(value) ? 0 : value;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, text));
  if (typeof value !== "object" || value === null) return value;
  return redactMembers(value, text);
}

function redactMembers(value: object, text: RedactText): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [text(key), redactValue(member, text)]),
  );
}

/** By Luhn's check digit: a time in milliseconds has as many digits as some cards. */
function isCardNumber(value: number): boolean {
  const digits = String(value);
  if (!/^\d{13,19}$/.test(digits)) return false;
  const sum = digits
    .split("")
    .toReversed()
    .reduce((total, digit, index) => {
      const weighted = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return total + (weighted > 9 ? weighted - 9 : weighted);
    }, 0);
  return sum % 10 === 0;
}
