/** Finds long stretches of one text in another, word for word, whatever stands between the words. Linear: by a rolling hash. */

import type { Span } from "../overlap.ts";
import { classOf, LETTER, NO_LETTER } from "./letters.ts";

/** The stretches that are looked for. */
export interface Stretches {
  /** The number of each word that occurs in them. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** By how many words they are long: their hashes. */
  readonly hashes: ReadonlyMap<number, ReadonlySet<number>>;
}

/** Where the words of a text begin and end: lists of numbers, as a text made to be slow has half a million. */
interface Words {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

function wordsOf(text: string): Words {
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    const found = classOf(text.charCodeAt(at));
    at += 1;
    if (found === NO_LETTER) continue;
    if (found === LETTER) at = endOfWord(text, at);
    starts.push(start);
    ends.push(at);
  }
  return { starts, ends };
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && classOf(text.charCodeAt(at)) === LETTER) at += 1;
  return at;
}

/** The number of each word, as `numberOf` has it. */
function numbersOf(
  text: string,
  { starts, ends }: Words,
  numberOf: (word: string) => number,
): readonly number[] {
  return starts.map((start, index) => numberOf(text.slice(start, ends[index]).toLowerCase()));
}

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
    const ids = numbersOf(text, wordsOf(text), (word) => add(word, vocabulary));
    const length = Math.min(leastWords, ids.length);
    if (length < Math.min(FEWEST_WORDS, leastWords)) continue;
    const known = hashes.get(length) ?? new Set();
    hashes.set(length, known);
    eachHash(ids, length, (hash) => known.add(hash));
  }
  // What the user wrote, too, is no secret.
  for (const text of openTexts) {
    const ids = numbersOf(text, wordsOf(text), (word) => vocabulary.get(word) ?? 0);
    for (const [length, known] of hashes) eachHash(ids, length, (hash) => known.delete(hash));
  }
  return { vocabulary, hashes };
}

function add(word: string, vocabulary: Map<string, number>): number {
  const number = vocabulary.get(word) ?? vocabulary.size + 1;
  vocabulary.set(word, number);
  return number;
}

/** Stretches that touch are one. */
export function findStretches(text: string, { vocabulary, hashes }: Stretches): readonly Span[] {
  if (hashes.size === 0) return [];
  const words = wordsOf(text);
  const ids = numbersOf(text, words, (word) => vocabulary.get(word) ?? 0);
  const found: { start: number; end: number }[] = [];
  for (const [length, known] of hashes) {
    eachHash(ids, length, (hash, at) => {
      const { [at]: start } = words.starts;
      const { [at + length - 1]: end } = words.ends;
      if (!known.has(hash) || start === undefined || end === undefined) return;
      const before = found.at(-1);
      if (before !== undefined && start >= before.start && start <= before.end) {
        before.end = Math.max(before.end, end);
      } else found.push({ start, end });
    });
  }
  return found;
}

const { imul } = Math;
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
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] ?? 0;
    const gone = ids[index - length] ?? 0;
    first = (imul(first, one) + id - imul(gone, drops[0])) | 0;
    second = (imul(second, two) + id - imul(gone, drops[1])) | 0;
    known = id === 0 ? 0 : known + 1;
    if (known >= length) {
      visit((first >>> 0) * 0x200000 + (second & 0x1fffff), index - length + 1);
    }
  }
}

function power(factor: number, exponent: number): number {
  let result = 1;
  for (let count = 0; count < exponent; count++) result = imul(result, factor);
  return result;
}
