/** The national ids that have letters in them. */

import { remainder, weightedSum } from "./checksums.ts";
import { SEPARATOR } from "./digit-text.ts";
import type { NationalIdCountry } from "./national-id-rules.ts";

export interface LetteredIdRule {
  readonly country: NationalIdCountry;
  /** Global; separators may stand anywhere. */
  readonly pattern: RegExp;
  /** Whether the characters, in upper case and without separators, can be such a number. */
  readonly isValid: (id: string) => boolean;
  /** Written like this it needs no word that says what it is. */
  readonly tellsItself: RegExp;
  readonly words: RegExp;
}

/** Joins classes of one character each. */
function spaced(...classes: readonly string[]): RegExp {
  return new RegExp(`(?<![a-z0-9])${classes.join(SEPARATOR)}(?![a-z0-9])`, "gi");
}

function times(count: number, one: string): readonly string[] {
  return Array.from({ length: count }, () => one);
}

const DIGIT = "[0-9]";
const LETTER = "[A-Z]";
/** Italy writes letters for digits where two people would share a code. */
const DIGIT_OR_OMOCODE = "[0-9LMNP-V]";
const ALWAYS = /./;
const NEVER = /^(?!)/;

const SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE";

function isSpanish(id: string): boolean {
  const digits = id.slice(0, -1).replace(/^[XYZ]/, (first) => String("XYZ".indexOf(first)));
  return SPANISH[remainder(digits, 23)] === id.at(-1);
}

const ITALIAN_ODD = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

function isItalian(id: string): boolean {
  let sum = 0;
  for (let at = 0; at < 15; at++) {
    const character = id.charAt(at);
    const value = /\d/.test(character) ? Number(character) : id.charCodeAt(at) - 0x41;
    sum += at % 2 === 0 ? (ITALIAN_ODD[value] ?? 0) : value;
  }
  return String.fromCharCode(0x41 + (sum % 26)) === id.at(-1);
}

function isFinnish(id: string): boolean {
  const digits = id.slice(0, 6) + id.slice(-4, -1);
  const month = Number(id.slice(2, 4));
  return (
    month >= 1 &&
    month <= 12 &&
    "0123456789ABCDEFHJKLMNPRSTUVWXY"[remainder(digits, 31)] === id.at(-1)
  );
}

/** The social insurance number: the letter counts as two digits, and each product as the sum of its digits. */
function isGermanInsurance(id: string): boolean {
  const digits =
    id.slice(0, 8) + String(id.charCodeAt(8) - 0x40).padStart(2, "0") + id.slice(9, 11);
  const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
  const sum = weights.reduce((total, weight, at) => {
    const product = weight * Number(digits.charAt(at));
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return sum % 10 === Number(id.at(-1));
}

function isChinese(id: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return /^.{6}(?:19|20)/.test(id) && weightedSum(id, weights) % 11 === 2;
}

/** Corsica's departments are 2A and 2B: they count as 19 and 18. */
function isCorsican(id: string): boolean {
  const digits = id.slice(0, 13).replace("2A", "19").replace("2B", "18");
  return 97 - remainder(digits, 97) === Number(id.slice(13));
}

function isSingaporean(id: string): boolean {
  const offset = { S: 0, F: 0, T: 4, G: 4, M: 3 }[id.charAt(0)] ?? 0;
  const rest = (weightedSum(id.slice(1, 8), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
  if (id.startsWith("M")) return "KLJNPQRTUWX"[10 - rest] === id.at(-1);
  return (/^[ST]/.test(id) ? "JZIHGFEDCBA" : "XWUTRQPNMLK")[rest] === id.at(-1);
}

function isMexican(id: string): boolean {
  const alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";
  let sum = 0;
  for (let at = 0; at < 17; at++) sum += alphabet.indexOf(id.charAt(at)) * (18 - at);
  return (10 - (sum % 10)) % 10 === Number(id.at(-1));
}

export const LETTERED_ID_RULES: readonly LetteredIdRule[] = [
  {
    // QQ is nobody's: it is in every example, and who writes one means a number.
    country: "gb",
    pattern: spaced("[A-CEGHJ-TW-Z]", "[A-CEGHJ-NP-TW-Z]", ...times(6, DIGIT), "[A-D]"),
    isValid: (id) => !/^(?:BG|GB|NK|KN|TN|NT|ZZ)/.test(id),
    tellsItself: /^[A-Z]{2} \d\d \d\d \d\d [A-D]$/,
    words: /national insurance|\bni(?:no)?\b|insurance n/i,
  },
  {
    country: "es",
    pattern: spaced(...times(8, DIGIT), LETTER),
    isValid: isSpanish,
    tellsItself: ALWAYS,
    words: /\bdni\b/i,
  },
  {
    country: "es",
    pattern: spaced("[XYZ]", ...times(7, DIGIT), LETTER),
    isValid: isSpanish,
    tellsItself: ALWAYS,
    words: /\bnie\b/i,
  },
  {
    country: "it",
    isValid: isItalian,
    tellsItself: ALWAYS,
    words: /codice fiscale/i,
    pattern: spaced(
      ...times(6, LETTER),
      ...times(2, DIGIT_OR_OMOCODE),
      "[A-EHLMPRST]",
      ...times(2, DIGIT_OR_OMOCODE),
      LETTER,
      ...times(3, DIGIT_OR_OMOCODE),
      LETTER,
    ),
  },
  {
    country: "fi",
    pattern: /(?<![a-z0-9])\d{6}[-+A-FU-Y\u2013]\d{3}[0-9A-Y](?![a-z0-9])/gi,
    isValid: isFinnish,
    tellsItself: ALWAYS,
    words: /hetu/i,
  },
  {
    country: "de",
    pattern: spaced(...times(8, DIGIT), LETTER, ...times(3, DIGIT)),
    isValid: isGermanInsurance,
    tellsItself: ALWAYS,
    words: /versicherung/i,
  },
  {
    country: "cn",
    pattern: spaced(...times(17, DIGIT), "X"),
    isValid: isChinese,
    tellsItself: ALWAYS,
    words: /身份证/,
  },
  {
    country: "fr",
    pattern: spaced("[12]", ...times(4, DIGIT), "2", "[AB]", ...times(8, DIGIT)),
    isValid: isCorsican,
    tellsItself: ALWAYS,
    words: /\bnir\b/i,
  },
  {
    country: "sg",
    pattern: spaced("[STFGM]", ...times(7, DIGIT), LETTER),
    isValid: isSingaporean,
    tellsItself: ALWAYS,
    words: /nric|\bfin\b/i,
  },
  {
    country: "mx",
    pattern: spaced(
      ...times(4, LETTER),
      ...times(6, DIGIT),
      "[HMX]",
      ...times(5, LETTER),
      "[A-Z0-9]",
      DIGIT,
    ),
    isValid: isMexican,
    tellsItself: ALWAYS,
    words: /curp/i,
  },
  {
    country: "in",
    pattern: spaced(...times(3, LETTER), "[ABCFGHLJPT]", LETTER, ...times(4, DIGIT), LETTER),
    isValid: () => true,
    tellsItself: NEVER,
    words: /\bpan\b|permanent account/i,
  },
];
