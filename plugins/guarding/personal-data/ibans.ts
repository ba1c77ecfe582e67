/** Finds the numbers of bank accounts that are IBANs, however they are spaced. */

import type { Span } from "../overlap.ts";
import { isIbanChecksum } from "./checksums.ts";
import { MARKS } from "./digit-marks.ts";
import { isSeparator, MOST_SEPARATORS, type DigitText } from "./digit-text.ts";
import { IBAN_LENGTHS } from "./iban-lengths.ts";

export function findIbans({ text, starts, marks }: DigitText): readonly Span[] {
  const found: Span[] = [];
  for (let group = 0; group < starts.length; group++) {
    if (((marks[group] ?? 0) & MARKS.letterInFront) === 0) continue;
    const start = startOfIban(text, starts[group] ?? 0);
    const end = start === undefined ? undefined : endOfIban(text, start);
    if (start !== undefined && end !== undefined) found.push({ start, end });
  }
  return found;
}

/** Two letters stand in front of the first digit, and no other. */
function startOfIban(text: string, digit: number): number | undefined {
  const second = letterBefore(text, digit);
  const first = second === undefined ? undefined : letterBefore(text, second);
  if (first === undefined || isAlphanumeric(text.charCodeAt(first - 1))) return undefined;
  return first;
}

function letterBefore(text: string, end: number): number | undefined {
  let at = end - 1;
  while (at > end - 2 - MOST_SEPARATORS && isSeparator(text.charCodeAt(at))) at--;
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
    const code = text.charCodeAt(at);
    if (isAlphanumeric(code)) {
      iban += text.charAt(at);
      separators = 0;
      if (iban.length === 2) length = IBAN_LENGTHS[iban.toUpperCase()] ?? 0;
    } else if (++separators > MOST_SEPARATORS || !isSeparator(code)) {
      return undefined;
    }
  }
  if (length === 0 || isAlphanumeric(text.charCodeAt(at)) || !isIbanChecksum(iban))
    return undefined;
  return at;
}

function isAlphanumeric(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}
