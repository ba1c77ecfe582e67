/** Whether digits can be a number that a state gives to people: the checksum, and what else is fixed. One function for each kind of number. */

import { isLuhn, isMod11And10, remainder, weightedSum } from "./checksums.ts";

/** Of 0 to 10, the check digit that a rest modulo 11 stands for in most schemes. */
export function isMod11(digits: string, weights: readonly number[]): boolean {
  const rest = weightedSum(digits, weights) % 11;
  return (rest === 0 ? 0 : 11 - rest) === Number(digits.at(-1));
}

export function isDate(month: string, day: string): boolean {
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
}

/** Brazil's two check digits, one after the other. */
export function isBrazilian(digits: string, weights: readonly number[]): boolean {
  return [digits.length - 2, digits.length - 1].every((at) => {
    const body = digits.slice(0, at);
    const rest = weightedSum(body, weights.slice(weights.length - at)) % 11;
    return (rest < 2 ? 0 : 11 - rest) === Number(digits.charAt(at));
  });
}

export function isSocialSecurityNumber(digits: string): boolean {
  return !/^(?:000|666|9)|^...00|0000$/.test(digits);
}

/** Of a tax payer without a social security number. */
export function isTaxpayerNumber(digits: string): boolean {
  return /^9..(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(digits);
}

/** One digit is there twice or three times. A zero in front is of the numbers for tests: who writes one means an id. */
export function isGermanTaxId(digits: string): boolean {
  const counts = Array.from("0123456789", (digit) => digits.slice(0, 10).split(digit).length - 1);
  const most = Math.max(...counts);
  return (most === 2 || most === 3) && isMod11And10(digits);
}

export function isFrench(digits: string): boolean {
  return (
    /^[1-478]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)/.test(digits) &&
    97 - remainder(digits.slice(0, 13), 97) === Number(digits.slice(13))
  );
}

export function isPesel(digits: string): boolean {
  const month = String(Number(digits.slice(2, 4)) % 20);
  return (
    isDate(month, digits.slice(4, 6)) &&
    weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
  );
}

export function isPersonnummer(digits: string): boolean {
  const short = digits.slice(-10);
  // 60 is added to the day of who is not registered.
  const day = String(Number(short.slice(4, 6)) % 60);
  return (
    isDate(short.slice(2, 4), day) &&
    isLuhn(short) &&
    (digits.length === 10 || /^(?:18|19|20)/.test(digits))
  );
}

export function isBelgian(digits: string): boolean {
  const check = 97 - Number(digits.slice(9));
  return [digits.slice(0, 9), `2${digits.slice(0, 9)}`].some(
    (body) => remainder(body, 97) === check,
  );
}

export function isNorwegian(digits: string): boolean {
  return (
    isMod11(digits.slice(0, 10), [3, 7, 6, 1, 8, 9, 4, 5, 2]) &&
    isMod11(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) &&
    isDate(String(Number(digits.slice(2, 4)) % 40), String(Number(digits.slice(0, 2)) % 40))
  );
}

export function isChinese(digits: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return (
    isDate(digits.slice(10, 12), digits.slice(12, 14)) &&
    /^(?:19|20)/.test(digits.slice(6)) &&
    "10X98765432"[weightedSum(digits, weights) % 11] === digits.charAt(17)
  );
}

export function isTurkish(digits: string): boolean {
  const odd = weightedSum(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weightedSum(digits, [0, 1, 0, 1, 0, 1, 0, 1]);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return (
    !digits.startsWith("0") &&
    tenth === Number(digits.charAt(9)) &&
    (odd + even + tenth) % 10 === Number(digits.charAt(10))
  );
}

export function isPortuguese(digits: string): boolean {
  const check = 11 - (weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return /^[1235689]/.test(digits) && (check > 9 ? 0 : check) === Number(digits.at(-1));
}

export function isKorean(digits: string): boolean {
  const rest = weightedSum(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11;
  return isKoreanBirth(digits) && (11 - rest) % 10 === Number(digits.at(-1));
}

/** Numbers that were given since October 2020 have six digits by chance, and no check digit. */
export function isKoreanBirth(digits: string): boolean {
  return isDate(digits.slice(2, 4), digits.slice(4, 6)) && /^.{6}[1-8]/.test(digits);
}

export function isSouthAfrican(digits: string): boolean {
  const isBorn = isDate(digits.slice(2, 4), digits.slice(4, 6));
  return isBorn && /[01][89]\d$/.test(digits) && isLuhn(digits);
}

export function isSwiss(digits: string): boolean {
  const weights = [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1];
  return digits.startsWith("756") && weightedSum(digits, weights) % 10 === 0;
}
