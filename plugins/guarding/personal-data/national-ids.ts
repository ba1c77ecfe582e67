/** Finds the numbers that states give to people. */

import type { Span } from "../overlap.ts";
import { digitsOf, matchesIn, type DigitRun, type DigitText } from "./digit-text.ts";
import { LETTERED_ID_RULES, type LetteredIdRule } from "./lettered-id-rules.ts";
import { DIGIT_ID_RULES, type DigitIdRule, type NationalIdCountry } from "./national-id-rules.ts";
import { isPartOfCode, standsNear } from "./surroundings.ts";

/** How far the word is that says what a number is. */
const REACH = { before: 50, after: 40 };
/** The longest one has 18 characters; some stand before its first digit, with separators between them. */
const ZONE = 20;

/** Makes a finder of the ids of some countries. Absent: of all. */
export function nationalIdFinder(
  countries?: readonly NationalIdCountry[],
): (digits: DigitText) => readonly Span[] {
  const isWanted = ({ country }: DigitIdRule | LetteredIdRule): boolean =>
    countries === undefined || countries.includes(country);
  const digitRules = DIGIT_ID_RULES.filter(isWanted);
  const letteredRules = LETTERED_ID_RULES.filter(isWanted);
  return (digits) => [
    ...digits.runs.flatMap((run) => findInRun(digits.text, run, digitRules)),
    ...letteredRules.flatMap((rule) => findLettered(digits, rule)),
  ];
}

function findInRun(text: string, run: DigitRun, rules: readonly DigitIdRule[]): readonly Span[] {
  const found: Span[] = [];
  for (const rule of rules) {
    if (run.length < rule.length) continue;
    for (const [first, last] of windowsOf(run, rule)) {
      const span = { start: run.groups[first]?.start ?? 0, end: run.groups[last - 1]?.end ?? 0 };
      if (isId(text, span, digitsOf(text, run.groups, first, last), rule)) found.push(span);
    }
  }
  return found;
}

/** The whole run, however it is grouped; a part of it, in one group or in the rule's. */
function windowsOf(run: DigitRun, rule: DigitIdRule): readonly (readonly [number, number])[] {
  const { groups } = run;
  if (run.length === rule.length) return [[0, groups.length]];
  const windows: (readonly [number, number])[] = [];
  const groupings = [[rule.length], ...(rule.groupings ?? [])];
  for (let first = 0; first < groups.length; first++) {
    for (const sizes of groupings) {
      if (fits(run, first, sizes)) windows.push([first, first + sizes.length]);
    }
  }
  return windows;
}

function fits({ groups }: DigitRun, first: number, sizes: readonly number[]): boolean {
  return sizes.every((size, at) => {
    const group = groups[first + at];
    return group !== undefined && group.end - group.start === size;
  });
}

function isId(text: string, span: Span, digits: string, rule: DigitIdRule): boolean {
  if (digits.length !== rule.length || !rule.isValid(digits) || isPartOfCode(text, span))
    return false;
  return isNamed(text, span, rule);
}

function findLettered(digits: DigitText, rule: LetteredIdRule): readonly Span[] {
  const found: Span[] = [];
  for (const { span, match } of matchesIn(digits, ZONE, rule.pattern)) {
    const id = match[0].replaceAll(/[^a-z0-9]/gi, "").toUpperCase();
    if (rule.isValid(id) && isNamed(digits.text, span, rule)) found.push(span);
  }
  return found;
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
  return !OTHER_NUMBERS.test(text.slice(Math.max(0, span.start - 30), span.start));
}
