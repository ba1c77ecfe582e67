/** Makes an excerpt of an answer fit for messages, which are kept and shown: no key, no prompt, no reply in it. */

import type { ModelRequest, Turn } from "../contract.ts";
import { isRecord, parseJson } from "./vendor-error.ts";

/** What must not be shown. */
export interface Confidential {
  /** Keys of the provider, word for word. */
  readonly secrets: readonly string[];
  /** What the request says, piece by piece. */
  readonly texts: readonly string[];
}

const EXCERPT_LENGTH = 300;
/** More than is shown, for what is cut out of it. */
const READ_LENGTH = 2_000;
const REDACTED = "[redacted]";

/** The first 300 characters of a body, without what is confidential. */
export function excerptOf(body: string, { secrets, texts }: Confidential): string {
  const shown = withoutReplies(body).slice(0, READ_LENGTH);
  const clean = redactKeys(redactTexts(redactSecrets(shown, secrets), texts));
  // A key that the cut goes through would not be known for one.
  const whole = shown.length < READ_LENGTH ? clean : clean.slice(0, -100);
  return oneLine(whole).slice(0, EXCERPT_LENGTH);
}

/** Every piece of text in a request, in which an answer may quote it. */
export function textsOf({ messages, tools = [] }: ModelRequest): readonly string[] {
  return [...messages.flatMap(textsOfTurn), ...tools.map(({ description }) => description)];
}

function textsOfTurn(turn: Turn): string[] {
  if ("toolCalls" in turn) return turn.toolCalls.flatMap(({ input }) => stringsIn(input));
  if ("toolCallId" in turn) return stringsIn(turn.output);
  const { content } = turn;
  if (typeof content === "string") return [content];
  return content.flatMap((part) => {
    if (part.type === "text") return [part.text];
    // Content in base64 looks like a key, and is cut out as one.
    return [part.url, part.filename].filter((text) => text !== undefined);
  });
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** Where errors quote what a model wrote, or what it was asked. */
const QUOTING_MEMBERS = [
  "failed_generation",
  "flagged_input",
  "choices",
  "candidates",
  "completion",
  "output",
  "input",
  "messages",
  "prompt",
];
const QUOTING_MEMBER = new RegExp(`"(${QUOTING_MEMBERS.join("|")})"\\s*:`);

function withoutReplies(body: string): string {
  const parsed = parseJson(body);
  if (parsed !== undefined) return JSON.stringify(dropQuotes(parsed)) ?? "";
  return body.split(QUOTING_MEMBER)[0] ?? "";
}

function dropQuotes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropQuotes);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !QUOTING_MEMBERS.includes(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, dropQuotes(member)]));
}

function redactSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .filter((secret) => secret.length > 3)
    .reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
}

/** What looks like a key, whosever it is. */
const KEYS = [
  /\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi,
  /\b(sk|pk|rk|gsk|xai|hf|key|tok|fw|nvapi|pplx|ghp)[-_][\w.*…-]{6,}/gi,
  /\bAIza[\w-]{8,}/g,
  /\b(AKIA|ASIA)[A-Z0-9]{8,}/g,
  /\beyJ[\w-]{8,}(\.[\w-]+)*/g,
  /(?<=[?&](key|api[-_]?key|token|sig|signature|access_token)=)[^&\s"']+/gi,
  // Long and mixed: names of models are shorter, words have no digits.
  /(?=[A-Za-z0-9+=_-]*\d)(?=[A-Za-z0-9+=_-]*[A-Za-z])[A-Za-z0-9+=_-]{32,}/g,
];

function redactKeys(text: string): string {
  return KEYS.reduce((rest, pattern) => rest.replaceAll(pattern, REDACTED), text);
}

/** Letters and digits that must agree in a row: what 16 characters of a text have of them, or fewer. */
const STRETCH = 12;
const SHORTEST_TEXT = 4;

/** However an answer quotes a text, its letters and digits stay the same: the rest is not compared. */
function redactTexts(text: string, texts: readonly string[]): string {
  const { letters, places } = fold(text);
  const isQuoted = new Uint8Array(text.length);
  const stretches = new Map<string, number[]>();
  for (let at = 0; at + STRETCH <= letters.length; at += 1) {
    const stretch = letters.slice(at, at + STRETCH);
    stretches.set(stretch, [...(stretches.get(stretch) ?? []), at]);
  }
  const mark = (at: number, length: number): void => {
    isQuoted.fill(1, places[at], (places[at + length - 1] ?? text.length) + 1);
  };
  for (const secret of texts) {
    const quoted = fold(secret).letters;
    for (let at = 0; at + STRETCH <= quoted.length; at += 1) {
      for (const found of stretches.get(quoted.slice(at, at + STRETCH)) ?? []) mark(found, STRETCH);
    }
    if (quoted.length < STRETCH) markShort(quoted, letters, mark);
  }
  return replaceMarked(text, isQuoted);
}

/** A text too short for a stretch is looked for as a whole. */
function markShort(
  quoted: string,
  letters: string,
  mark: (at: number, length: number) => void,
): void {
  if (quoted.length < SHORTEST_TEXT) return;
  for (let at = letters.indexOf(quoted); at !== -1; at = letters.indexOf(quoted, at + 1)) {
    mark(at, quoted.length);
  }
}

/** Letters and digits in lower case, and where in the text each one stands. */
function fold(text: string): { readonly letters: string; readonly places: readonly number[] } {
  let letters = "";
  const places: number[] = [];
  for (const match of text.matchAll(/\\u([\da-fA-F]{4})|\\+.|[\p{L}\p{N}]/gu)) {
    const [whole, unicode] = match;
    const letter =
      unicode === undefined ? whole : String.fromCharCode(Number.parseInt(unicode, 16));
    if (!/^[\p{L}\p{N}]$/u.test(letter)) continue;
    // Lower case may have more units than upper case has.
    const lower = letter.toLowerCase();
    letters += lower;
    for (let unit = 0; unit < lower.length; unit += 1) places.push(match.index);
  }
  return { letters, places };
}

function replaceMarked(text: string, isQuoted: Uint8Array): string {
  let result = "";
  for (let at = 0; at < text.length; at += 1) {
    if (isQuoted[at] !== 1) result += text.charAt(at);
    else if (isQuoted[at - 1] !== 1) result += REDACTED;
  }
  return result;
}

/** Messages are lines; what is no text shows as nothing. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\uFFFD]+/gu, " ").trim();
}
