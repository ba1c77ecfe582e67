/** What the numbers that states give to people look like: one entry for each kind of number. Data and their checks; finding is national-ids.ts'. */

import { isLuhn, isVerhoeff, weightedSum } from "./checksums.ts";
import { LETTERED_ID_RULES } from "./lettered-id-rules.ts";
import {
  isDate,
  isBelgian,
  isBrazilian,
  isChinese,
  isFrench,
  isGermanTaxId,
  isKorean,
  isKoreanBirth,
  isMod11,
  isNorwegian,
  isPersonnummer,
  isPesel,
  isPortuguese,
  isSocialSecurityNumber,
  isSouthAfrican,
  isSwiss,
  isTaxpayerNumber,
  isTurkish,
} from "./national-id-checks.ts";

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

const SWEDISH = /personn?\s?(?:ummer|r\b)|pers\.?\s?nr|samordningsnummer|swedish|svensk/i;
const BRAZILIAN = /\bcpf\b|cadastro de pessoas/i;
const KOREAN = /주민등록번호|resident registration|\brrn\b/i;
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
    isValid: isSwiss,
    groupings: [[3, 4, 4, 2]],
    tellsItself: /^756\./,
    words: /\bahv|\bavs\b|sozialvers|social security/i,
  },
  {
    country: "pt",
    length: 9,
    isValid: isPortuguese,
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
    isValid: isKorean,
    groupings: [[6, 7]],
    tellsItself: /^\d{6}-\d{7}$/,
    words: KOREAN,
  },
  { country: "kr", length: 13, isValid: isKoreanBirth, groupings: [[6, 7]], words: KOREAN },
  {
    country: "za",
    length: 13,
    isValid: isSouthAfrican,
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
