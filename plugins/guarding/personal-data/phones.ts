/** Finds telephone numbers: what is written like one, or beside a word for one, and is one by the plans of numbers that countries have. */

import type { Span } from "../overlap.ts";
import { MARKS } from "./digit-marks.ts";
import { zonesAround, type DigitText } from "./digit-text.ts";
import { DEFAULT_PHONE_COUNTRIES, NumberPlans, type PhoneCountry } from "./number-plans.ts";
import { hasLetters } from "./surroundings.ts";

/** Looked up once: where globals belong to a sandbox, each look takes longer than what is worked out. */
const { max } = Math;

/**
 * Separators and digits are apart, and both are bounded. Scripts that leave no space between words may have a letter in
 * front and behind.
 */
const CANDIDATE =
  /(?<!\p{N}|(?![\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])\p{L})(?<![\d.,]\.)(?:\+[\s.]?)?\(?\d(?:[\s().\-/\u2010-\u2014\u2212]{0,3}\d){5,16}/gu;
/** In lower case: quicker than a pattern that knows both. */
const WORDS =
  /phone|\btel(?:[eé]\w{2,7})?\b|\btél|\bcell\b|mobile?\b|mobil|\bhandy\b|\bcall(?:s|ing)?\b|\btext\b|\bsms\b|whats\s?app|\bfax\b|\bring\b|\bdial\b|contact|numéro|rufen|anruf|erreich|\bbel\b|telef|zadzwo|llám|celular|móvil|cellulare|chiam|ligue|電話|手机|电话|телефон|\breach\b/;
/** How such numbers are written where nobody says what they are. */
const SHAPES = [
  /^\(\d{2,5}\)[ -]?\d{2,5}[ -]?\d{3,5}$/,
  /^(?:1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}$/,
  /^0\d{1,5}(?:[ /\-.]\d{2,9}){1,5}$/,
];
/** Of the numbers that are written in pairs none has six: that is a list. */
const PAIRS = /^0\d(?: \d\d){5}/;
/** How all of these begin: quick, for the many numbers that do not. */
const MAY_BE_SHAPED = /^(?:[+(0]|(?:1[-. ])?\d{3}\)?[-. ]\d{3}[-. ]\d{4})/;
/** Everything else has such numbers too: its words speak against. */
const OTHER_NUMBERS =
  /\b(?:order|ref(?:erence)?|invoice|ticket|sku|article|part|item|id|isbn|version|row|room|pages?|function|count|bytes|length|transaction|parcel|tracking|job|ssn|steuer\w*|bsn|tfn|sin|nhs|iban|dni|nie|cpf|pesel|aadhaa?r)\b\W{0,3}(?:(?:no|number|nr|id|is)\b\W{0,3}){0,2}$/;
const NEAR = { before: 40, after: 24 };

/** @param countries - Whose numbers are found that have no `+`. */
export function phoneFinder(
  countries: readonly PhoneCountry[] = DEFAULT_PHONE_COUNTRIES,
): (digits: DigitText) => readonly Span[] {
  return (digits) => {
    const plans = new NumberPlans(countries);
    const found: Span[] = [];
    for (const zone of zonesAround(digits, { margin: 24, mark: MARKS.isInRun })) {
      findInZone(digits.text, zone, plans, found);
    }
    return found;
  };
}

function findInZone(text: string, zone: Span, plans: NumberPlans, found: Span[]): void {
  const zoneText = text.slice(zone.start, zone.end);
  let from = 0;
  for (;;) {
    CANDIDATE.lastIndex = from;
    const candidate = CANDIDATE.exec(zoneText);
    if (candidate === null) return;
    const start = zone.start + candidate.index;
    const number = numberAt(text, { start, end: start + candidate[0].length }, plans);
    if (number !== undefined) found.push(number);
    // Of a list of numbers, a candidate holds the next one's beginning.
    from = (number?.end ?? start + firstLine(candidate[0]).length) - zone.start;
  }
}

function firstLine(written: string): string {
  const end = written.indexOf("\n");
  return end > 6 ? written.slice(0, end) : written;
}

/** Of the candidate, the longest beginning that is a number: other digits may follow it. A line break seldom is in one. */
function numberAt(text: string, { start, end }: Span, plans: NumberPlans): Span | undefined {
  const whole = text.slice(start, end);
  const isCut =
    /^(?![\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])[\p{L}\p{N}]|^[-_]\p{L}/u.test(
      text.slice(end, end + 2),
    );
  const candidate = isCut ? withoutLastGroup(whole) : whole;
  const beside = new Beside(text, { start, end });
  const mayBeShaped = MAY_BE_SHAPED.test(candidate) && !PAIRS.test(candidate);
  if (!mayBeShaped && !beside.isNamed) return undefined;
  const line = firstLine(candidate);
  for (let written of line === candidate ? [line] : [line, candidate]) {
    for (let round = 0; round < 4 && written.length > 6; round++) {
      if (isNumber(written, beside, plans)) return { start, end: start + written.length };
      written = withoutLastGroup(written);
    }
  }
  return undefined;
}

function withoutLastGroup(written: string): string {
  let end = written.length;
  while (end > 0 && isDigit(written.charCodeAt(end - 1))) end--;
  while (end > 0 && !isDigit(written.charCodeAt(end - 1))) end--;
  return written.slice(0, end);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** What stands around a candidate. Looked at only when it decides. */
class Beside {
  readonly #text: string;
  readonly #span: Span;
  #isNamed: boolean | undefined;
  #isOther: boolean | undefined;

  constructor(text: string, span: Span) {
    this.#text = text;
    this.#span = span;
  }

  /** A word says that it is a telephone number. */
  get isNamed(): boolean {
    const { start, end } = this.#span;
    this.#isNamed ??=
      holds(this.#text.slice(max(0, start - NEAR.before), start), WORDS) ||
      holds(this.#text.slice(end, end + NEAR.after), WORDS);
    return this.#isNamed;
  }

  /** A word or a sign says that it is something else. */
  get isOther(): boolean {
    const { start } = this.#span;
    const before = this.#text.slice(max(0, start - 30), start);
    this.#isOther ??= /[\p{L}\d][-_]$/u.test(before) || holds(before, OTHER_NUMBERS);
    return this.#isOther;
  }
}

function holds(text: string, words: RegExp): boolean {
  return hasLetters(text) && words.test(text.toLowerCase());
}

function isNumber(written: string, beside: Beside, plans: NumberPlans): boolean {
  const digits = written.replaceAll(/\D/g, "");
  if (digits.length > 15) return false;
  if (/^(?:\+|00[1-9])/.test(written) && digits.length >= 9) {
    return plans.knowsInternational(`+${digits.replace(/^00/, "")}`, beside.isNamed);
  }
  if (written.startsWith("+") || isMoment(written)) return false;
  const isShaped = digits.length >= 9 && SHAPES.some((shape) => shape.test(written.trim()));
  if (!(isShaped || beside.isNamed) || beside.isOther) return false;
  return plans.knowsNational(digits, beside.isNamed);
}

/** A date, with or without a time. */
function isMoment(written: string): boolean {
  return /^\(?(?:(?:19|20)\d\d[-./ ][01]?\d[-./ ][0-3]?\d|[0-3]?\d[-./][0-3]?\d[-./](?:19|20)\d\d)(?!\d)/.test(
    written,
  );
}
