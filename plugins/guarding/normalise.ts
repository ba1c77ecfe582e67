/** Reads a text as a person or a model would, whatever it is disguised as: patterns look at that, findings point at the original. */

import { decodeEscape } from "./decode-escape.ts";

/** A text without its disguises. */
export interface NormalisedText {
  readonly text: string;
  /** Where `text.slice(start, end)` stands in the original. */
  readonly originOf: (start: number, end: number) => readonly [start: number, end: number];
}

/**
 * Characters that are seen by nobody and split what patterns look for: zero-width ones, soft hyphens, controls of
 * direction, selectors of variants.
 */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/** Text that is written with tag characters shows nothing at all; models read it all the same. */
const FIRST_TAG = 0xe0000;
const LAST_TAG = 0xe007f;

/** Every alternative is bounded or one class repeated: linear whatever the text. */
const DISGUISED =
  /[^\0-\x7f]+|&#?[0-9a-z]{1,31};|(?:%[0-9a-f]{2})+|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}/gi;

/**
 * Takes away what hides a text: invisible characters, full-width and other compatible forms (NFKC), HTML entities, URL
 * encoding and the escapes of JSON. Letters of other scripts stay what they are. Linear in the length of the text.
 */
export function normalise(text: string): NormalisedText {
  const plain = new PlainText(text);
  for (const match of text.matchAll(DISGUISED)) {
    const [found] = match;
    if (found.charCodeAt(0) > 0x7f) plain.addCharacters(found, match.index);
    else plain.add(decodeEscape(found), match.index, found.length);
  }
  return plain.end();
}

/**
 * The stretches of the plain text that are longer or shorter than in the original, in order. Lists of numbers: a text made to be slow has
 * a million of them.
 */
interface Stretches {
  readonly starts: number[];
  readonly ends: number[];
  readonly originStarts: number[];
  readonly originEnds: number[];
}

/** Grows from the left to the right. What is not added is taken over as it is. */
class PlainText {
  readonly #original: string;
  readonly #stretches: Stretches = { starts: [], ends: [], originStarts: [], originEnds: [] };
  #text = "";
  /** How far the original is taken over. */
  #done = 0;

  constructor(original: string) {
    this.#original = original;
  }

  /** `plain`: what the `length` units of the original at `at` say; `undefined`: just that. */
  add(plain: string | undefined, at: number, length: number): void {
    if (plain === undefined) return;
    this.#keepUntil(at);
    this.#done = at + length;
    if (plain.length === length) {
      // Places do not move: nothing has to be remembered.
      this.#text += plain;
      return;
    }
    const { starts, ends, originStarts, originEnds } = this.#stretches;
    starts.push(this.#text.length);
    this.#text += plain;
    ends.push(this.#text.length);
    originStarts.push(at);
    originEnds.push(this.#done);
  }

  addCharacters(characters: string, at: number): void {
    if (!MAY_CHANGE.test(characters)) return;
    let from = at;
    let hiddenSince = from;
    for (const character of characters) {
      const plain = plainCharacter(character);
      const end = from + character.length;
      if (plain !== "") {
        if (hiddenSince < from) this.add("", hiddenSince, from - hiddenSince);
        if (plain !== character) this.add(plain, from, character.length);
        hiddenSince = end;
      }
      from = end;
    }
    if (hiddenSince < from) this.add("", hiddenSince, from - hiddenSince);
  }

  end(): NormalisedText {
    if (this.#done === 0) return unchanged(this.#original);
    this.#keepUntil(this.#original.length);
    const stretches = this.#stretches;
    return {
      text: this.#text,
      originOf: (start, end) => [startOf(stretches, start), endOf(stretches, end)],
    };
  }

  #keepUntil(at: number): void {
    if (at <= this.#done) return;
    this.#text += this.#original.slice(this.#done, at);
    this.#done = at;
  }
}

/** Most of the letters of the world's scripts stay as they are: a run of them is not looked at one by one. */
const MAY_CHANGE =
  /[^\u00c0-\u012f\u0180-\u01c3\u01dd-\u01f0\u0250-\u02af\u0388-\u03ce\u0400-\u0481\u048a-\u0586\u05d0-\u05ea\u0620-\u064a\u0e01-\u0e30\u2010\u2013\u2014\u2018-\u201d\u2022\u20ac\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]/u;

const known = new Map<string, string>();
/** Unicode has more characters than are worth remembering. */
const MOST_KNOWN = 10_000;

function plainCharacter(character: string): string {
  const remembered = known.get(character);
  if (remembered !== undefined) return remembered;
  const plain = readCharacter(character);
  if (known.size < MOST_KNOWN) known.set(character, plain);
  return plain;
}

function readCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= FIRST_TAG && code <= LAST_TAG) {
    const shown = code - FIRST_TAG;
    return shown >= 0x20 && shown < 0x7f ? String.fromCharCode(shown) : "";
  }
  return INVISIBLE.test(character) ? "" : character.normalize("NFKC");
}

function unchanged(text: string): NormalisedText {
  return { text, originOf: (start, end) => [start, end] };
}

/** The original's place of a beginning: inside a stretch that changed, the stretch's own. */
function startOf(stretches: Stretches, at: number): number {
  const { end, originStart, originEnd } = lastBefore(stretches, at);
  return at < end ? originStart : originEnd + (at - end);
}

function endOf(stretches: Stretches, at: number): number {
  const { end, originEnd } = lastBefore(stretches, at - 1);
  return at <= end ? originEnd : originEnd + (at - end);
}

/** Where the last stretch ends that begins at `at` or before. */
function lastBefore(
  { starts, ends, originStarts, originEnds }: Stretches,
  at: number,
): { readonly end: number; readonly originStart: number; readonly originEnd: number } {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const { [low - 1]: end = 0 } = ends;
  const { [low - 1]: originStart = 0 } = originStarts;
  const { [low - 1]: originEnd = 0 } = originEnds;
  return { end, originStart, originEnd };
}
