/** Finds long stretches of one text in another, word for word, whatever stands between the words. Linear: by a rolling hash. */

import type { Span } from "../overlap.ts";

/** The stretches that are looked for. */
export interface Stretches {
  /** The number of each word that occurs in them. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** By how many words they are long: their hashes. */
  readonly hashes: ReadonlyMap<number, ReadonlySet<number>>;
}

/** A letter of a script without spaces counts as a word. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[a-z0-9]+|[\p{L}\p{N}\p{M}]/giu;

interface Word extends Span {
  readonly text: string;
}

/** Runs of letters; those that are not ASCII are joined by hand, as a class of all letters is slow. */
function wordsOf(text: string): readonly Word[] {
  const words: { start: number; end: number; isAlone: boolean }[] = [];
  for (const { 0: found, index } of text.matchAll(WORD)) {
    const last = words.at(-1);
    const end = index + found.length;
    const isAlone = found.charCodeAt(0) > 0x7f && ALONE.test(found);
    if (last?.end === index && !isAlone && !last.isAlone) last.end = end;
    else words.push({ start: index, end, isAlone });
  }
  return words.map(({ start, end }) => ({
    start,
    end,
    text: text.slice(start, end).toLowerCase(),
  }));
}

const ALONE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** A whole text of fewer words is looked for as well, unless it is shorter than that: people write such by chance. */
const FEWEST_WORDS = 6;

/** @param leastWords - From how many words a stretch counts. */
export function readStretches(
  secretTexts: readonly string[],
  openTexts: readonly string[],
  leastWords: number,
): Stretches {
  const vocabulary = new Map<string, number>();
  const hashes = new Map<number, Set<number>>();
  for (const text of secretTexts) {
    const ids = wordsOf(text).map((word) => numberOf(word.text, vocabulary));
    const length = Math.min(leastWords, ids.length);
    if (length < Math.min(FEWEST_WORDS, leastWords)) continue;
    const known = hashes.get(length) ?? new Set();
    hashes.set(length, known);
    eachHash(ids, length, (hash) => known.add(hash));
  }
  // What the user wrote, too, is no secret.
  for (const text of openTexts) {
    const ids = wordsOf(text).map((word) => vocabulary.get(word.text) ?? 0);
    for (const [length, known] of hashes) eachHash(ids, length, (hash) => known.delete(hash));
  }
  return { vocabulary, hashes };
}

function numberOf(word: string, vocabulary: Map<string, number>): number {
  const number = vocabulary.get(word) ?? vocabulary.size + 1;
  vocabulary.set(word, number);
  return number;
}

/** Stretches that touch are one. */
export function findStretches(text: string, { vocabulary, hashes }: Stretches): readonly Span[] {
  if (hashes.size === 0) return [];
  const words = wordsOf(text);
  const ids = words.map((word) => vocabulary.get(word.text) ?? 0);
  const found: { start: number; end: number }[] = [];
  for (const [length, known] of hashes) {
    eachHash(ids, length, (hash, at) => {
      const first = words[at];
      const last = words[at + length - 1];
      if (!known.has(hash) || first === undefined || last === undefined) return;
      const before = found.at(-1);
      if (before !== undefined && first.start >= before.start && first.start <= before.end) {
        before.end = Math.max(before.end, last.end);
      } else found.push({ start: first.start, end: last.end });
    });
  }
  return found;
}

const FACTORS = [0x01000193, 0x5bd1e995] as const;

/**
 * The hash of each stretch of `length` words, none of which is unknown (0). Two hashes of 32 bits make one of 53: chance
 * makes two stretches equal less than once in a hundred million texts.
 */
function eachHash(
  ids: readonly number[],
  length: number,
  visit: (hash: number, at: number) => void,
): void {
  const [one, two] = FACTORS;
  const drops = [power(one, length), power(two, length)] as const;
  let first = 0;
  let second = 0;
  let known = 0;
  for (const [index, id] of ids.entries()) {
    const gone = ids[index - length] ?? 0;
    first = (Math.imul(first, one) + id - Math.imul(gone, drops[0])) | 0;
    second = (Math.imul(second, two) + id - Math.imul(gone, drops[1])) | 0;
    known = id === 0 ? 0 : known + 1;
    if (known >= length) {
      visit((first >>> 0) * 0x200000 + (second & 0x1fffff), index - length + 1);
    }
  }
}

function power(factor: number, exponent: number): number {
  let result = 1;
  for (let count = 0; count < exponent; count++) result = Math.imul(result, factor);
  return result;
}
