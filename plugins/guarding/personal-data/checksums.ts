/** The check digits that numbers of people, cards and accounts carry. All take plain digits, without separators. */

/** ISO/IEC 7812: payment cards, and many national ids. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = valueAt(digits, digits.length - 1 - at);
    const doubled = at % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** The sum of the digits, each times its weight. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * valueAt(digits, at), 0);
}

/** The rest of a number of any length. */
export function remainder(digits: string, divisor: number): number {
  let rest = 0;
  for (let at = 0; at < digits.length; at++) rest = (rest * 10 + valueAt(digits, at)) % divisor;
  return rest;
}

/** ISO 13616: letters, in either case, count as two digits, the first four characters go last. */
export function isIbanChecksum(iban: string): boolean {
  let rest = 0;
  for (let at = 0; at < iban.length; at++) {
    const code = iban.charCodeAt((at + 4) % iban.length);
    // From A, 10, on.
    const value = code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** ISO/IEC 7064, MOD 11,10: the German tax id. */
export function isMod11And10(digits: string): boolean {
  let product = 10;
  for (let at = 0; at < digits.length - 1; at++) {
    const sum = (valueAt(digits, at) + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - product) % 10 === valueAt(digits, digits.length - 1);
}

const PERMUTED = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** Verhoeff's: Aadhaar. */
export function isVerhoeff(digits: string): boolean {
  let check = 0;
  for (let at = 0; at < digits.length; at++) {
    let digit = valueAt(digits, digits.length - 1 - at);
    for (let round = 0; round < at % 8; round++) digit = PERMUTED[digit] ?? 0;
    check = multiplyInD5(check, digit);
  }
  return check === 0;
}

/** Symmetries of a pentagon, one after the other: 0 to 4 turn it, 5 to 9 also flip it. */
function multiplyInD5(one: number, other: number): number {
  if (one < 5) return other < 5 ? (one + other) % 5 : 5 + ((one + other) % 5);
  return other < 5 ? 5 + ((one - other) % 5) : (one - other + 5) % 5;
}

function valueAt(digits: string, at: number): number {
  return digits.charCodeAt(at) - 0x30;
}
