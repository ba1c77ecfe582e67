/** Reads words that are written with digits for letters (`1gn0re`) or with something between the letters (`i.g.n.o.r.e`). */

import { chain } from "./fold.ts";
import { lastAtMost } from "./last-at-most.ts";
import type { NormalisedText } from "./normalise.ts";

const LETTERS: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "2": "z",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "9": "g",
  "@": "a",
  $: "s",
  "!": "i",
  "|": "l",
  "+": "t",
};

/** Of each ASCII character, the letter that it is written for. 0: none. */
const LETTER_OF = new Uint8Array(0x80);
for (const [digit, letter] of Object.entries(LETTERS))
  LETTER_OF[digit.charCodeAt(0)] = letter.charCodeAt(0);
const ONE = 0x31;

/** Cheap to look for: a digit or a sign beside a letter. */
const DISGUISED_LETTER = /[a-z][0-9@$!|+][a-z0-9@$!|+]|[0-9@$|+][a-z]/;

/** What people put between the letters of a word. */
const SEPARATORS = new Set(Array.from(" .-_*~/|,", (separator) => separator.charCodeAt(0)));
const LETTER = /[\p{L}\p{N}]/u;
/** Fewer letters are an abbreviation. */
const LEAST_LETTERS = 4;
/** More than a sentence has. */
const MOST_LETTERS = 400;

/**
 * What else a {@link fold folded} text may be read as. Empty for most texts. `1` is an `i` in the one reading and an `l` in
 * the other.
 */
export function otherReadings(folded: NormalisedText): readonly NormalisedText[] {
  const readings = [folded];
  if (DISGUISED_LETTER.test(folded.text)) {
    const first = replaceDigits(folded.text, "i");
    const second = folded.text.includes("1") ? replaceDigits(folded.text, "l") : first;
    for (const text of new Set([first, second])) {
      if (text !== folded.text) readings.push({ ...folded, text });
    }
  }
  const joined = readings.map(joinLetters).filter((reading) => reading !== undefined);
  return [...readings.slice(1), ...joined];
}

/** Of the same length: places stay. Only where the letters are at least as many as the digits, so not in `A55` or `455`. */
function replaceDigits(text: string, one: string): string {
  const units = Buffer.from(text, "utf16le");
  let start = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const isDigit = unit < 0x80 && LETTER_OF[unit] !== 0;
    if (isDigit) digits += 1;
    if (isDigit || (unit >= 0x61 && unit <= 0x7a)) continue;
    if (digits > 0) replaceIn(units, { start, end: at, digits }, one.charCodeAt(0));
    start = at + 1;
    digits = 0;
  }
  if (digits > 0) replaceIn(units, { start, end: text.length, digits }, one.charCodeAt(0));
  return units.toString("utf16le");
}

interface Word {
  readonly start: number;
  readonly end: number;
  readonly digits: number;
}

function replaceIn(units: Buffer, { start, end, digits }: Word, one: number): void {
  if (digits * 2 > end - start) return;
  // All of them are ASCII: of each two bytes, the first says it all.
  for (let at = start * 2; at < end * 2; at += 2) {
    const digit = units[at] ?? 0;
    const letter = digit === ONE ? one : (LETTER_OF[digit] ?? 0);
    if (letter > 0) units[at] = letter;
  }
}

/** `undefined`: no word is spelled out. */
function joinLetters(folded: NormalisedText): NormalisedText | undefined {
  const { text } = folded;
  const starts: number[] = [];
  const origins: number[] = [];
  let joined = "";
  let done = 0;
  for (const { start, end } of findSpelled(text)) {
    joined += text.slice(done, start);
    for (let at = start; at < end; at += 2) {
      starts.push(joined.length);
      origins.push(at);
      joined += text.charAt(at);
    }
    done = end;
    starts.push(joined.length);
    origins.push(done);
  }
  if (done === 0) return undefined;
  const originOf = (at: number): number => {
    const before = lastAtMost(starts, at);
    return before < 0 ? at : (origins[before] ?? 0) + at - (starts[before] ?? 0);
  };
  return chain(folded, {
    text: joined + text.slice(done),
    originOf: (start, end) => [
      originOf(start),
      end > start ? originOf(end - 1) + 1 : originOf(end),
    ],
  });
}

/** Letters with the same one character between each two. */
function findSpelled(text: string): readonly { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let start = 0; start + LEAST_LETTERS * 2 - 1 <= text.length; start += 1) {
    const separator = text.charCodeAt(start + 1);
    // Three places say no to nearly all texts.
    if (separator !== text.charCodeAt(start + 3) || separator !== text.charCodeAt(start + 5))
      continue;
    if (!isLetter(text, start) || !SEPARATORS.has(separator) || isLetter(text, start - 1)) continue;
    const end = endOfSpelled(text, start, separator);
    if (end - start + 1 >= LEAST_LETTERS * 2) {
      found.push({ start, end });
      start = end;
    }
  }
  return found;
}

function endOfSpelled(text: string, start: number, separator: number): number {
  let end = start;
  while (
    isLetter(text, end) &&
    !isLetter(text, end + 1) &&
    (end === start || text.charCodeAt(end - 1) === separator) &&
    end - start < MOST_LETTERS * 2
  )
    end += 2;
  return end - 1;
}

function isLetter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0x80) return IN_WORDS[unit] === 1;
  return at >= 0 && LETTER.test(text.charAt(at));
}

const IN_WORDS = new Uint8Array(0x80);
for (const character of "abcdefghijklmnopqrstuvwxyz0123456789@$!")
  IN_WORDS[character.charCodeAt(0)] = 1;
