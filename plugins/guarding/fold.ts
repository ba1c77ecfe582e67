/** Folds what is the same to a reader: cases, accents, letters that look alike, runs of blanks. Words are matched on that. */

import type { GuardContent } from "../guardrail-contract.ts";
import { lastAtMost } from "./last-at-most.ts";
import { lookAlike } from "./look-alikes.ts";
import type { NormalisedText } from "./normalise.ts";
import { normalisedContent } from "./normalised-content.ts";
import { unitsOf } from "./units.ts";

/**
 * Folds a text that was {@link normalisedContent normalised}: lower case, no accents, Latin letters for those of other
 * scripts that look like them, one blank for many. What is compared with it has to be folded too. Linear.
 */
export function fold(text: string): NormalisedText {
  // `ß` becomes two letters: nothing becomes more than that.
  const folded = roomFor(text.length * 2);
  const origins = new Origins();
  const units = unitsOf(text);
  let length = 0;
  let isBlank = false;
  /** How far the last unit that was written is from where it was. */
  let shift = 0;
  for (let at = 0; at < units.length; at += 1) {
    let code = UNKNOWN;
    // Nearly all characters: what is rare stays out of this loop, which would be half as quick with it.
    for (; at < units.length; at += 1) {
      code = UNITS[units[at] ?? 0] ?? UNKNOWN;
      if (code > LAST_UNIT) break;
      if (code === BLANK && isBlank) continue;
      isBlank = code === BLANK;
      if (at - length !== shift) {
        shift = at - length;
        origins.add(length, at);
      }
      folded[length] = code;
      length += 1;
    }
    if (at >= units.length || code === DROPPED) continue;
    if (code === UNKNOWN) {
      learn(text, at);
      at -= 1;
      continue;
    }
    isBlank = false;
    const character = text.slice(at, at + (isHighSurrogate(text, at) ? 2 : 1));
    length = foldLetters(character, { folded, origins, length, at });
    shift = at - length + 1;
    at += character.length - 1;
  }
  return readFolded(text, toText(folded, length), origins);
}

interface Place {
  readonly folded: Uint16Array;
  readonly origins: Origins;
  readonly length: number;
  readonly at: number;
}

/** Writes what a character folds to, and gives the new length. Apart: what is rare would slow down what is not. */
function foldLetters(character: string, { folded, origins, length, at }: Place): number {
  const letters = foldCharacter(character);
  for (let index = 0; index < letters.length; index += 1) {
    folded[length + index] = letters.charCodeAt(index);
    origins.add(length + index, at);
  }
  return length + letters.length;
}

/** For most texts: new room for each costs more than folding it. */
const kept = new Uint16Array(0x8000);

function roomFor(units: number): Uint16Array {
  return units <= kept.length ? kept : new Uint16Array(units);
}

/** Where each unit of a folded text begins in the original: from each place that is noted, as many further on as in the folded one. */
class Origins {
  readonly #indexes: number[] = [0];
  readonly #places: number[] = [0];

  add(index: number, place: number): void {
    this.#indexes.push(index);
    this.#places.push(place);
  }

  of(index: number): number {
    const last = lastAtMost(this.#indexes, index);
    return (this.#places[last] ?? 0) + index - (this.#indexes[last] ?? 0);
  }
}

function readFolded(original: string, folded: string, origins: Origins): NormalisedText {
  return {
    text: folded,
    originOf: (start, end) => {
      const from = start < folded.length ? origins.of(start) : original.length;
      if (end <= start) return [from, from];
      const last = origins.of(Math.min(end, folded.length) - 1);
      return [from, last + (isHighSurrogate(original, last) ? 2 : 1)];
    },
  };
}

/** The two steps as one: `outer` read the text that `inner` gave. */
export function chain(inner: NormalisedText, outer: NormalisedText): NormalisedText {
  return {
    text: outer.text,
    originOf: (start, end) => inner.originOf(...outer.originOf(start, end)),
  };
}

const contents = new WeakMap<GuardContent, NormalisedText>();

/** A content, normalised and folded; worked out once for all guardrails that look at it. */
export function foldedContent(content: GuardContent): NormalisedText {
  const known = contents.get(content);
  if (known !== undefined) return known;
  const plain = normalisedContent(content);
  const folded = chain(plain, fold(plain.text));
  contents.set(content, folded);
  return folded;
}

/** What each UTF-16 unit folds to, filled in as they are met: a few hundred in most texts. */
const UNITS = new Uint32Array(0x10000).fill(0x10_0000);
const UNKNOWN = 0x10_0000;
const DROPPED = 0x10_0001;
/** More than one unit, or half a character. */
const LETTERS = 0x10_0002;
const LAST_UNIT = 0xffff;
const BLANK = 0x20;

/** Remembers what the unit at `at` folds to. */
function learn(text: string, at: number): void {
  const unit = text.charCodeAt(at);
  const letters = foldCharacter(text.charAt(at));
  const isHalf = unit >= 0xd800 && unit <= 0xdfff;
  const code = letters === "" ? DROPPED : letters.charCodeAt(0);
  UNITS[unit] = isHalf || letters.length > 1 ? LETTERS : code;
}

/** Marks above and below letters; those of Arabic and Hebrew, which people leave out as they like. */
const MARKS =
  // oxlint-disable-next-line no-misleading-character-class -- Ranges of marks, each meant by itself.
  /[\u{300}-\u{36f}\u{591}-\u{5c7}\u{610}-\u{61a}\u{64b}-\u{65f}\u{1ab0}-\u{1aff}\u{1dc0}-\u{1dff}\u{20d0}-\u{20ff}\u{fe20}-\u{fe2f}]/gu;

const characters = new Map<string, string>();
const MOST_CHARACTERS = 10_000;

/** Letters of one character, at most as many as it has units, or two. */
function foldCharacter(character: string): string {
  const known = characters.get(character);
  if (known !== undefined) return known;
  const letters = workOut(character);
  if (characters.size < MOST_CHARACTERS) characters.set(character, letters);
  return letters;
}

function workOut(character: string): string {
  if (/\s/u.test(character)) return " ";
  const bare = character.toLowerCase().normalize("NFD").replaceAll(MARKS, "").normalize("NFC");
  const letters = Array.from(bare, (letter) => lookAlike(letter) ?? letter).join("");
  // What would be longer than there is room for is no disguise: it stays.
  return letters.length <= 2 ? letters : character;
}

function isHighSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(at + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}

function toText(units: Uint16Array, length: number): string {
  return Buffer.from(units.buffer, 0, length * 2).toString("utf16le");
}
