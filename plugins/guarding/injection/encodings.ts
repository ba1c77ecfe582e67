/** Reads what is encoded: base64, hex, bits, URL encoding done twice, rot13, texts written backwards. */

import { ownUnitsOf, unitsOf } from "../units.ts";

/** A stretch of a text that may be read in another way. */
export interface Encoded {
  readonly start: number;
  readonly end: number;
  readonly decoded: string;
}

/** Longer ones are files: what is read of them is their beginning. */
const MOST_CHARACTERS = 32_768;

/** Shorter ones are words. */
const LEAST_CHARACTERS = 16;

/** Whatever can be read. Decoded texts that are no texts are left out. */
export function findEncoded(text: string): readonly Encoded[] {
  const units = unitsOf(text);
  // The same again is decoded once.
  const known = new Map<string, string | undefined>();
  const decode = (run: string): string | undefined => {
    if (!known.has(run)) known.set(run, decodeRun(run));
    return known.get(run);
  };
  const found = findRuns(text, units).map(({ start, end }) => ({
    start,
    end,
    decoded: decode(text.slice(start, Math.min(end, start + MOST_CHARACTERS))),
  }));
  for (const { start, end } of findSpaced(text, units)) {
    const digits = text.slice(start, Math.min(end, start + MOST_CHARACTERS));
    found.push({ start, end, decoded: decodeDigits(digits.replaceAll(/\\x|0x|[ ,:]/gi, "")) });
  }
  return found.flatMap(({ decoded, ...place }) =>
    decoded === undefined ? [] : [{ ...place, decoded }],
  );
}

interface Run {
  readonly start: number;
  readonly end: number;
}

/** Runs of characters of base64; those of MIME go on in the next line. */
function findRuns(text: string, units: Uint16Array): readonly Run[] {
  const runs: Run[] = [];
  for (const run of runsOf(units, IN_BASE64, LEAST_CHARACTERS)) addRun(runs, text, run);
  return runs;
}

/** The stretches of `least` and more of such units. As one of them holds every so-manieth place of the text, only those are looked at. */
function* runsOf(units: Uint16Array, isPart: Uint8Array, least: number): Generator<Run> {
  for (let at = least - 1; at < units.length; at += least) {
    if (isPart[units[at] ?? 0] === 0) continue;
    let start = at;
    while (start > 0 && isPart[units[start - 1] ?? 0] === 1) start -= 1;
    let end = at + 1;
    while (end < units.length && isPart[units[end] ?? 0] === 1) end += 1;
    if (end - start >= least) yield { start, end };
    at = end;
  }
}

function addRun(runs: Run[], text: string, { start, end }: Run): void {
  const last = runs.at(-1);
  const isNextLine = last !== undefined && start - last.end <= 2 && text.charAt(start - 1) === "\n";
  if (isNextLine) runs[runs.length - 1] = { start: last.start, end };
  else runs.push({ start, end });
}

const IN_BASE64 = tableOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
const HEXADECIMAL = tableOf("0123456789abcdefABCDEF");
const IN_SPACED = tableOf("0123456789abcdefABCDEFxX\\ ,:");

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

function decodeRun(run: string): string | undefined {
  const digits = /^(?:0x)?[0-9a-f\s]+$/i.test(run)
    ? decodeDigits(run.replaceAll(/^0x|\s/g, ""))
    : undefined;
  return digits ?? readable(Buffer.from(run, "base64"));
}

/** Bytes that stand apart: `69 67`, `\\x69\\x67`, `01101001 01100111`. */
const SPACED_BYTES = /(?:(?:\\x|0x)?[0-9a-f]{2}[ ,:]?){12,}|(?:[01]{8} ){7,}[01]{8}/gi;

function findSpaced(text: string, units: Uint16Array): readonly Run[] {
  if (!mayBeSpaced(units)) return [];
  return Array.from(text.matchAll(SPACED_BYTES), ({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
  }));
}

/** Of the shortest that is one. */
const LEAST_DIGITS = 24;

/** Cheap, and says no to nearly all texts. */
function mayBeSpaced(units: Uint16Array): boolean {
  for (const { start, end } of runsOf(units, IN_SPACED, LEAST_DIGITS)) {
    let digits = 0;
    for (let at = start; at < end; at += 1) digits += HEXADECIMAL[units[at] ?? 0] ?? 0;
    if (digits >= LEAST_DIGITS) return true;
  }
  return false;
}

function decodeDigits(digits: string): string | undefined {
  const bytes = /^[01]+$/.test(digits)
    ? Buffer.from(Array.from(digits.matchAll(/[01]{8}/g), ([byte]) => Number.parseInt(byte, 2)))
    : Buffer.from(digits, "hex");
  return readable(bytes);
}

const utf8 = new TextDecoder("utf-8");
const CONTROLS = /[^\p{L}\p{N}\p{P}\p{Z}\p{S}\s]/gu;

/** `undefined`: bytes that are no text, as those of images. The beginning says enough. */
function readable(bytes: Uint8Array): string | undefined {
  if (bytes.length < 8) return undefined;
  const beginning = utf8.decode(bytes.subarray(0, 96));
  const odd = beginning.replaceAll("\ufffd", "\0").match(CONTROLS)?.length ?? 0;
  return odd * 10 > beginning.length ? undefined : utf8.decode(bytes);
}

/** The words of an injection as they look in rot13, and backwards. */
const ROTATED = (
  "vtaber qvfertneq cerivbhf vafgehpgvba vafgehpgvbaf cebzcg sbetrg bireevqr erirny " +
  "erfgevpgvbaf flfgrz"
).split(" ");
const REVERSED =
  "erongi dragersid suoiverp snoitcurtsni tpmorp tegrof edirrevo laever snoitcirtser metsys".split(
    " ",
  );

/** What {@link readOtherwise} has to be told of a text. */
export const REVERSIBLE_SIGNS: readonly string[] = [...ROTATED, ...REVERSED];

/**
 * The folded text in rot13 and backwards, where it holds words of that. Places: those of the whole. `signs`: those of
 * {@link REVERSIBLE_SIGNS} that it holds, be it within other words.
 */
export function readOtherwise(folded: string, signs: ReadonlySet<string>): readonly string[] {
  const holds = (words: readonly string[]): boolean =>
    words.some((word) => signs.has(word) && new RegExp(`\\b${word}\\b`).test(folded));
  const readings: string[] = [];
  if (holds(ROTATED)) readings.push(rotate(folded));
  if (holds(REVERSED)) readings.push(Array.from(folded).toReversed().join(""));
  return readings;
}

function rotate(text: string): string {
  const units = ownUnitsOf(text);
  for (let at = 0; at < units.length; at += 1) {
    const letter = (units[at] ?? 0) - FIRST_LETTER;
    if (letter >= 0 && letter < 26) units[at] = FIRST_LETTER + ((letter + 13) % 26);
  }
  return Buffer.from(units.buffer).toString("utf16le");
}

const FIRST_LETTER = 0x61;
