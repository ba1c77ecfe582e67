/** Finds postal addresses: a street and a number, with a postcode or a town behind them. */

import type { Span } from "../overlap.ts";
import { groupLength, type DigitText } from "./digit-text.ts";
import {
  CONTINENTAL_TOWN,
  ENGLISH_CODES,
  FRENCH_STREETS,
  NAMED_CODE,
  STREET_BEGINNINGS,
  STREET_ENDS,
  STREET_SUFFIXES,
} from "./street-words.ts";

/** Looked up once: where globals belong to a sandbox, each look takes longer than what is worked out. */
const { max } = Math;

const WORD = "[\\p{L}\\p{N}'’.-]{1,24}";

/** Number first. Sticky: tried where digits begin, and nowhere else. */
const ENGLISH = new RegExp(
  `\\d{1,5}(?:-\\d{1,5})?[a-z]?\\s(?=\\p{L}|\\d{1,3}(?:st|nd|rd|th))(?:${WORD} ){1,4}?(?:${STREET_ENDS})(?![\\p{L}])\\.?`,
  "iuy",
);
const FRENCH = new RegExp(
  `\\d{1,4}(?:\\s?(?:bis|ter|quater))?,?\\s(?:${FRENCH_STREETS})\\s[^\\d\\n]{2,50}(?=[\\d\\n])`,
  "iuy",
);
const FRENCH_TAIL = /^\s?\d{4,5}\s\p{Lu}[\p{L}-]{1,30}/u;

/** Number last: the end of what stands in front of it. */
const STREET_IN_FRONT = [
  new RegExp(
    `(?<![\\p{L}])(?:[\\p{L}.-]{1,25} ){0,2}?[\\p{L}-]{0,30}(?:${STREET_SUFFIXES})\\s$`,
    "iu",
  ),
  new RegExp(`(?<![\\p{L}])(?:${STREET_BEGINNINGS})\\s[^\\d\\n]{2,40}$`, "iu"),
];
/** A street without a word for it: the code has five digits, and a comma or a line break stands in front of it. */
const NAME_IN_FRONT = /(?<!\p{L})\p{Lu}[\p{L}.-]{1,25}(?: [\p{L}.-]{1,25}){0,3} $/u;
const NAME_TAIL = /^\s?[a-z]?[,\n]\s{0,2}(?:[A-Z]{1,2}-)?\d{5}\s\p{Lu}\p{Ll}[\p{L}-]{1,30}/u;
const BOX_IN_FRONT = /(?<!\p{L})p\.?\s?o\.?\s?box\s$/iu;

/** A floor, a flat, a district, a line break. */
const WITHIN = "[\\p{L}\\p{N}\\s,.;:#'’\"º°ª/()-]";
const CONTINENTAL_TAIL = new RegExp(
  `^${WITHIN}{0,60}?[\\s,;-]{1,3}(?:${CONTINENTAL_TOWN}|\\d{5}-\\d{3}(?!\\d))|^${WITHIN}{0,40}?["',;\\s]${NAMED_CODE}`,
  "u",
);
const ENGLISH_TAIL = new RegExp(`^${WITHIN}{0,70}?(?<![\\p{L}\\d])(?:${ENGLISH_CODES})`, "iu");
const TOWN_TAIL =
  /^,\s{1,2}\p{Lu}\p{Ll}[\p{L}'’-]{1,30}(?: \p{Lu}[\p{L}'’-]{1,30}){0,2}(?! ?\p{Ll})/u;
const JAPANESE = /^\d{3}-?\d{4}\s?\S{2,40}/u;

/** How much is looked at behind a number and in front of it. */
const BEHIND = 130;
const IN_FRONT = 80;

export function findPostalAddresses(digits: DigitText): readonly Span[] {
  const found: Span[] = [];
  const { text, starts } = digits;
  for (let group = 0; group < starts.length; group++) {
    if (groupLength(digits, group) > 6) continue;
    const isFirst = mayComeFirst(digits, group);
    const span =
      (isFirst ? numberFirst(text, starts[group] ?? 0) : undefined) ?? numberLast(digits, group);
    if (span !== undefined) found.push(span);
  }
  return found;
}

/** Whether behind the digits stands what stands behind the number of a house in front of its street, or `〒` in front. Quick. */
function mayComeFirst({ text, starts, ends }: DigitText, group: number): boolean {
  const end = ends[group] ?? 0;
  const code = text.charCodeAt(end);
  const next = text.charCodeAt(end + 1);
  if (text.charCodeAt((starts[group] ?? 0) - 1) > 0x7f || isLetter(code)) return true;
  if (code === HYPHEN) return isDigit(next);
  if (code === COMMA) return isSpace(next);
  if (!isSpace(code)) return false;
  // `12 5th Avenue`; other numbers behind numbers are no streets.
  return isDigit(next) ? isLetter(text.charCodeAt(ends[group + 1] ?? 0)) : isLetter(next);
}

