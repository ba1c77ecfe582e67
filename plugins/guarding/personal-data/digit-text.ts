/** Where the digits of a text are: nearly all personal data have some, most of a text has none, so nothing else is looked at closely. */

import type { Span } from "../overlap.ts";

/** A text and its digits. Lists of numbers: a text made to be slow has half a million groups. */
export interface DigitText {
  readonly text: string;
  /** Where each group of digits that stand side by side begins, and where it ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
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
export const SEPARATORS: ReadonlySet<string> = new Set(
  " \t\n\r.-_/\u2010\u2011\u2012\u2013\u2014\u2212\u00b7\u2022",
);

/** For patterns: what may stand between two characters of a number. */
export const SEPARATOR = "[\\s.\\-_/\\u2010-\\u2014\\u2212\\u00b7\\u2022]{0,2}";

export function readDigits(text: string): DigitText {
  const starts: number[] = [];
  const ends: number[] = [];
  let start = -1;
  // By hand: a pattern keeps its way back for each repetition, and texts have millions.
  for (let at = 0; at <= text.length; at++) {
    const code = text.charCodeAt(at);
    const isDigit = code >= 0x30 && code <= 0x39;
    if (isDigit && start === -1) start = at;
    if (isDigit || start === -1) continue;
    starts.push(start);
    ends.push(at);
    start = -1;
  }
  return { text, starts, ends, runs: joinGroups(text, starts, ends) };
}

export function groupLength({ starts, ends }: DigitText, group: number): number {
  return (ends[group] ?? 0) - (starts[group] ?? 0);
}

/** The digits of the groups from `first` to before `last`. */
export function digitsOf({ text, starts, ends }: DigitText, first: number, last: number): string {
  let digits = "";
  for (let group = first; group < last; group++) digits += text.slice(starts[group], ends[group]);
  return digits;
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

/** Where `patterns`, which are global, match at most `margin` characters away from a group that `accept` accepts. */
export function* matchesNear(
  digits: DigitText,
  options: {
    readonly margin: number;
    readonly patterns: readonly RegExp[];
    readonly accept: (group: number) => boolean;
  },
): Generator<{ readonly span: Span; readonly match: RegExpExecArray }> {
  for (const zone of zonesAround(digits, options.margin, options.accept)) {
    const zoneText = digits.text.slice(zone.start, zone.end);
    for (const pattern of options.patterns) {
      for (const match of zoneText.matchAll(pattern)) {
        const start = zone.start + match.index;
        yield { span: { start, end: start + match[0].length }, match };
      }
    }
  }
}

/** The stretches of the text that are at most `margin` characters away from a group that `accept` accepts. */
export function zonesAround(
  { starts, ends, text }: DigitText,
  margin: number,
  accept: (group: number) => boolean,
): readonly Span[] {
  const zones: { start: number; end: number }[] = [];
  let last: { start: number; end: number } | undefined;
  for (let group = 0; group < starts.length; group++) {
    if (!accept(group)) continue;
    const start = Math.max(0, (starts[group] ?? 0) - margin);
    const end = Math.min(text.length, (ends[group] ?? 0) + margin);
    if (last !== undefined && start <= last.end) last.end = end;
    else zones.push((last = { start, end }));
  }
  return zones;
}

function joinGroups(
  text: string,
  starts: readonly number[],
  ends: readonly number[],
): readonly DigitRun[] {
  const runs: DigitRun[] = [];
  let first = 0;
  let length = 0;
  for (let group = 0; group <= starts.length; group++) {
    const start = starts[group] ?? 0;
    const size = (ends[group] ?? 0) - start;
    const isLong = size > LONGEST_GROUP;
    const isEnd = group === starts.length || isLong;
    if (isEnd || (group > first && !isSeparated(text, ends[group - 1] ?? 0, start))) {
      if (length >= SHORTEST_RUN) runs.push({ first, last: group, length });
      first = isLong ? group + 1 : group;
      length = 0;
    }
    if (!isLong) length += size;
  }
  return runs;
}

function isSeparated(text: string, start: number, end: number): boolean {
  if (end - start > MOST_SEPARATORS) return false;
  for (let at = start; at < end; at++) if (!SEPARATORS.has(text.charAt(at))) return false;
  return true;
}
