/** What stands around something that was found: whether a word says what it is, or that it is part of something else. */

import type { Span } from "../overlap.ts";

/** Looked up once: where globals belong to a sandbox, each look takes longer than what is worked out. */
const { max } = Math;

/** How far a word is from what it speaks of, in characters. */
export interface Reach {
  readonly before: number;
  readonly after: number;
}

/** Whether `words`, a pattern without `g`, is found in front of the span or behind it. */
export function standsNear(
  text: string,
  { start, end }: Span,
  words: RegExp,
  reach: Reach,
): boolean {
  const before = text.slice(max(0, start - reach.before), start);
  if (hasLetters(before) && words.test(before)) return true;
  if (reach.after === 0) return false;
  const after = text.slice(end, end + reach.after);
  return hasLetters(after) && words.test(after);
}

/** Quick, as between numbers often stand but numbers. */
export function hasLetters(text: string): boolean {
  return /[a-zA-Z\u0080-\uffff]/.test(text);
}

const LATIN = /[a-z]/i;
const LONGEST_CODE = 40;

/** Whether the span is part of a longer word or code: `a716-446655440000`, `4111…x`, `SKU-415-5550132-A`, `0.4111`. */
export function isPartOfCode(text: string, { start, end }: Span): boolean {
  if (LATIN.test(text.charAt(start - 1)) || LATIN.test(text.charAt(end))) return true;
  if (/\d[.,]$/.test(text.slice(max(0, start - 2), start))) return true;
  const before = text.slice(max(0, start - LONGEST_CODE), start);
  if (/[-_]$/.test(before) && isCode(before, /[\w-]{0,40}[-_]$/)) return true;
  const after = text.slice(end, end + LONGEST_CODE);
  return /^[-_]/.test(after) && isCode(after, /^[-_][\w-]{0,40}/);
}

/** A word of letters beside a number, as in `tel-415…`, is none. */
function isCode(beside: string, pattern: RegExp): boolean {
  const [joined = ""] = pattern.exec(beside) ?? [];
  return /[a-z]/i.test(joined) && /\d/.test(joined);
}
