/** Finds the words of the lexicon in a folded text, and the sequences that they make up. One walk each. */

import { fold } from "../fold.ts";
import { lastAtMost } from "../last-at-most.ts";
import type { Span } from "../overlap.ts";
import { PhraseFinder, type FoundPhrase } from "../phrase-finder.ts";
import { isUnspaced, isWordAt } from "../word-edges.ts";
import { ENGLISH, type Part } from "./english.ts";
import { REVERSIBLE_SIGNS } from "./encodings.ts";
import type { Clue } from "./kinds.ts";
import { MARKER_SIGNS } from "./markers.ts";
import { OTHER_LANGUAGES } from "./other-languages.ts";
import { SEQUENCES, type Sequence } from "./sequences.ts";

/** A word of the lexicon, folded. */
interface Entry {
  readonly parts: readonly Part[];
  /** The places of these among all parts. */
  readonly indexes: readonly number[];
  readonly stages: readonly Stage[];
  /** The word goes on as it likes. */
  readonly isStem: boolean;
  /** Of a script that has no blanks between words. */
  readonly isUnspaced: boolean;
}

/** A word that was found. */
export interface Word {
  readonly entry: Entry;
  readonly start: number;
  readonly end: number;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries forgets what the keys are.
const PARTS = Object.keys(ENGLISH) as readonly Part[];
const ENTRIES = readLexicon();
/** What else is looked for on the way: another walk would take as long as this one. */
const SIGNS = [...new Set([...MARKER_SIGNS, ...REVERSIBLE_SIGNS])];
const PHRASES = [...new Set([...ENTRIES.keys(), ...SIGNS])];
const FINDER = new PhraseFinder(PHRASES);
const BY_PHRASE = PHRASES.map((phrase) => ENTRIES.get(phrase));
const SIGN_INDEXES = SIGNS.map((sign) => PHRASES.indexOf(sign));

function readLexicon(): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const part of PARTS) {
    for (const written of [...ENGLISH[part], ...(OTHER_LANGUAGES[part] ?? [])]) {
      const isStem = written.endsWith("*");
      const word = fold(isStem ? written.slice(0, -1) : written).text;
      const known = entries.get(word);
      const parts = [...new Set([...(known?.parts ?? []), part])];
      entries.set(word, {
        parts,
        indexes: parts.map((each) => PARTS.indexOf(each)),
        stages: parts.flatMap(stagesOf),
        isStem: isStem || known?.isStem === true,
        isUnspaced: isUnspaced(word),
      });
    }
  }
  return entries;
}

interface Stage {
  readonly sequence: number;
  readonly place: number;
}

/** The sequences in which the part stands and its place there: the later places first, so that a word is used once. */
function stagesOf(part: Part): readonly Stage[] {
  return SEQUENCES.flatMap(({ parts }, sequence) =>
    parts.flatMap((other, place) => (other === part ? [{ sequence, place }] : [])),
  ).toSorted((one, other) => other.place - one.place);
}

/** Clues that the words of a folded text make up, in its places. */
export function readWords(text: string, words: readonly Word[]): readonly Clue[] {
  // A single word is none of the sequences that count by themselves: most texts end here.
  return words.length === 0 ? [] : new Reader(text).read(words);
}

/** The words of a folded text, and which signs it holds. */
export function findWordsAndSigns(text: string): {
  readonly words: readonly Word[];
  readonly signs: ReadonlySet<string>;
} {
  const words: Word[] = [];
  const isThere = new Uint8Array(PHRASES.length);
  FINDER.find(text, (found) => {
    isThere[found.phrase] = 1;
    const word = readWord(text, found, false);
    if (word !== undefined) words.push(word);
  });
  const signs = SIGNS.filter((_sign, index) => isThere[SIGN_INDEXES[index] ?? 0] === 1);
  return { words: inOrder(words), signs: new Set(signs) };
}

/** The words of a folded text, wherever they begin and end. */
export function findLooseWords(text: string): readonly Word[] {
  const words: Word[] = [];
  FINDER.find(text, (found) => {
    const word = readWord(text, found, true);
    if (word !== undefined) words.push(word);
  });
  return inOrder(words);
}

