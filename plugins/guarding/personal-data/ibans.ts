/** Finds the numbers of bank accounts that are IBANs, however they are spaced. */

import type { Span } from "../overlap.ts";
import { isIbanChecksum } from "./checksums.ts";
import { MOST_SEPARATORS, SEPARATORS, type DigitText } from "./digit-text.ts";
import { IBAN_LENGTHS } from "./iban-lengths.ts";

const ALPHANUMERIC = /^[a-z0-9]$/i;

export function findIbans({ text, starts }: DigitText): readonly Span[] {
  const found: Span[] = [];
  for (const digit of starts) {
    const start = startOfIban(text, digit);
    const end = start === undefined ? undefined : endOfIban(text, start);
    if (start !== undefined && end !== undefined) found.push({ start, end });
  }
  return found;
}

/** Two letters stand in front of the first digit, and no other. */
function startOfIban(text: string, digit: number): number | undefined {
  const second = letterBefore(text, digit);
  const first = second === undefined ? undefined : letterBefore(text, second);
  if (first === undefined || ALPHANUMERIC.test(text.charAt(first - 1))) return undefined;
  return first;
}

function letterBefore(text: string, end: number): number | undefined {
  let at = end - 1;
  while (at > end - 2 - MOST_SEPARATORS && SEPARATORS.has(text.charAt(at))) at--;
  const code = text.charCodeAt(at) | 0x20;
  return code >= 0x61 && code <= 0x7a ? at : undefined;
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
    } else if (++separators > MOST_SEPARATORS || !SEPARATORS.has(character)) {
      return undefined;
    }
  }
  if (length === 0 || ALPHANUMERIC.test(text.charAt(at)) || !isIbanChecksum(iban)) return undefined;
  return at;
}
