/** Finds the numbers of payment cards, however they are grouped. */

import type { Span } from "../overlap.ts";
import { isLuhn } from "./checksums.ts";
import {
  digitsOf,
  groupLength,
  hasSizes,
  spanOf,
  type DigitRun,
  type DigitText,
} from "./digit-text.ts";
import { isPartOfCode, standsNear } from "./surroundings.ts";

interface Scheme {
  readonly prefix: RegExp;
  readonly lengths: readonly number[];
  /** Others have numbers of the same form: a word has to say that it is a card. */
  readonly needsWord?: boolean;
}

const LONG = [16, 17, 18, 19];

/** @see https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN) */
const SCHEMES: readonly Scheme[] = [
  { prefix: /^4/, lengths: [16, 19] },
  { prefix: /^4/, lengths: [13], needsWord: true },
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { prefix: /^3[47]/, lengths: [15] },
  { prefix: /^(?:6011|64[4-9]|65|60|81|82|508)/, lengths: LONG },
  { prefix: /^(?:30[0-5]|3095|36|38|39)/, lengths: [14, ...LONG] },
  { prefix: /^35(?:2[89]|[3-8])/, lengths: LONG },
  { prefix: /^62/, lengths: LONG },
  { prefix: /^(?:5018|5020|5038|5893|6304|67)/, lengths: LONG },
  { prefix: /^(?:5018|5020|5038|5893|6304|67)/, lengths: [12, 13, 14, 15], needsWord: true },
  { prefix: /^(?:220[0-4]|9792)/, lengths: LONG },
];
/** Of all of them. */
const FIRST_DIGITS = "2345689";
const LENGTHS = new Set(SCHEMES.flatMap(({ lengths }) => lengths));
const SHORTEST = Math.min(...LENGTHS);

/** As they are embossed. A number in one group, or one digit a group, needs no entry. */
const GROUPINGS = [
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
  [4, 4, 4, 4, 1],
  [4, 4, 4, 4, 2],
  [4, 4, 4, 4, 3],
  [6, 13],
];

const CARD_WORDS =
  /card|visa|master|maestro|credit|debit|karte|carte|tarjeta|carta|cartão|kaart|kort|\bpan\b|карт|卡|カード/i;

export function findPaymentCards(digits: DigitText): readonly Span[] {
  const found: Span[] = [];
  for (const run of digits.runs) if (run.length >= SHORTEST) findInRun(digits, run, found);
  return found;
}

/** The whole run, however it is grouped; parts of it, as cards are embossed, in one group, or digit by digit. */
function findInRun(digits: DigitText, { first, last, length }: DigitRun, found: Span[]): void {
  const tryOut = (from: number, to: number): void => {
    if (isCard(digits, from, to)) found.push(spanOf(digits, from, to));
  };
  if (LENGTHS.has(length)) tryOut(first, last);
  for (let group = first; group < last; group++) {
    const size = groupLength(digits, group);
    if (LENGTHS.has(size)) tryOut(group, group + 1);
    if (size === 1) {
      const end = endOfSingles(digits, group, last);
      if (LENGTHS.has(end - group)) tryOut(group, end);
      group = end - 1;
    }
    if (size !== 4 && size !== 6) continue;
    for (const sizes of GROUPINGS) {
      if (hasSizes(digits, group, last, sizes)) tryOut(group, group + sizes.length);
    }
  }
}

/** Quick checks first: most groups of four digits begin no card. */
function isCard(digits: DigitText, first: number, last: number): boolean {
  const number = digitsOf(digits, first, last);
  if (!FIRST_DIGITS.includes(number.charAt(0)) || !isLuhn(number)) return false;
  const scheme = SCHEMES.find(
    ({ prefix, lengths }) => lengths.includes(number.length) && prefix.test(number),
  );
  const span = spanOf(digits, first, last);
  if (scheme === undefined || isPartOfCode(digits.text, span)) return false;
  return (
    scheme.needsWord !== true ||
    standsNear(digits.text, span, CARD_WORDS, { before: 40, after: 20 })
  );
}

function endOfSingles(digits: DigitText, first: number, last: number): number {
  let end = first;
  while (end < last && groupLength(digits, end) === 1) end++;
  return end;
}
