/** What the numbers that states give to people look like: one entry for each kind of number. Data and their checks; finding is national-ids.ts'. */

import { isLuhn, isMod11And10, isVerhoeff, remainder, weightedSum } from "./checksums.ts";
import { LETTERED_ID_RULES } from "./lettered-id-rules.ts";

/** Countries whose numbers are known, as ISO 3166 has them in lower case. */
export type NationalIdCountry =
  | ("au" | "be" | "br" | "ca" | "ch" | "cn" | "de" | "dk" | "es" | "fi" | "fr" | "gb")
  | ("in" | "it" | "kr" | "mx" | "nl" | "no" | "pl" | "pt" | "se" | "sg" | "tr" | "us" | "za");

/** A number of digits only. */
export interface DigitIdRule {
  readonly country: NationalIdCountry;
  readonly length: number;
  /** Whether the digits can be such a number: the checksum, and what else is fixed. */
  readonly isValid: (digits: string) => boolean;
  /** How it is grouped. Without an entry: in one group. */
  readonly groupings?: readonly (readonly number[])[];
  /** Written like this it needs no word that says what it is. Default: it always needs one. */
  readonly tellsItself?: RegExp;
  /** What it is called. */
  readonly words: RegExp;
}

/** Of 0 to 10, the check digit that a rest modulo 11 stands for in most schemes. */
function isMod11(digits: string, weights: readonly number[]): boolean {
  const rest = weightedSum(digits, weights) % 11;
  return (rest === 0 ? 0 : 11 - rest) === Number(digits.at(-1));
}

function isDate(month: string, day: string): boolean {
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
}

/** Brazil's two check digits, one after the other. */
function isBrazilian(digits: string, weights: readonly number[]): boolean {
  return [digits.length - 2, digits.length - 1].every((at) => {
    const body = digits.slice(0, at);
    const rest = weightedSum(body, weights.slice(weights.length - at)) % 11;
    return (rest < 2 ? 0 : 11 - rest) === Number(digits.charAt(at));
  });
}

function isSocialSecurityNumber(digits: string): boolean {
  return !/^(?:000|666|9)|^...00|0000$/.test(digits);
}

/** Of a tax payer without a social security number. */
function isTaxpayerNumber(digits: string): boolean {
  return /^9..(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(digits);
}

/** One digit is there twice or three times, and not thrice in a row: none is in a number of a serial. */
function isGermanTaxId(digits: string): boolean {
  const counts = [..."0123456789"].map((digit) => digits.slice(0, 10).split(digit).length - 1);
  const most = Math.max(...counts);
  return !digits.startsWith("0") && (most === 2 || most === 3) && isMod11And10(digits);
}

function isFrench(digits: string): boolean {
  return (
    /^[1-478]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)/.test(digits) &&
    97 - remainder(digits.slice(0, 13), 97) === Number(digits.slice(13))
  );
}

function isPesel(digits: string): boolean {
  const month = String(Number(digits.slice(2, 4)) % 20);
  return (
    isDate(month, digits.slice(4, 6)) &&
    weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
  );
}

function isPersonnummer(digits: string): boolean {
  const short = digits.slice(-10);
  // 60 is added to the day of who is not registered.
  const day = String(Number(short.slice(4, 6)) % 60);
  return (
    isDate(short.slice(2, 4), day) &&
    isLuhn(short) &&
    (digits.length === 10 || /^(?:18|19|20)/.test(digits))
  );
}

function isBelgian(digits: string): boolean {
  const check = 97 - Number(digits.slice(9));
  return [digits.slice(0, 9), `2${digits.slice(0, 9)}`].some(
    (body) => remainder(body, 97) === check,
  );
}

function isNorwegian(digits: string): boolean {
  return (
    isMod11(digits.slice(0, 10), [3, 7, 6, 1, 8, 9, 4, 5, 2]) &&
    isMod11(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) &&
    isDate(String(Number(digits.slice(2, 4)) % 40), String(Number(digits.slice(0, 2)) % 40))
  );
}

function isChinese(digits: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return (
    isDate(digits.slice(10, 12), digits.slice(12, 14)) &&
    /^(?:19|20)/.test(digits.slice(6)) &&
    "10X98765432"[weightedSum(digits, weights) % 11] === digits.charAt(17)
  );
}

