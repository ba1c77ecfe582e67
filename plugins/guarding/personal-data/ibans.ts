/** Finds the numbers of bank accounts that are IBANs, however they are spaced. */

import type { Span } from "../overlap.ts";
import { isIbanChecksum } from "./checksums.ts";
import { matchesIn, SEPARATOR, type DigitText } from "./digit-text.ts";
import { IBAN_LENGTHS } from "./iban-lengths.ts";

/** Two letters, two digits: the rest is counted, as each country's length is known. */
const BEGINNING = new RegExp(
  `(?<![a-z0-9])[a-z]${SEPARATOR}[a-z]${SEPARATOR}[0-9]${SEPARATOR}[0-9]`,
  "gi",
);
const ALPHANUMERIC = /^[a-z0-9]$/i;
const MOST_SEPARATORS = 2;
const SEPARATORS = new RegExp(`^${SEPARATOR}$`);

export function findIbans(digits: DigitText): readonly Span[] {
  const found: Span[] = [];
  for (const { span } of matchesIn(digits, 8, BEGINNING)) {
    const end = endOfIban(digits.text, span.start);
    if (end !== undefined) found.push({ start: span.start, end });
  }
  return found;
}

/** Where the IBAN ends that begins at `start`. `undefined`: none begins there. */
function endOfIban(text: string, start: number): number | undefined {
  let iban = "";
  let length = 4;
  let separators = 0;
  let at = start;
  for (; iban.length < length; at++) {
    const character = text.charAt(at);
    if (ALPHANUMERIC.test(character)) {
      iban += character.toUpperCase();
      separators = 0;
      if (iban.length === 2) length = IBAN_LENGTHS[iban] ?? 0;
    } else if (++separators > MOST_SEPARATORS || !SEPARATORS.test(character) || character === "") {
      return undefined;
    }
  }
  if (length === 0 || ALPHANUMERIC.test(text.charAt(at)) || !isIbanChecksum(iban)) return undefined;
  return at;
}
