/** Reads words that are written with digits for letters (`1gn0re`) or with something between the letters (`i.g.n.o.r.e`). */

import { chain } from "./fold.ts";
import type { NormalisedText } from "./normalise.ts";
import type { Span } from "./overlap.ts";
import { unitsOf } from "./units.ts";

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

/** Of each unit that is written for a letter, that letter; of a letter itself, {@link PLAIN}; of all others, 0. */
const LETTER_OF = new Uint8Array(0x10000);
const PLAIN = 1;
LETTER_OF.fill(PLAIN, 0x61, 0x7b);
for (const [digit, letter] of Object.entries(LETTERS))
  LETTER_OF[digit.charCodeAt(0)] = letter.charCodeAt(0);
const ONE = 0x31;

/** Cheap to look for: a digit or a sign beside a letter. */
const DISGUISED_LETTER = /[a-z][0-9@$!|+][a-z0-9@$!|+]|[0-9@$|+][a-z]/;

/** What people put between the letters of a word. */
const SEPARATORS = new Uint8Array(0x10000);
for (const separator of " .-_*~/|,") SEPARATORS[separator.charCodeAt(0)] = 1;
const LETTER = /[\p{L}\p{N}]/u;
/** Fewer letters are an abbreviation. */
const LEAST_LETTERS = 4;
/** More than a sentence has. */
const MOST_LETTERS = 400;

/** What else a text may be read as. */
export interface OtherReading extends NormalisedText {
  /** As long as the text, from which it differs in these stretches alone. `undefined`: it differs anywhere. */
  readonly changes?: readonly Span[];
}

/**
 * What else a {@link fold folded} text may be read as. Empty for most texts. `1` is an `i` in the one reading and an `l` in
 * the other.
 */
export function otherReadings(folded: NormalisedText): readonly OtherReading[] {
  const replaced = DISGUISED_LETTER.test(folded.text) ? replaceDigits(folded) : [];
  const joined = [folded, ...replaced].map(joinLetters);
  return [...replaced, ...joined.filter((reading) => reading !== undefined)];
}

/** Of the same length: places stay. Only where the letters are at least as many as the digits, so not in `A55` or `455`. */
function replaceDigits(folded: NormalisedText): readonly OtherReading[] {
  const units = unitsOf(folded.text);
  const words = wordsWithDigits(units);
  if (words.length === 0) return [];
  const hasOne = words.some(({ start, end }) => units.subarray(start, end).includes(ONE));
  return (hasOne ? ["i", "l"] : ["i"]).map((one) => {
    const changed = units.slice();
    for (const word of words) replaceIn(changed, word, one.charCodeAt(0));
    return { ...folded, text: Buffer.from(changed.buffer).toString("utf16le"), changes: words };
  });
}

function wordsWithDigits(units: Uint16Array): readonly Span[] {
  const words: Span[] = [];
  let start = 0;
  let digits = 0;
  const add = (end: number): void => {
    if (digits > 0 && digits * 2 <= end - start) words.push({ start, end });
  };
  for (let at = 0; at < units.length; at += 1) {
    const letter = LETTER_OF[units[at] ?? 0] ?? 0;
    if (letter === PLAIN) continue;
    if (letter > PLAIN) {
      digits += 1;
      continue;
    }
    if (digits > 0) add(at);
    start = at + 1;
    digits = 0;
  }
  add(units.length);
  return words;
}

function replaceIn(units: Uint16Array, { start, end }: Span, one: number): void {
  for (let at = start; at < end; at += 1) {
    const digit = units[at] ?? 0;
    const letter = digit === ONE ? one : (LETTER_OF[digit] ?? 0);
    if (letter > PLAIN) units[at] = letter;
  }
}

/** `undefined`: no word is spelled out. */
function joinLetters(folded: NormalisedText): NormalisedText | undefined {
  const units = unitsOf(folded.text);
  const spelled = findSpelled(units);
  if (spelled.length === 0) return undefined;
  const joined = new Uint16Array(units.length);
  const origins = new Int32Array(units.length + 1);
  let length = 0;
  let done = 0;
  const take = (end: number, step: number): void => {
    for (let at = done; at < end; at += step) {
      joined[length] = units[at] ?? 0;
      origins[length] = at;
      length += 1;
    }
    done = end;
  };
  for (const { start, end } of spelled) {
    take(start, 1);
    take(end, 2);
  }
  take(units.length, 1);
  origins[length] = units.length;
  const originOf = (at: number): number => origins[at] ?? 0;
  return chain(folded, {
    text: Buffer.from(joined.buffer, 0, length * 2).toString("utf16le"),
    originOf: (start, end) => [
      originOf(start),
      end > start ? originOf(end - 1) + 1 : originOf(end),
    ],
  });
}

/**
 * Letters with the same one character between each two. Of six places in a row two are looked at: of the three separators that four letters
 * have, one is there.
 */
function findSpelled(units: Uint16Array): readonly Span[] {
  const found: Span[] = [];
  let done = 0;
  for (let at = 4; at + 1 < units.length; at += at % 2 === 0 ? 1 : 5) {
    const separator = units[at] ?? 0;
    if (SEPARATORS[separator] === 0) continue;
    const isFollowed = at + 2 < units.length && units[at + 2] === separator;
    if (!isFollowed && units[at - 2] !== separator) continue;
    if (!isLetter(units[at - 1]) || !isLetter(units[at + 1])) continue;
    const start = startOfSpelled(units, at, done);
    const end = endOfSpelled(units, start, separator);
    if (end - start + 1 < LEAST_LETTERS * 2) continue;
    found.push({ start, end });
    at = end;
    done = end + 1;
  }
  return found;
}

/** Back from one of its separators; not before `from`. */
function startOfSpelled(units: Uint16Array, separatorAt: number, from: number): number {
  let start = separatorAt - 1;
  while (start - 2 >= from && units[start - 1] === units[separatorAt] && isLetter(units[start - 2]))
    start -= 2;
  return isLetter(units[start - 1]) ? start + 2 : start;
}

function endOfSpelled(units: Uint16Array, start: number, separator: number): number {
  let end = start;
  while (
    isLetter(units[end]) &&
    !isLetter(units[end + 1]) &&
    (end === start || units[end - 1] === separator) &&
    end - start < MOST_LETTERS * 2
  )
    end += 2;
  return end - 1;
}

/** `undefined`: the text is at its end. */
function isLetter(unit: number | undefined): boolean {
  if (unit === undefined) return false;
  return unit < 0x80 ? IN_WORDS[unit] === 1 : LETTER.test(String.fromCharCode(unit));
}

const IN_WORDS = new Uint8Array(0x80);
for (const character of "abcdefghijklmnopqrstuvwxyz0123456789@$!")
  IN_WORDS[character.charCodeAt(0)] = 1;
