/** Finds postal addresses: a street and a number, with a postcode or a town behind them. */

import type { Span } from "../overlap.ts";
import { matchesIn, type DigitText } from "./digit-text.ts";
import {
  CONTINENTAL_TOWN,
  ENGLISH_CODES,
  FRENCH_STREETS,
  STREET_BEGINNINGS,
  STREET_ENDS,
  STREET_SUFFIXES,
} from "./street-words.ts";

/** Street and number, and what has to follow, within so many characters. */
interface AddressForm {
  /** Global. Its quantifiers are bounded, and what follows each is of another class. */
  readonly head: RegExp;
  /** The end of the address, looked for behind the head. */
  readonly tails: readonly RegExp[];
}

const WORD = "[\\p{L}\\p{N}'’.-]{1,24}";
const NUMBER = "\\d{1,4}(?:\\s?[a-z](?![\\p{L}]))?(?:[-/]\\d{1,4})?";

/** Up to two parts, a floor or a flat, a district, a line break. */
const WITHIN = "[\\p{L}\\p{N}\\s,.;:#'’\"º°ª/()-]";
/** Between a number and a code is a comma, a line break, or a flat. */
const CONTINENTAL_TAIL = new RegExp(
  `^(?=[\\s,;.]|[^\\p{L}])${WITHIN}{0,30}?[\\s,;-]{1,3}${CONTINENTAL_TOWN}`,
  "u",
);
const ENGLISH_TAIL = new RegExp(`^${WITHIN}{0,70}?(?<![\\p{L}\\d])(?:${ENGLISH_CODES})`, "iu");
const TOWN_TAIL =
  /^,\s{1,2}\p{Lu}\p{Ll}[\p{L}'’-]{1,30}(?: \p{Lu}[\p{L}'’-]{1,30}){0,2}(?! ?\p{Ll})/u;
const TOWN_AT_END_TAIL =
  /^,\s{1,2}\p{Lu}\p{Ll}[\p{L}'’-]{1,30}(?: \p{Lu}[\p{L}'’-]{1,30}){0,2}(?=[\s.,!?]|$)/u;

const FORMS: readonly AddressForm[] = [
  {
    head: new RegExp(
      `(?<![\\p{L}\\p{N}.,-])\\d{1,5}[a-z]?\\s(?:${WORD} ){1,4}?(?:${STREET_ENDS})(?![\\p{L}])\\.?`,
      "giu",
    ),
    tails: [ENGLISH_TAIL, TOWN_TAIL, TOWN_AT_END_TAIL],
  },
  {
    head: new RegExp(
      `(?<![\\p{L}])(?:[\\p{L}.-]{1,25} ){0,2}?[\\p{L}-]{2,30}(?:${STREET_SUFFIXES})\\s${NUMBER}`,
      "giu",
    ),
    tails: [CONTINENTAL_TAIL],
  },
  {
    head: new RegExp(`(?<![\\p{L}])(?:${STREET_BEGINNINGS})\\s[^\\d\\n]{2,40}${NUMBER}`, "giu"),
    tails: [CONTINENTAL_TAIL],
  },
  {
    head: new RegExp(
      `(?<![\\p{L}\\p{N}])\\d{1,4}(?:\\s?(?:bis|ter|quater))?,?\\s(?:${FRENCH_STREETS})\\s[^\\d\\n]{2,50}(?=[\\d\\n])`,
      "giu",
    ),
    tails: [new RegExp(`^[\\s]?\\d{5}\\s\\p{Lu}[\\p{L}-]{1,30}`, "u")],
  },
  {
    // A street without a word for it: the code has five digits, and a comma or a line break stands in front of it.
    head: new RegExp(
      `(?<![\\p{L}])\\p{Lu}[\\p{L}.-]{1,25}(?: [\\p{L}.-]{1,25}){0,3} ${NUMBER}(?=[,\\n])`,
      "gu",
    ),
    tails: [/^[,\n]\s{0,2}(?:[A-Z]{1,2}-)?\d{5}\s\p{Lu}\p{Ll}[\p{L}-]{1,30}/u],
  },
  { head: /(?<!\p{L})p\.?\s?o\.?\s?box\s\d{1,6}/giu, tails: [ENGLISH_TAIL, TOWN_TAIL] },
  { head: /〒\s?\d{3}-?\d{4}/gu, tails: [/^\s?\S{2,40}/u] },
];

/** No tail is longer. */
const TAIL = 130;

export function findPostalAddresses(digits: DigitText): readonly Span[] {
  return FORMS.flatMap(({ head, tails }) => {
    const found: Span[] = [];
    for (const { span } of matchesIn(digits, 80, head)) {
      const rest = digits.text.slice(span.end, span.end + TAIL);
      const ends = tails.map((tail) => tail.exec(rest)?.[0].length ?? 0);
      const length = Math.max(...ends);
      if (length > 0) found.push({ start: span.start, end: span.end + length });
    }
    return found;
  });
}
