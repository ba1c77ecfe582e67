/** Where the digits of a text are: nearly all personal data have some, most of a text has none, so nothing else is looked at closely. */

import type { Span } from "../overlap.ts";
import { unitsOf } from "../units.ts";
import { MARKS, markGroups } from "./digit-marks.ts";

/** Looked up once: where globals belong to a sandbox, each look takes longer than what is worked out. */
const { max, min } = Math;

/** A text and its digits. Lists of plain numbers: a text made to be slow has half a million groups. */
export interface DigitText {
  readonly text: string;
  /** Where each group of digits that stand side by side begins, and where it ends. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** All digits of the text, and where those of each group begin in them. */
  readonly digits: string;
  readonly offsets: Int32Array;
  /** What stands beside each group, see {@link MARKS}: looked at once, for all that look for something. */
  readonly marks: Uint8Array;
  /** Those of seven digits or more. */
  readonly runs: readonly DigitRun[];
}

/** Groups with at most two separators between them, such as `4111 1111-1111`: from `first` to before `last`. */
export interface DigitRun {
  readonly first: number;
  readonly last: number;
  /** Of all its groups. */
  readonly length: number;
}

/** No shorter run is a number of a person by itself. */
const SHORTEST_RUN = 7;
/** No number of a person is longer; a longer group is one of something else. */
const LONGEST_GROUP = 24;
export const MOST_SEPARATORS = 2;
/** What people put between the groups of a number. No comma: it stands between numbers, and in amounts. */
const SEPARATORS: ReadonlySet<number> = new Set(
  Array.from(" \t\n\r.-_/\u2010\u2011\u2012\u2013\u2014\u2212\u00b7\u2022", (character) =>
    character.charCodeAt(0),
  ),
);
const ASCII_SEPARATORS = Uint8Array.from({ length: 128 }, (_, code) =>
  SEPARATORS.has(code) ? 1 : 0,
);

/** Takes a UTF-16 unit: no string is made for it. */
export function isSeparator(code: number): boolean {
  return code < 128 ? ASCII_SEPARATORS[code] === 1 : SEPARATORS.has(code);
}

/** For patterns: what may stand between two characters of a number. */
export const SEPARATOR = "[\\s.\\-_/\\u2010-\\u2014\\u2212\\u00b7\\u2022]{0,2}";

export function readDigits(text: string): DigitText {
  const most = (text.length >>> 1) + 1;
  const groups = { starts: new Int32Array(most), ends: new Int32Array(most) };
  const offsets = new Int32Array(most + 1);
  const digits = Buffer.allocUnsafe(text.length);
  const units = unitsOf(text);
  let count = 0;
  let written = 0;
  let isWithin = false;
  // By hand: a pattern keeps its way back for each repetition, and texts have millions.
  for (let at = 0; at < units.length; at++) {
    const code = units[at] ?? 0;
    if (code >= 0x30 && code <= 0x39) {
      if (!isWithin) groups.starts[count] = at;
      isWithin = true;
      digits[written++] = code;
    } else if (isWithin) {
      groups.ends[count++] = at;
      offsets[count] = written;
      isWithin = false;
    }
  }
  if (isWithin) groups.ends[count++] = text.length;
  offsets[count] = written;
  const starts = groups.starts.subarray(0, count);
  const ends = groups.ends.subarray(0, count);
  const marks = markGroups(units, starts, ends);
  return {
    text,
    starts,
    ends,
    digits: digits.toString("latin1", 0, written),
    offsets,
    marks,
    runs: joinGroups(units, starts, ends, marks),
  };
}

export function groupLength({ starts, ends }: DigitText, group: number): number {
  return (ends[group] ?? 0) - (starts[group] ?? 0);
}

/** The digits of the groups from `first` to before `last`. */
export function digitsOf({ digits, offsets }: DigitText, first: number, last: number): string {
  return digits.slice(offsets[first], offsets[last]);
}

export function spanOf({ starts, ends }: DigitText, first: number, last: number): Span {
  return { start: starts[first] ?? 0, end: ends[last - 1] ?? 0 };
}

/** Whether the groups from `first` on, up to before `end`, have these sizes. */
export function hasSizes(
  digits: DigitText,
  first: number,
  end: number,
  sizes: readonly number[],
): boolean {
  if (first + sizes.length > end) return false;
  for (let at = 0; at < sizes.length; at++) {
    if (groupLength(digits, first + at) !== sizes[at]) return false;
  }
  return true;
}

/** Which groups something is looked for at: those with a mark, of which `accept` accepts. Default: all with the mark. */
export interface Place {
  /** How far from the digits it may begin or end. */
  readonly margin: number;
  readonly mark: number;
  readonly accept?: (group: number) => boolean;
}

/** Where `patterns`, which are global, match near such a group. */
export function* matchesNear(
  digits: DigitText,
  { patterns, ...place }: Place & { readonly patterns: readonly RegExp[] },
): Generator<{ readonly span: Span; readonly match: RegExpExecArray }> {
  for (const zone of zonesAround(digits, place)) {
    const zoneText = digits.text.slice(zone.start, zone.end);
    for (const pattern of patterns) {
      for (const match of zoneText.matchAll(pattern)) {
        const start = zone.start + match.index;
        yield { span: { start, end: start + match[0].length }, match };
      }
    }
  }
}

/** The stretches of the text that are near such a group. */
export function zonesAround(
  { starts, ends, marks, text }: DigitText,
  { margin, mark, accept }: Place,
): readonly Span[] {
  const zones: Span[] = [];
  let zoneStart = -1;
  let zoneEnd = -1;
  for (let group = 0; group < starts.length; group++) {
    if (((marks[group] ?? 0) & mark) === 0 || accept?.(group) === false) continue;
    const start = max(0, (starts[group] ?? 0) - margin);
    if (zoneStart === -1 || start > zoneEnd) {
      if (zoneStart !== -1) zones.push({ start: zoneStart, end: zoneEnd });
      zoneStart = start;
    }
    zoneEnd = min(text.length, (ends[group] ?? 0) + margin);
  }
  if (zoneStart !== -1) zones.push({ start: zoneStart, end: zoneEnd });
  return zones;
}

/** Puts groups together, and marks those that are in a run. */
function joinGroups(
  units: Uint16Array,
  starts: Int32Array,
  ends: Int32Array,
  marks: Uint8Array,
): readonly DigitRun[] {
  const runs: DigitRun[] = [];
  let first = 0;
  let length = 0;
  for (let group = 0; group <= starts.length; group++) {
    const start = starts[group] ?? 0;
    const size = (ends[group] ?? 0) - start;
    const isLong = size > LONGEST_GROUP;
    const isEnd = group === starts.length || isLong;
    if (isEnd || (group > first && !isSeparated(units, ends[group - 1] ?? 0, start))) {
      if (length >= SHORTEST_RUN) {
        runs.push({ first, last: group, length });
        for (let at = first; at < group; at++) marks[at] = (marks[at] ?? 0) | MARKS.isInRun;
      }
      first = isLong ? group + 1 : group;
      length = 0;
    }
    if (!isLong) length += size;
  }
  return runs;
}

function isSeparated(units: Uint16Array, start: number, end: number): boolean {
  if (end - start > MOST_SEPARATORS) return false;
  for (let at = start; at < end; at++) if (!isSeparator(units[at] ?? 0)) return false;
  return true;
}