function numberFirst(text: string, start: number): Span | undefined {
  if (text.charAt(start - 1) === "〒" || text.slice(start - 2, start) === "〒 ") {
    const [found = ""] = JAPANESE.exec(text.slice(start, start + IN_FRONT)) ?? [];
    return found === "" ? undefined : { start: start - 1, end: start + found.length };
  }
  if (/[\p{L}\p{N}.,-]/u.test(text.charAt(start - 1))) return undefined;
  return (
    headThenTail(text, start, ENGLISH, [ENGLISH_TAIL, TOWN_TAIL]) ??
    headThenTail(text, start, FRENCH, [FRENCH_TAIL])
  );
}

function headThenTail(
  text: string,
  start: number,
  head: RegExp,
  tails: readonly RegExp[],
): Span | undefined {
  head.lastIndex = start;
  const street = head.exec(text)?.[0];
  if (street === undefined) return undefined;
  const rest = text.slice(start + street.length, start + street.length + BEHIND);
  const length = longest(rest, tails);
  return length === 0 ? undefined : { start, end: start + street.length + length };
}

/** The town is looked for first: it is rarer than words in front of a number. */
function numberLast(digits: DigitText, group: number): Span | undefined {
  const { text, starts, ends } = digits;
  const start = starts[group] ?? 0;
  const end = ends[group] ?? 0;
  if (!hasNameInFront(text, start)) return undefined;
  const isNearCode = hasCodeBehind(digits, group);
  const mayBeBox = /x/i.test(text.charAt(start - 2));
  if (!isNearCode && !mayBeBox) return undefined;
  const front = text.slice(max(0, start - IN_FRONT), start);
  const rest = text.slice(end, end + BEHIND);
  const box = mayBeBox ? BOX_IN_FRONT.exec(front) : null;
  if (box !== null) return joined(box, rest, [ENGLISH_TAIL, TOWN_TAIL], start, end);
  if (!isNearCode || end - start > 4) return undefined;
  if (!hasTownBehind(digits, group)) return undefined;
  const isInTown = CONTINENTAL_TAIL.test(rest);
  for (const street of isInTown ? STREET_IN_FRONT : []) {
    const head = street.exec(front);
    if (head !== null) return joined(head, rest, [CONTINENTAL_TAIL], start, end);
  }
  if (!NAME_TAIL.test(rest)) return undefined;
  const name = NAME_IN_FRONT.exec(front);
  return name === null ? undefined : joined(name, rest, [NAME_TAIL], start, end);
}

/** A name stands in front, so a letter does: other numbers in front of a number make no street. Quick. */
function hasNameInFront(text: string, start: number): boolean {
  if (!isSpace(text.charCodeAt(start - 1))) return false;
  const code = text.charCodeAt(start - 2);
  const last = code === COMMA ? text.charCodeAt(start - 3) : code;
  return isLetter(last) || last === FULL_STOP || last === APOSTROPHE;
}

/** Whether a capital stands soon behind a group that follows, as a town's name does behind its code, or the code is Brazil's. */
function hasTownBehind(digits: DigitText, group: number): boolean {
  const { text, starts, ends } = digits;
  for (let next = group + 1; next <= group + 5 && next < starts.length; next++) {
    const end = ends[next] ?? 0;
    const isJoined = text.charCodeAt((starts[next] ?? 0) - 1) === HYPHEN;
    if (isJoined && groupLength(digits, next - 1) >= 5) return true;
    // `"postcode": "79104"`
    if (/["'=:] ?["']?$/.test(text.slice((starts[next] ?? 0) - 3, starts[next]))) return true;
    for (let at = end; at < end + 3; at++) if (isCapital(text.charCodeAt(at))) return true;
  }
  return false;
}

const HYPHEN = 0x2d;
const COMMA = 0x2c;
const FULL_STOP = 0x2e;
const APOSTROPHE = 0x27;

/** Of ASCII; whatever else is not may be one. */
function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code > 0x7f;
}

function isCapital(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || code > 0x7f;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code > 0x7f;
}

/** Whether three digits or more follow in a moment: a town's code has a group of so many. */
function hasCodeBehind(digits: DigitText, group: number): boolean {
  const end = digits.ends[group] ?? 0;
  for (let next = group + 1; next <= group + 3 && next < digits.starts.length; next++) {
    if ((digits.starts[next] ?? 0) - end >= 75) return false;
    if (groupLength(digits, next) >= 3) return true;
  }
  return false;
}

function joined(
  [head]: RegExpExecArray,
  rest: string,
  tails: readonly RegExp[],
  start: number,
  end: number,
): Span | undefined {
  const length = longest(rest, tails);
  return length === 0 ? undefined : { start: start - head.length, end: end + length };
}

function longest(rest: string, tails: readonly RegExp[]): number {
  return max(...tails.map((tail) => tail.exec(rest)?.[0].length ?? 0));
}
