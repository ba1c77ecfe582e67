/** What the plans of numbers that countries have say of telephone numbers. */

import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from "libphonenumber-js/max";

/** The countries whose numbers are known without `+`, in lower case. */
export type PhoneCountry = Lowercase<CountryCode>;

export const DEFAULT_PHONE_COUNTRIES: readonly PhoneCountry[] = [
  "us",
  "gb",
  "de",
  "fr",
  "es",
  "it",
  "nl",
  "be",
  "at",
  "ch",
  "se",
  "pl",
  "pt",
  "ie",
  "au",
  "in",
  "br",
  "jp",
  "cn",
];

export function isPhoneCountry(country: string): boolean {
  return country === country.toLowerCase() && isSupportedCountry(country.toUpperCase());
}

/** `0` in front of the number is dialled within the country: without it, such digits are anything. */
const TRUNK_ZERO = new Set([
  "gb",
  "de",
  "fr",
  "nl",
  "be",
  "at",
  "ch",
  "se",
  "ie",
  "au",
  "jp",
  "nz",
  "fi",
  "za",
  "tr",
  "ro",
  "ua",
  "il",
  "kr",
  "tw",
  "id",
  "th",
  "eg",
]);

/**
 * How often the plans are asked for one text. Each time takes a twentieth of a millisecond; a text with more candidates is
 * a list of numbers or made to be slow: what is left is believed, as it looks like numbers.
 */
const MOST_QUESTIONS = 500;

/** What countries say of numbers. */
export class NumberPlans {
  readonly #countries: readonly PhoneCountry[];
  readonly #known = new Map<string, boolean>();
  #questions = 0;

  constructor(countries: readonly PhoneCountry[]) {
    this.#countries = countries;
  }

  /** A number of the right length that is nobody's is believed where a word says that it is one. */
  knowsInternational(number: string, isNamed: boolean): boolean {
    return this.#ask(`${number} ${isNamed}`, () => {
      const parsed = this.#parse(number);
      if (parsed === undefined) return false;
      return parsed.isValid() || FICTIONAL.test(number) || (isNamed && parsed.isPossible());
    });
  }

  knowsNational(digits: string, isNamed: boolean): boolean {
    const hasZero = digits.startsWith("0");
    return this.#ask(`${digits} ${isNamed}`, () =>
      this.#countries.some((country) => {
        // Italy's own numbers begin with it.
        if (hasZero !== TRUNK_ZERO.has(country) && !(hasZero && country === "it")) return false;
        const parsed = this.#parse(digits, country);
        if (parsed?.country !== country.toUpperCase())
          return isNamed && isFictional(digits, country);
        return parsed.isValid() || (isNamed && isFictional(digits, country));
      }),
    );
  }

  #ask(question: string, answer: () => boolean): boolean {
    const known = this.#known.get(question) ?? (this.#questions >= MOST_QUESTIONS || answer());
    this.#known.set(question, known);
    return known;
  }

  #parse(number: string, country?: PhoneCountry): PhoneNumber | undefined {
    this.#questions += 1;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The upper case of a code's lower case.
    return parsePhoneNumberFromString(number, country?.toUpperCase() as CountryCode | undefined);
  }
}

/** Of the British and the French authority. The American range counts as valid. */
const FICTIONAL = /^\+(?:447700900\d{3}|33(?:19900|63998)\d{4})$/;
/** Ranges that authorities keep for films are written like numbers and are nobody's: who writes one means a number. */
function isFictional(digits: string, country: PhoneCountry): boolean {
  const prefix = country === "gb" ? "+44" : country === "fr" ? "+33" : undefined;
  return prefix !== undefined && FICTIONAL.test(digits.replace(/^0/, prefix));
}
