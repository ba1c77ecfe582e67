/** Finds the numbers of payment cards, however they are grouped. */

import type { Span } from "../overlap.ts";
import { isLuhn } from "./checksums.ts";
import { digitsOf, type DigitRun, type DigitText } from "./digit-text.ts";
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

export function findPaymentCards({ text, runs }: DigitText): readonly Span[] {
  const found: Span[] = [];
  for (const run of runs) if (run.length >= SHORTEST) findInRun(text, run, found);
  return found;
}

function findInRun(text: string, run: DigitRun, found: Span[]): void {
  const { groups } = run;
  const windows: [first: number, last: number][] = [[0, groups.length]];
  for (let first = 0; first < groups.length; first++) {
    for (const sizes of [[...sizesAt(run, first, 1)], ...GROUPINGS]) {
      if (fits(run, first, sizes)) windows.push([first, first + sizes.length]);
    }
    const singles = countSingles(run, first);
    if (singles >= SHORTEST) windows.push([first, first + singles]);
    if (singles > 0) first += singles - 1;
  }
  for (const [first, last] of windows) {
    const span = { start: groups[first]?.start ?? 0, end: groups[last - 1]?.end ?? 0 };
    if (
      LENGTHS.has(lengthOf(run, first, last)) &&
      isCard(text, span, digitsOf(text, groups, first, last))
    ) {
      found.push(span);
    }
  }
}

function isCard(text: string, span: Span, digits: string): boolean {
  const scheme = SCHEMES.find(
    ({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits),
  );
  if (scheme === undefined || !isLuhn(digits) || isPartOfCode(text, span)) return false;
  return scheme.needsWord !== true || standsNear(text, span, CARD_WORDS, { before: 40, after: 20 });
}

function lengthOf(run: DigitRun, first: number, last: number): number {
  if (first === 0 && last === run.groups.length) return run.length;
  return sizesAt(run, first, last - first).reduce((sum, size) => sum + size, 0);
}

function sizesAt({ groups }: DigitRun, first: number, count: number): readonly number[] {
  return groups.slice(first, first + count).map(({ start, end }) => end - start);
}

function fits({ groups }: DigitRun, first: number, sizes: readonly number[]): boolean {
  return sizes.every((size, at) => {
    const group = groups[first + at];
    return group !== undefined && group.end - group.start === size;
  });
}

/** How many groups of one digit follow each other from `first` on, not in the middle of such. */
function countSingles({ groups }: DigitRun, first: number): number {
  let last = first;
  for (let group = groups[last]; group !== undefined; group = groups[++last]) {
    if (group.end - group.start !== 1) break;
  }
  return last - first;
}
