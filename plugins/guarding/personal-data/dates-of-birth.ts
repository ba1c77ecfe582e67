/** Finds dates beside a word that says that somebody was born then. */

import type { Span } from "../overlap.ts";
import { BIRTH_WORDS_AFTER, BIRTH_WORDS_BEFORE, MONTHS } from "./birth-words.ts";
import { MARKS } from "./digit-marks.ts";
import { matchesNear, type DigitText } from "./digit-text.ts";

/** Looked up once: where globals belong to a sandbox, each look takes longer than what is worked out. */
const { max } = Math;

/** A month's name and the rest of its word. */
const MONTH = `(?:${MONTHS.join("|")})\\p{L}{0,10}\\.?`;
const YEAR = "(?:1[89]\\d\\d|20\\d\\d)";
const SEPARATOR = "\\s?[./-]\\s?";
const DAY = "[0-3]?\\s?\\d";
const BETWEEN = "[\\s,.-]{1,3}";
const PATTERNS = [
  `${DAY}${SEPARATOR}${DAY}${SEPARATOR}(?:\\d\\s?\\d\\s?\\d\\s?\\d|\\d\\s?\\d)(?![\\d])`,
  `${YEAR}${SEPARATOR}[01]?\\d${SEPARATOR}[0-3]?\\d(?!\\d)`,
  `[0-3]?\\d(?:st|nd|rd|th|er|º|ª|\\.)?${BETWEEN}(?:of |de |d')?${MONTH}${BETWEEN}(?:de |del |of )?(?:${YEAR}|'?\\d\\d(?!\\d))`,
  `${MONTH}${BETWEEN}[0-3]?\\d(?:st|nd|rd|th)?${BETWEEN}${YEAR}`,
  `${YEAR} ?[年년] ?\\d{1,2} ?[月월] ?\\d{1,2} ?[日일]?`,
  `${YEAR}[01]\\d[0-3]\\d(?!\\d)`,
].map(
  (pattern) =>
    new RegExp(
      `(?<!\\d|(?![\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3])\\p{L}|\\d[./-])${pattern}`,
      "giu",
    ),
);

const REACH = 40;

export function findBirthDates(digits: DigitText): readonly Span[] {
  const found: Span[] = [];
  const options = { margin: 28, mark: MARKS.dated, patterns: PATTERNS };
  for (const { span, match } of matchesNear(digits, options)) {
    if (isBirth(digits.text, span) && isDate(match[0])) found.push(span);
  }
  return found;
}

function isBirth(text: string, { start, end }: Span): boolean {
  const before = text.slice(max(0, start - REACH), start);
  // The sentence before speaks of something else.
  const [sentence = ""] = !/[.!?;]\s/.test(before)
    ? [before]
    : before.split(/[!?;]\s|(?<!\b\p{L}{1,4})\.\s(?=\p{Lu})/u).toReversed();
  return BIRTH_WORDS_BEFORE.test(sentence) || BIRTH_WORDS_AFTER.test(text.slice(end, end + REACH));
}

/** No class is in what follows it: linear. */
const THREE_NUMBERS = /^\D*(\d+)\D+(\d+)\D+(\d+)\D*$/;

/** Of the numbers, whether they can be a day and a month. Names of months need no more. */
function isDate(written: string): boolean {
  const joined = /\s/.test(written) ? written.replaceAll(/(?<=\d)\s(?=\d\b)/g, "") : written;
  const [, one = "", two = "", three] = THREE_NUMBERS.exec(joined) ?? [];
  if (three === undefined) return true;
  // The year is the longest.
  const first = toSmall(one.length <= 2 ? one : two);
  const second = toSmall(one.length <= 2 && two.length <= 2 ? two : three);
  return isMonthAndDay(first, second) || isMonthAndDay(second, first);
}

/** What has more digits than a day or a month has is neither: it says nothing against a date. */
function toSmall(digits: string): number {
  return digits.length <= 2 ? Number(digits) : 1;
}

function isMonthAndDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}
