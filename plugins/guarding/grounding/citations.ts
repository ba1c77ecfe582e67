/** Finds where a reply names its sources. */

import { keyOf } from "./sources.ts";

export interface Citation {
  readonly start: number;
  readonly end: number;
  /** Several in one pair of brackets are several. */
  readonly ids: readonly string[];
}

/**
 * `[…]` that is no link, no index and no box to tick; `【…】`; `(source: …)` in several languages. Each begins with its bracket, for what may stand before
 * it is looked at behind that: so a text is skipped from bracket to bracket.
 */
const CITATION =
  /\[(?<![\p{L}\p{N}\])]\[)\^?([^\x5b\]\n]{1,120})\](?![(:\x5b])|\[(?<=[\p{L}\p{N}]\[)\^?(\d{1,4}(?:\s?[,;–-]\s?\d{1,4}){0,20})\](?![(\x5b])|【([^【】\n]{1,120})】|\((?:sources?|src|quellen?|fuentes?|fontes?|fonti?|bron|źródło|источник|see|siehe|according to)\s?:\s?([^()\n]{1,200})\)/giu;
const LABEL = /^(?:sources?|src|ref|quelle|fuente|fonte|bron|cite|citation)\s?:\s?/i;
/** What is a citation, though nobody gave a source of that name. */
const LOOKS_LIKE_ONE =
  /^(?:\d{1,4}|(?:doc|document|source|src|ref|s|d|quelle|kb|passage|chunk|page|p)[-_ #]?\d{1,6}[a-z]?)$/i;

/** @param known - Names of sources that were given. */
export function findCitations(text: string, known: ReadonlySet<string>): readonly Citation[] {
  if (!/[[【(]/.test(text)) return [];
  const shapes = new Set([...known].map(shapeOf));
  const found: Citation[] = [];
  const read = remember((inside: string) => {
    const ids = idsOf(inside.replace(LABEL, ""), known);
    const isNamed = LABEL.test(inside);
    return { ids, isOne: isNamed || ids.every((id) => isKnownForm(id, known, shapes)) };
  });
  for (const match of text.matchAll(CITATION)) {
    const { 0: whole, 1: square, 2: indexed, 3: lenticular, 4: named, index } = match;
    const inside = square ?? indexed ?? lenticular ?? named ?? "";
    const { ids, isOne } = read(inside);
    if (ids.length > 0 && (named !== undefined || isOne)) {
      found.push({ start: index, end: index + whole.length, ids });
    }
  }
  return found;
}

function isKnownForm(id: string, known: ReadonlySet<string>, shapes: ReadonlySet<string>): boolean {
  return known.has(id) || LOOKS_LIKE_ONE.test(id) || shapes.has(shapeOf(id));
}

/** The same few sources are cited again and again. */
function remember<Value>(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = read(text);
    known.set(text, value);
    return value;
  };
}

/** Of a longer range the two ends have to be there. */
const MOST_IN_RANGE = 10;

function idsOf(inside: string, known: ReadonlySet<string>): readonly string[] {
  const whole = keyOf(inside);
  if (known.has(whole)) return [whole];
  return inside.split(/[,;]/).flatMap((id) => {
    const [, from, to] = /^\s*(\d{1,4})\s?[–-]\s?(\d{1,4})\s*$/.exec(id) ?? [];
    const key = keyOf(id);
    if (from === undefined || to === undefined) return key === "" ? [] : [key.replace(/^\^/, "")];
    const length = Number(to) - Number(from) + 1;
    if (length < 1 || length > MOST_IN_RANGE) return [from, to];
    return Array.from({ length }, (_, at) => String(Number(from) + at));
  });
}

/** `doc-12` and `doc-7` are written alike; a word without a digit is like nothing. */
function shapeOf(id: string): string {
  return /\d/.test(id) ? id.replaceAll(/\d+/g, "0") : `=${id}`;
}
