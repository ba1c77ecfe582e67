/** Finds the numbers that states give to people. */

import type { Span } from "../overlap.ts";
import {
  digitsOf,
  groupLength,
  hasSizes,
  spanOf,
  zonesAround,
  type DigitRun,
  type DigitText,
} from "./digit-text.ts";
import { LETTERED_ID_RULES, type LetteredIdRule } from "./lettered-id-rules.ts";
import { DIGIT_ID_RULES, type DigitIdRule, type NationalIdCountry } from "./national-id-rules.ts";
import { hasLetters, isPartOfCode, standsNear } from "./surroundings.ts";

/** How far the word is that says what a number is. */
const REACH = { before: 50, after: 40 };
/** The longest one has 18 characters; some stand before its first digit, with separators between them. */
const ZONE = 20;

/** A form of a number: the sizes of its groups. */
interface Form {
  readonly rule: DigitIdRule;
  readonly sizes: readonly number[];
}

/** Makes a finder of the ids of some countries. Absent: of all. */
export function nationalIdFinder(
  countries?: readonly NationalIdCountry[],
): (digits: DigitText) => readonly Span[] {
  const isWanted = ({ country }: DigitIdRule | LetteredIdRule): boolean =>
    countries === undefined || countries.includes(country);
  const rules = DIGIT_ID_RULES.filter(isWanted);
  const letteredRules = LETTERED_ID_RULES.filter(isWanted);
  const forms = rules.flatMap((rule) =>
    [[rule.length], ...(rule.groupings ?? [])].map((sizes): Form => ({ rule, sizes })),
  );
  const byFirstSize = new Map<number, readonly Form[]>();
  for (const form of forms) {
    const size = form.sizes[0] ?? 0;
    byFirstSize.set(size, [...(byFirstSize.get(size) ?? []), form]);
  }
  return (digits) => [
    ...digits.runs.flatMap((run) => findInRun(digits, run, rules, byFirstSize)),
    ...findLettered(digits, letteredRules),
  ];
}

/** The whole run, however it is grouped; a part of it, in one group or in the rule's. */
function findInRun(
  digits: DigitText,
  { first, last, length }: DigitRun,
  rules: readonly DigitIdRule[],
  forms: ReadonlyMap<number, readonly Form[]>,
): readonly Span[] {
  const found: Span[] = [];
  const tryOut = (from: number, to: number, rule: DigitIdRule): void => {
    const span = spanOf(digits, from, to);
    if (isId(digits.text, span, digitsOf(digits, from, to), rule)) found.push(span);
  };
  for (const rule of rules) if (rule.length === length) tryOut(first, last, rule);
  for (let group = first; group < last; group++) {
    for (const { rule, sizes } of forms.get(groupLength(digits, group)) ?? []) {
      if (hasSizes(digits, group, last, sizes)) tryOut(group, group + sizes.length, rule);
    }
  }
  return found;
}

function isId(text: string, span: Span, digits: string, rule: DigitIdRule): boolean {
  if (digits.length !== rule.length || !rule.isValid(digits) || isPartOfCode(text, span))
    return false;
  return isNamed(text, span, rule);
}

function findLettered(digits: DigitText, rules: readonly LetteredIdRule[]): readonly Span[] {
  const found: Span[] = [];
  const { text } = digits;
  const accept = (group: number): boolean => hasMoreDigits(digits, group);
  for (const zone of zonesAround(digits, ZONE, accept)) {
    const zoneText = text.slice(zone.start, zone.end);
    for (const rule of rules) {
      for (const match of zoneText.matchAll(rule.pattern)) {
        const start = zone.start + match.index;
        const span = { start, end: start + match[0].length };
        const id = match[0].replaceAll(/[^a-z0-9]/gi, "").toUpperCase();
        if (rule.isValid(id) && isNamed(text, span, rule)) found.push(span);
      }
    }
  }
  return found;
}

/** Whether a letter is beside the digits, and four digits or more are near: fewer are in no such number. */
function hasMoreDigits(digits: DigitText, group: number): boolean {
  const { text, starts, ends } = digits;
  const start = starts[group] ?? 0;
  const end = ends[group] ?? 0;
  const beside = text.slice(Math.max(0, start - 3), start) + text.slice(end, end + 3);
  if (!/[a-z]/i.test(beside)) return false;
  let count = 0;
  for (let at = Math.max(0, group - 6); at <= group + 6 && count < 4; at++) {
    if (Math.abs((starts[at] ?? Number.POSITIVE_INFINITY) - start) <= 40)
      count += groupLength(digits, at);
  }
  return count >= 4;
}

/** Part numbers and orders look like ids: their words speak against what tells itself. */
const OTHER_NUMBERS =
  /\b(?:order|part|ref(?:erence)?|sku|model|item|invoice|ticket|case|bestell\w*|commande|pedido)\W{0,3}(?:(?:no|number|nr|id)\b\W{0,3})?$/i;

function isNamed(
  text: string,
  span: Span,
  { tellsItself, words }: DigitIdRule | LetteredIdRule,
): boolean {
  if (standsNear(text, span, words, REACH)) return true;
  if (tellsItself?.test(text.slice(span.start, span.end)) !== true) return false;
  const before = text.slice(Math.max(0, span.start - 30), span.start);
  return !hasLetters(before) || !OTHER_NUMBERS.test(before);
}
