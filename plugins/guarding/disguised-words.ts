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

/** One class repeated, with a bound. */
const WORDS = /[a-z0-9@$!|+]{2,40}/g;
const DIGITS = /[0-9@$!|+]/g;
/** Cheap to look for: a digit or a sign beside a letter. */
const DISGUISED_LETTER = /[a-z][0-9@$!|+][a-z0-9@$!|+]|[0-9@$|+][a-z]/;

/** Four letters or more with the same one character between them. */
const SPELLED =
  /(?<![^\s"'([{])[\p{L}\p{N}@$!](?:([.\-_*~/|, ])[\p{L}\p{N}@$!])(?:\1[\p{L}\p{N}@$!]){2,80}(?![\p{L}\p{N}])/gu;

/**
 * What else a {@link fold folded} text may be read as. Empty for most texts. `1` is an `i` in the one reading and an `l` in
 * the other.
 */
export function otherReadings(folded: NormalisedText): readonly NormalisedText[] {
  const readings = [folded];
  if (DISGUISED_LETTER.test(folded.text)) {
    const first = replaceDigits(folded.text, "i");
    const second = first.includes("i") ? replaceDigits(folded.text, "l") : first;
    for (const text of new Set([first, second])) {
      if (text !== folded.text) readings.push({ ...folded, text });
    }
  }
  const joined = readings.map(joinLetters).filter((reading) => reading !== undefined);
  return [...readings.slice(1), ...joined];
}

/** Of the same length: places stay. Only where the letters are at least as many as the digits, so not in `A55` or `455`. */
function replaceDigits(text: string, one: string): string {
  return text.replace(WORDS, (word) => {
    const digits = word.match(DIGITS)?.length ?? 0;
    if (digits === 0 || digits * 2 > word.length) return word;
    return word.replace(DIGITS, (digit) => (digit === "1" ? one : (LETTERS[digit] ?? digit)));
  });
}

/** `undefined`: no word is spelled out. */
function joinLetters(folded: NormalisedText): NormalisedText | undefined {
  const { text } = folded;
  const starts: number[] = [];
  const origins: number[] = [];
  let joined = "";
  let done = 0;
  for (const match of text.matchAll(SPELLED)) {
    const [spelled] = match;
    joined += text.slice(done, match.index);
    for (let at = 0; at < spelled.length; at += 2) {
      starts.push(joined.length);
      origins.push(match.index + at);
      joined += spelled.charAt(at);
    }
    done = match.index + spelled.length;
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
