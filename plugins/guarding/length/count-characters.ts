/** Counts what a reader takes for one character: a letter with its accents, an emoji of several parts, a flag. */

import { cutText, sumUntil } from "./cut-text.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

const PART = 2_048;
/** In this text every unit is a character. */
const PLAIN =
  // oxlint-disable-next-line no-control-regex -- All of ASCII, but the return: it is one character with the line feed.
  /^[\0-\x0c\x0e-\x7f\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u203b\u20a0-\u20bf\u3040-\u3098\u30a0-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff10-\uff5a]*$/;

/** How many characters `text` has; counting ends once they are more than `most`. */
export function countCharacters(text: string, most: number): number {
  // No character has less than one unit.
  if (text.length === 0) return 0;
  return sumUntil(cutText(text, PART, isBetweenLetters), most, countPart);
}

function countPart(part: string, left: number): number {
  if (PLAIN.test(part)) return part.length;
  let count = 0;
  for (const _ of segmenter.segment(part)) {
    count += 1;
    if (count > left) break;
  }
  return count;
}

/** Between two letters of ASCII nothing can be one character. */
function isBetweenLetters(text: string, at: number): boolean {
  return isPlainUnit(text.charCodeAt(at - 1)) && isPlainUnit(text.charCodeAt(at));
}

function isPlainUnit(code: number): boolean {
  return code >= 0x20 && code < 0x7f;
}
