/** Where the digits of a text are: nearly all personal data have some, most of a text has none, so nothing else is looked at closely. */

import type { Span } from "../overlap.ts";

/** Groups of digits with at most two separators between them, such as `4111 1111-1111`. */
export interface DigitRun {
  readonly groups: readonly Span[];
  /** Of all groups. */
  readonly length: number;
}

/** A text and its digits. */
export interface DigitText {
  readonly text: string;
  readonly runs: readonly DigitRun[];
  /** The stretches of the text that are at most so many characters away from a digit. */
  zones(margin: number): readonly Span[];
}

/** No number of a person is longer; a longer group is one of something else. */
const LONGEST_GROUP = 24;
const MOST_SEPARATORS = 2;
/** What people put between the groups of a number. No comma: it stands between numbers, and in amounts. */
const SEPARATORS = new Set(" \t\n\r.-_/\u2010\u2011\u2012\u2013\u2014\u2212\u00b7\u2022");

/** For patterns: what may stand between two characters of a number. */
export const SEPARATOR = "[\\s.\\-_/\\u2010-\\u2014\\u2212\\u00b7\\u2022]{0,2}";

export function readDigits(text: string): DigitText {
  const groups = findGroups(text);
  const zones = new Map<number, readonly Span[]>();
  return {
    text,
    runs: joinGroups(text, groups),
    zones(margin) {
      const known = zones.get(margin) ?? joinZones(groups, margin, text.length);
      zones.set(margin, known);
      return known;
    },
  };
}

/** The digits of `groups` from `first` to before `last`. */
export function digitsOf(
  text: string,
  groups: readonly Span[],
  first = 0,
  last = groups.length,
): string {
  let digits = "";
  for (let at = first; at < last; at++) {
    const group = groups[at];
    if (group !== undefined) digits += text.slice(group.start, group.end);
  }
  return digits;
}

/** Calls `pattern`, which is global, on each zone: where it matches, and the match. */
export function* matchesIn(
  { text, zones }: DigitText,
  margin: number,
  pattern: RegExp,
): Generator<{ readonly span: Span; readonly match: RegExpExecArray }> {
  for (const zone of zones(margin)) {
    for (const match of text.slice(zone.start, zone.end).matchAll(pattern)) {
      const start = zone.start + match.index;
      yield { span: { start, end: start + match[0].length }, match };
    }
  }
}

/** By hand: a pattern keeps its way back for each repetition, and texts have millions. */
function findGroups(text: string): readonly Span[] {
  const groups: Span[] = [];
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = text.charCodeAt(at);
    const isDigit = code >= 0x30 && code <= 0x39;
    if (isDigit && start === -1) start = at;
    if (isDigit || start === -1) continue;
    groups.push({ start, end: at });
    start = -1;
  }
  return groups;
}

function joinGroups(text: string, groups: readonly Span[]): readonly DigitRun[] {
  const runs: { groups: Span[]; length: number }[] = [];
  let run: { groups: Span[]; length: number } | undefined;
  let before = -1;
  for (const group of groups) {
    const length = group.end - group.start;
    if (length > LONGEST_GROUP) {
      run = undefined;
      continue;
    }
    if (run === undefined || !isSeparated(text, before, group.start)) {
      run = { groups: [], length: 0 };
      runs.push(run);
    }
    run.groups.push(group);
    run.length += length;
    before = group.end;
  }
  return runs;
}

function isSeparated(text: string, start: number, end: number): boolean {
  if (end - start > MOST_SEPARATORS) return false;
  for (let at = start; at < end; at++) if (!SEPARATORS.has(text.charAt(at))) return false;
  return true;
}

function joinZones(groups: readonly Span[], margin: number, length: number): readonly Span[] {
  const zones: { start: number; end: number }[] = [];
  let last: { start: number; end: number } | undefined;
  for (const group of groups) {
    const start = Math.max(0, group.start - margin);
    const end = Math.min(length, group.end + margin);
    if (last !== undefined && start <= last.end) last.end = end;
    else zones.push((last = { start, end }));
  }
  return zones;
}