function isTurkish(digits: string): boolean {
  const odd = weightedSum(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weightedSum(digits, [0, 1, 0, 1, 0, 1, 0, 1]);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return (
    !digits.startsWith("0") &&
    tenth === Number(digits.charAt(9)) &&
    (odd + even + tenth) % 10 === Number(digits.charAt(10))
  );
}

const SWEDISH = /personn?\s?(?:ummer|r\b)|pers\.?\s?nr|samordningsnummer|swedish|svensk/i;
const BRAZILIAN = /\bcpf\b|cadastro de pessoas/i;
const AFRICAN = /\bid\b|identity|south african/i;

export const DIGIT_ID_RULES: readonly DigitIdRule[] = [
  {
    country: "us",
    length: 9,
    isValid: isSocialSecurityNumber,
    groupings: [[3, 2, 4]],
    tellsItself: /^\d{3}-\d{2}-\d{4}$/,
    words: /\bssn|\bss#|social(?:\s|_|-)?(?:security|insurance)|\bsocial\b|socialsecurity/i,
  },
  {
    country: "us",
    length: 9,
    isValid: isTaxpayerNumber,
    groupings: [[3, 2, 4]],
    words: /\bitin\b|taxpayer id/i,
  },
  {
    country: "gb",
    length: 10,
    isValid: (digits) => isMod11(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]),
    groupings: [[3, 3, 4]],
    words: /\bnhs\b/i,
  },
  {
    country: "de",
    length: 11,
    isValid: isGermanTaxId,
    groupings: [[2, 3, 3, 3]],
    tellsItself: /^\d\d \d{3} \d{3} \d{3}$/,
    words: /steuer|\bid-?nr|identifikationsnummer|tax[\s-]?(?:id|number|no)|\btin\b/i,
  },
  {
    country: "fr",
    length: 15,
    isValid: isFrench,
    groupings: [
      [1, 2, 2, 2, 3, 3, 2],
      [13, 2],
    ],
    tellsItself: /./,
    words: /s[ée]cu|\bnir\b/i,
  },
  {
    country: "nl",
    length: 9,
    isValid: (digits) =>
      weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 && !/^0{9}$/.test(digits),
    groupings: [
      [4, 2, 3],
      [3, 3, 3],
    ],
    words: /\bbsn|burger\s?service|sofi[\s-]?n/i,
  },
  {
    country: "be",
    length: 11,
    isValid: isBelgian,
    groupings: [[2, 2, 2, 3, 2]],
    tellsItself: /^\d\d\.\d\d\.\d\d-\d{3}\.\d\d$/,
    words: /rijksregister|registre national|nationaal nummer|\bniss\b|\binsz\b|national register/i,
  },
  { country: "pl", length: 11, isValid: isPesel, words: /pesel/i },
  {
    country: "br",
    length: 11,
    isValid: (digits) =>
      !/^(\d)\1+$/.test(digits) && isBrazilian(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]),
    groupings: [[3, 3, 3, 2]],
    tellsItself: /^\d{3}\.\d{3}\.\d{3}-\d\d$/,
    words: BRAZILIAN,
  },
  {
    country: "br",
    length: 14,
    isValid: (digits) => isBrazilian(digits, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]),
    groupings: [[2, 3, 3, 4, 2]],
    tellsItself: /^\d\d\.\d{3}\.\d{3}\/\d{4}-\d\d$/,
    words: /cnpj/i,
  },
  {
    country: "in",
    length: 12,
    isValid: (digits) => /^[2-9]/.test(digits) && isVerhoeff(digits),
    groupings: [[4, 4, 4]],
    words: /a+dh?aar?|\buid(?:ai)?\b|आधार/i,
  },
  {
    country: "se",
    length: 10,
    isValid: isPersonnummer,
    groupings: [[6, 4]],
    tellsItself: /^[3-9]\d{5}[-+]\d{4}$/,
    words: SWEDISH,
  },
  {
    country: "se",
    length: 12,
    isValid: isPersonnummer,
    groupings: [[8, 4]],
    tellsItself: /^(?:19|200)\d+-\d{4}$/,
    words: SWEDISH,
  },
  {
    country: "dk",
    length: 10,
    isValid: (digits) => isDate(digits.slice(2, 4), digits.slice(0, 2)),
    groupings: [[6, 4]],
    words: /\bcpr\b|personnummer/i,
  },
  {
    country: "no",
    length: 11,
    isValid: isNorwegian,
    groupings: [[6, 5]],
    words: /f[øo]dselsnummer|personnummer|\bd-nummer|\bfnr\b/i,
  },
  {
    country: "ch",
    length: 13,
    isValid: (digits) =>
      /^756/.test(digits) &&
      weightedSum(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
    groupings: [[3, 4, 4, 2]],
    tellsItself: /^756\./,
    words: /\bahv|\bavs\b|sozialvers|social security/i,
  },
  {
    country: "pt",
    length: 9,
    isValid: (digits) =>
      /^[1235689]/.test(digits) &&
      [0, 10, 11].includes(11 - (weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11))
        ? digits.endsWith("0")
        : 11 - (weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11) === Number(digits.at(-1)),
    groupings: [[3, 3, 3]],
    words: /\bnif\b|contribuinte/i,
  },
  {
    country: "ca",
    length: 9,
    isValid: (digits) => /^[0-79]/.test(digits) && isLuhn(digits),
    groupings: [[3, 3, 3]],
    words: /\bSIN\b|\bsin\s?(?:is|number|no|#|:|=)|social insurance|assurance sociale|\bNAS\b/,
  },
  {
    country: "au",
    length: 9,
    isValid: (digits) => weightedSum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
    groupings: [[3, 3, 3]],
    words: /\btfn\b|tax file/i,
  },
  {
    country: "cn",
    length: 18,
    isValid: isChinese,
    groupings: [[6, 8, 4]],
    tellsItself: /./,
    words: /身份证/,
  },
  { country: "tr", length: 11, isValid: isTurkish, words: /\bt\.?c\.?\b|kimlik|\btckn\b/i },
  {
    country: "kr",
    length: 13,
    isValid: (digits) =>
      isDate(digits.slice(2, 4), digits.slice(4, 6)) &&
      /^.{6}[1-8]/.test(digits) &&
      (11 - (weightedSum(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 ===
        Number(digits.at(-1)),
    groupings: [[6, 7]],
    tellsItself: /^\d{6}-\d{7}$/,
    words: /주민등록번호|resident registration|\brrn\b/i,
  },
  {
    country: "za",
    length: 13,
    isValid: (digits) =>
      isDate(digits.slice(2, 4), digits.slice(4, 6)) &&
      /[01][89]\d$/.test(digits) &&
      isLuhn(digits),
    groupings: [
      [6, 4, 3],
      [6, 4, 2, 1],
    ],
    words: AFRICAN,
  },
];

export const NATIONAL_ID_COUNTRIES: ReadonlySet<string> = new Set(
  [...DIGIT_ID_RULES, ...LETTERED_ID_RULES].map(({ country }) => country),
);
