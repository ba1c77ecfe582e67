/** Finds what a reply quotes, in the quote marks of several languages. */

import { isPlain } from "../plain.ts";
import { foldWords } from "./fold-words.ts";

export interface Quote {
  readonly start: number;
  readonly end: number;
  /** What is left out between them does not count. */
  readonly pieces: readonly string[];
}

/** One mark, what is quoted, and one mark. */
const QUOTE =
  /"[^"\n]{1,2000}"|[“„‟][^“”„\n]{1,2000}[”“]|«[^«»\n]{1,2000}»|»[^«»\n]{1,2000}«|「[^「」\n]{1,2000}」|『[^『』\n]{1,2000}』|‹[^‹›\n]{1,2000}›/g;
const LEFT_OUT = /\[?(?:\.\s?\.\s?\.|…)\]?|\[[^\]\n]{1,60}\]/g;
const MAY_LEAVE_OUT = /[.…[]/;
/** A piece of fewer letters says nothing. */
const FEWEST_LETTERS = 2;

/** @param minWords - Shorter ones are names, titles, or words held at a distance. */
export function findQuotes(text: string, minWords: number): readonly Quote[] {
  const found: Quote[] = [];
  for (const { 0: whole, index } of text.matchAll(QUOTE)) {
    const inside = whole.slice(1, -1);
    if (inside.length < minWords * 2 - 1 && isPlain(inside)) continue;
    const pieces = (MAY_LEAVE_OUT.test(inside) ? inside.split(LEFT_OUT) : [inside])
      .map(foldWords)
      .filter((piece) => piece.trim().length >= FEWEST_LETTERS);
    if (countWords(pieces) < minWords) continue;
    found.push({ start: index, end: index + whole.length, pieces });
  }
  return found;
}

/** Whether all pieces stand in `words`, in this order. */
export function isQuoted(pieces: readonly string[], words: string): boolean {
  let from = 0;
  for (const piece of pieces) {
    const at = words.indexOf(piece, from);
    if (at === -1) return false;
    // The space after the last word is the one before the next.
    from = at + piece.length - 1;
  }
  return true;
}

/** Chinese and Japanese have no spaces: two of their characters are about a word. */
function countWords(pieces: readonly string[]): number {
  let words = 0;
  for (const piece of pieces) {
    // A space stands before each word, and one behind the last.
    for (let at = piece.indexOf(" ", 1); at !== -1; at = piece.indexOf(" ", at + 1)) words += 1;
  }
  const joined = pieces.join("");
  if (isPlain(joined)) return words;
  const dense =
    joined.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0;
  return words + Math.floor(dense / 2);
}