/** The words as {@link findWordsAndSigns} finds them, of a text of which they are known, but for `changes`: only those stretches are looked at. */
export function findWordsAgain(
  text: string,
  known: readonly Word[],
  changes: readonly Span[],
): readonly Word[] {
  const starts = changes.map(({ start }) => start);
  // What stands beside a word says whether it is one.
  const isNew = ({ start, end }: Span): boolean => {
    const before = lastAtMost(starts, end);
    return before >= 0 && start <= (changes[before]?.end ?? 0);
  };
  const words = known.filter((word) => !isNew(word));
  FINDER.findNear(text, changes, (found) => {
    const word = isNew(found) ? readWord(text, found, false) : undefined;
    if (word !== undefined) words.push(word);
  });
  return inOrder(words);
}

function inOrder(words: readonly Word[]): readonly Word[] {
  return words.toSorted((one, other) => one.start - other.start || one.end - other.end);
}

function readWord(
  text: string,
  { phrase, start, end }: FoundPhrase,
  isLoose: boolean,
): Word | undefined {
  const entry = BY_PHRASE[phrase];
  if (entry === undefined) return undefined;
  const { isStem } = entry;
  if (text.charCodeAt(start) === AT_SIGN && !(isWordAt(text, start - 1) && isWordAt(text, end)))
    return undefined;
  // "api" is no "ai", whatever stands around it.
  const isFree = entry.isUnspaced || (isLoose && end - start > 4);
  const begins = isFree || !isWordAt(text, start - 1) || !isWordAt(text, start);
  const ends = isFree || isStem || !isWordAt(text, end) || !isWordAt(text, end - 1);
  return begins && ends ? { entry, start, end } : undefined;
}

/** Of a mail address, there is something on both sides. */
const AT_SIGN = 0x40;
const GAP = 30;
/** How far before a sequence a word may stand that takes it back. */
const REACH = 14;

interface Chain {
  readonly start: number;
  readonly end: number;
}

/** A clue that may grow. */
interface Found extends Clue {
  end: number;
}

const BESIDE = 40;
const TOGETHER = 900;

/** Follows all sequences at once. */
class Reader {
  readonly #text: string;
  /** Of each sequence: how far it has got, for each number of its parts. */
  readonly #chains: (Chain | undefined)[][] = SEQUENCES.map(() => []);
  /** Where each part was last seen. */
  readonly #last = new Float64Array(PARTS.length).fill(Number.NEGATIVE_INFINITY);
  readonly #clues: Clue[] = [];
  /** Of each sequence, the last that was found: the same one right behind it, a thousand times, is one. */
  readonly #found: (Found | undefined)[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(words: readonly Word[]): readonly Clue[] {
    for (const word of words) {
      for (const part of word.entry.indexes) this.#last[part] = word.start;
      for (const stage of word.entry.stages) this.#advance(stage, word);
    }
    return this.#clues;
  }

  #advance({ sequence: index, place }: Stage, word: Word): void {
    const sequence = SEQUENCES[index];
    const chains = this.#chains[index];
    if (sequence === undefined || chains === undefined) return;
    const before = place === 0 ? undefined : chains[place - 1];
    if (place > 0 && (before === undefined || !this.#follows(before, word, sequence))) return;
    const chain = { start: before?.start ?? word.start, end: word.end };
    if (place + 1 < sequence.parts.length) chains[place] = chain;
    else this.#conclude(sequence, index, chain);
  }

  #follows({ end }: Chain, { start }: Word, { gap = GAP, isAcross = false }: Sequence): boolean {
    if (start < end || start - end > gap) return false;
    return isAcross || start - end <= 1 || !SENTENCE_END.test(this.#text.slice(end, start));
  }

  #conclude(
    { kind, weight, unless = [], unlessNext }: Sequence,
    index: number,
    chain: Chain,
  ): void {
    const isTakenBack = unless.some(
      (part) => (this.#last[PARTS.indexOf(part)] ?? 0) >= chain.start - REACH,
    );
    if (isTakenBack) return;
    if (unlessNext !== undefined) {
      unlessNext.lastIndex = chain.end;
      if (unlessNext.test(this.#text)) return;
    }
    const last = this.#found[index];
    if (
      last !== undefined &&
      chain.start - last.end <= BESIDE &&
      chain.end - last.start <= TOGETHER
    ) {
      last.end = chain.end;
      return;
    }
    const clue = { kind, weight, from: `sequence ${index}`, ...chain };
    this.#found[index] = clue;
    this.#clues.push(clue);
  }
}

const SENTENCE_END = /[.!?。！？] |[。！？]/u;
