/** Finds personal data: addresses and numbers of people, their cards, accounts and devices, and what the user's own patterns say. */

import { PluginError, type CheckGuardrail, type Finding } from "../contract.ts";
import { readGuardOptions, type GuardOptions } from "../guarding/guard-options.ts";
import { normalisedContent } from "../guarding/normalised-content.ts";
import { withoutOverlaps, type Span } from "../guarding/overlap.ts";
import { compileOwnPatterns } from "../guarding/own-patterns.ts";
import { findBirthDates } from "../guarding/personal-data/dates-of-birth.ts";
import { readDigits, type DigitText } from "../guarding/personal-data/digit-text.ts";
import { findEmails } from "../guarding/personal-data/emails.ts";
import { findIbans } from "../guarding/personal-data/ibans.ts";
import { nationalIdFinder } from "../guarding/personal-data/national-ids.ts";
import {
  NATIONAL_ID_COUNTRIES,
  type NationalIdCountry,
} from "../guarding/personal-data/national-id-rules.ts";
import { findIps, findMacs } from "../guarding/personal-data/network-addresses.ts";
import { findPaymentCards } from "../guarding/personal-data/payment-cards.ts";
import { isPhoneCountry, type PhoneCountry } from "../guarding/personal-data/number-plans.ts";
import { phoneFinder } from "../guarding/personal-data/phones.ts";
import { findPostalAddresses } from "../guarding/personal-data/postal-addresses.ts";

export type PiiKind =
  | ("email" | "phone" | "payment-card" | "iban" | "national-id")
  | ("ip" | "mac" | "postal-address" | "date-of-birth");

/** Options of {@link pii}. All are optional. */
export interface PiiOptions extends GuardOptions {
  /** What it looks for, beside the user's own patterns. Default: every kind. */
  readonly kinds?: readonly PiiKind[];
  /** Countries whose telephone numbers are found without `+`, such as `["us", "de"]`. Default: 19 countries, see the docs. */
  readonly countries?: readonly PhoneCountry[];
  /** Countries whose national ids are found. Default: all that are known. */
  readonly nationalIds?: readonly NationalIdCountry[];
  /** The user's own kinds: patterns in RE2's syntax, such as `{ "customer-number": "K-[0-9]{6}" }`. */
  readonly patterns?: Readonly<Record<string, string>>;
}

interface KindRule {
  readonly severity: Finding["severity"];
  /** Of two findings at the same place, the one that ranks higher stays: a checksum says more than a form. */
  readonly rank: number;
}

const KINDS: Readonly<Record<PiiKind, KindRule>> = {
  "payment-card": { severity: "high", rank: 2 },
  iban: { severity: "high", rank: 2 },
  "national-id": { severity: "high", rank: 2 },
  "date-of-birth": { severity: "medium", rank: 1 },
  email: { severity: "medium", rank: 1 },
  "postal-address": { severity: "medium", rank: 1 },
  mac: { severity: "low", rank: 1 },
  ip: { severity: "low", rank: 1 },
  phone: { severity: "medium", rank: 0 },
};
const OWN: KindRule = { severity: "medium", rank: 3 };

/** The longest that is found by itself is a postal address; the rest is for what hides it, such as invisible characters. */
const WINDOW_CHARACTERS = 1024;

interface Found extends Span, KindRule {
  readonly kind: string;
}

type Finder = (digits: DigitText) => readonly Found[];

/**
 * Finds personal data, whatever it is disguised as: spaced, spelled out, encoded, split over messages.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function pii(options: PiiOptions = {}): CheckGuardrail {
  const { patterns = {} } = options;
  const own = compileOwnPatterns("pii", patterns, new Set(Object.keys(KINDS)));
  const finders: readonly Finder[] = [
    ...builtInFinders(options),
    ...own.map(
      (pattern): Finder =>
        (digits) =>
          describe(pattern.kind, OWN, pattern.find(digits.text)),
    ),
  ];
  return {
    id: "pii",
    ...readGuardOptions("pii", options),
    // A user's pattern may match as much as it likes.
    ...(own.length === 0 && { windowChars: WINDOW_CHARACTERS }),
    check(content) {
      const plain = normalisedContent(content);
      const digits = readDigits(plain.text);
      const found = finders.flatMap((find) => find(digits));
      return withoutOverlaps(found, ({ rank }) => rank).map(({ kind, severity, start, end }) => {
        const [originStart, originEnd] = plain.originOf(start, end);
        return { kind, severity, start: originStart, end: originEnd };
      });
    },
  };
}

function builtInFinders({ kinds, countries, nationalIds }: PiiOptions): readonly Finder[] {
  refuseUnknown("kinds", kinds, (kind) => Object.hasOwn(KINDS, kind));
  refuseUnknown("countries", countries, isPhoneCountry);
  refuseUnknown("nationalIds", nationalIds, (country) => NATIONAL_ID_COUNTRIES.has(country));
  const spansOf: Readonly<Record<PiiKind, (digits: DigitText) => readonly Span[]>> = {
    email: findEmails,
    phone: phoneFinder(countries),
    "payment-card": findPaymentCards,
    iban: findIbans,
    "national-id": nationalIdFinder(nationalIds),
    ip: findIps,
    mac: findMacs,
    "postal-address": findPostalAddresses,
    "date-of-birth": findBirthDates,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The keys of our own table.
  const wanted = kinds ?? (Object.keys(KINDS) as PiiKind[]);
  return wanted.map((kind) => (digits) => describe(kind, KINDS[kind], spansOf[kind](digits)));
}

function refuseUnknown(
  option: string,
  values: readonly string[] | undefined,
  isKnown: (value: string) => boolean,
): void {
  const unknown = values?.find((value) => !isKnown(value));
  if (unknown === undefined) return;
  throw new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    `Guardrail "pii": "${unknown}" in "${option}" is not known. See docs/reference/guardrails-pii.md for what is.`,
  );
}

function describe(
  kind: string,
  { severity, rank }: KindRule,
  spans: readonly Span[],
): readonly Found[] {
  // Member by member: a text may hold a hundred thousand, and spreading takes longer than finding.
  return spans.map(({ start, end }) => ({ start, end, kind, severity, rank }));
}
