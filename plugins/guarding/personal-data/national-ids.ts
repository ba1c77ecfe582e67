/** Finds the numbers that states give to people. */

import type { Span } from "../overlap.ts";
import { MARKS } from "./digit-marks.ts";
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

/** Looked up once: where globals belong to a sandbox, each look takes longer than what is worked out. */
const { max } = Math;

/** How far the word is that says what a number is. */
const REACH = { before: 50, after: 40 };
/** The longest one has 18 characters; some stand before its first digit, with separators between them. */
const ZONE = 20;

/** A form of a number: the sizes of its groups. */
interface Form {
  readonly rule: DigitIdRule;
  readonly sizes: readonly number[];
}

/** What is looked for, by what is known of a number first. */
interface DigitRules {
  readonly byLength: readonly (readonly DigitIdRule[] | undefined)[];
  readonly byFirstSize: readonly (readonly Form[] | undefined)[];
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
  const digitRules = {
    byLength: listBy(rules, ({ length }) => length),
    byFirstSize: listBy(forms, ({ sizes }) => sizes[0] ?? 0),
  };
  return (digits) => {
    const found: Span[] = [];
    for (const run of digits.runs) findInRun(digits, run, digitRules, found);
    findLettered(digits, letteredRules, found);
    return found;
  };
}

/** An entry for each number: half a million groups are looked up in one text. */
function listBy<Item>(
  items: readonly Item[],
  numberOf: (item: Item) => number,
): readonly (readonly Item[] | undefined)[] {
  const most = max(0, ...items.map(numberOf));
  return Array.from({ length: most + 1 }, (_, number) => {
    const those = items.filter((item) => numberOf(item) === number);
    return those.length === 0 ? undefined : those;
  });
}

/** The whole run, however it is grouped; a part of it, in one group or in the rule's. */
function findInRun(
  digits: DigitText,
  { first, last, length }: DigitRun,
  { byLength, byFirstSize }: DigitRules,
  found: Span[],
): void {
  const isWhole = (rule: DigitIdRule): boolean => isId(digits, first, last, rule);
  if (byLength[length]?.some(isWhole) === true) found.push(spanOf(digits, first, last));
  for (let group = first; group < last; group++) {
    const forms = byFirstSize[groupLength(digits, group)];
    if (forms === undefined) continue;
    for (const { rule, sizes } of forms) {
      const end = group + sizes.length;
      // The whole was looked at.
      if (end - group === last - first || !hasSizes(digits, group, last, sizes)) continue;
      if (isId(digits, group, end, rule)) found.push(spanOf(digits, group, end));
    }
  }
}

function isId(digits: DigitText, first: number, last: number, rule: DigitIdRule): boolean {
  const id = digitsOf(digits, first, last);
  if (id.length !== rule.length || !rule.isValid(id)) return false;
  const span = spanOf(digits, first, last);
  return !isPartOfCode(digits.text, span) && isNamed(digits.text, span, rule);
}

function findLettered(digits: DigitText, rules: readonly LetteredIdRule[], found: Span[]): void {
  const { text } = digits;
  const mark = MARKS.letterInFront | MARKS.letterBehind;
  const accept = (group: number): boolean => hasMoreDigits(digits, group);
  for (const zone of zonesAround(digits, { margin: ZONE, mark, accept })) {
    const zoneText = text.slice(zone.start, zone.end);
    for (const rule of rules) {
      for (const match of zoneText.matchAll(rule.pattern)) {
        const start = zone.start + match.index;
        const span = { start, end: start + match[0].length };
        const id = match[0].replaceAll(/[^a-z0-9]/gi, "").toUpperCase();
        // Behind other digits, it is the end of a longer code.
        const isEnd = /\d[-_./]$/.test(text.slice(max(0, start - 2), start));
        if (!isEnd && rule.isValid(id) && isNamed(text, span, rule)) found.push(span);
      }
    }
  }
}

/** Whether four digits or more are near: fewer are in no such number. */
function hasMoreDigits({ starts, ends, offsets }: DigitText, group: number): boolean {
  const start = starts[group] ?? 0;
  let first = group;
  while (first > 0 && group - first < 4 && start - (ends[first - 1] ?? 0) <= 40) first--;
  let last = group + 1;
  while (last < starts.length && last - group < 4 && (starts[last] ?? 0) - start <= 40) last++;
  return (offsets[last] ?? 0) - (offsets[first] ?? 0) >= 4;
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
  const before = text.slice(max(0, span.start - 30), span.start);
  return !hasLetters(before) || !OTHER_NUMBERS.test(before);
}
