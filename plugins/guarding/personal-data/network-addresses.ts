/** Finds the addresses of devices: IPv4, IPv6 and MAC. */

import { isIPv6 } from "node:net";
import type { Span } from "../overlap.ts";
import { MARKS } from "./digit-marks.ts";
import { matchesNear, type DigitText } from "./digit-text.ts";
import { hasLetters, standsNear } from "./surroundings.ts";

/** Looked up once: where globals belong to a sandbox, each look takes longer than what is worked out. */
const { max } = Math;

const DOT = "(?:\\.|\\[\\.\\]|\\(\\.\\)| ?\\[dot\\] ?)";
const IPV4 = new RegExp(`(?<![\\w.])\\d{1,3}(?:${DOT}\\d{1,3}){3}(?![\\w]|\\.\\d)`, "gi");
/** Nobody's device: this one, any, all, and masks. */
const NOBODYS = /^(?:127\.|0\.|255\.)|^169\.254\.0\.0$/;
const ADDRESS_WORDS =
  /\bip(?:v4)?s?\b|address|adresse|dirección|indirizzo|\bhost\b|server|\bping\b|\bdns\b|\bsubnet\b|gateway|\bssh\b|client|login|logged in|connect|\bfrom\b|x-(?:forwarded|real)|remote|firewall/i;
/** In lower case: quicker than a pattern that knows both. */
const VERSION_WORDS =
  /(?:\bv|version|\bver\.?|release|firmware|build|driver|update|upgraded?|assembly|section|chapter|clause|§|paragraph|\brev\.?|\bsdk|package|patch|kernel|api)\W{0,3}$|(?:version|release|firmware|driver|section)\W{1,3}(?:\p{L}{1,12}\W{1,2}){0,2}$/u;
/** A name or an operator of a package manager stands in front. */
const VERSION_SIGN = /(?:[\w)]\/|[\w]-|==|[<>^~]=?|@v?|\bv\.? ?)$/i;

export function findIps(digits: DigitText): readonly Span[] {
  return [...findIpv4(digits), ...findIpv6(digits)];
}

function findIpv4(digits: DigitText): readonly Span[] {
  const found: Span[] = [];
  const place = { margin: 16, mark: MARKS.dotBehind };
  for (const { span, match } of matchesNear(digits, { ...place, patterns: [IPV4] })) {
    if (isIpv4(digits.text, span, match[0].replaceAll(/[^\d.]/g, ""))) found.push(span);
  }
  return found;
}

function isIpv4(text: string, span: Span, ip: string): boolean {
  const parts = ip.split(".");
  if (
    parts.length !== 4 ||
    !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  ) {
    return false;
  }
  const before = text.slice(max(0, span.start - 30), span.start);
  const after = text.slice(span.end, span.end + 10);
  if (
    NOBODYS.test(ip) ||
    (hasLetters(before) && VERSION_WORDS.test(before.toLowerCase())) ||
    /^(?:-(?:rc|alpha|beta|dev|snap)|\s(?:release|build|version|update))/i.test(after)
  )
    return false;
  if (VERSION_SIGN.test(before) && !/:\/\/$|\b\w+@$/.test(before)) return false;
  // Versions and numbers of sections are small: without a word for an address, such a thing is one of those.
  if (parts.some((part) => part.length === 3) || ip.startsWith("10.")) return true;
  if (/^(?::\d{2,5}\b|\/\d{1,2}\b)/.test(after)) return true;
  return standsNear(text, span, ADDRESS_WORDS, { before: 30, after: 24 });
}

const LONGEST_IPV6 = 45;
const HEXADECIMAL = Uint8Array.from({ length: 128 }, (_, code) =>
  /[0-9a-f:.]/i.test(String.fromCharCode(code)) ? 1 : 0,
);
/** The parts of the space that are given to devices. */
const GIVEN_OUT = /^(?:[23][0-9a-f]{3}:|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|64:ff9b:|::ffff:\d)/i;

/** From one colon to the next: a text has few. */
function findIpv6({ text }: DigitText): readonly Span[] {
  const found: Span[] = [];
  let from = 0;
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", max(from, at + 1))) {
    let start = at;
    while (start > from && HEXADECIMAL[text.charCodeAt(start - 1)] === 1) start--;
    let end = at + 1;
    while (end < text.length && HEXADECIMAL[text.charCodeAt(end)] === 1) end++;
    from = end;
    const span = trimmed(text, start, end);
    if (span !== undefined && isGivenOut(text, span)) found.push(span);
  }
  return found;
}

/** A full stop or a colon behind it is the sentence's. */
function trimmed(text: string, start: number, end: number): Span | undefined {
  if (end - start > LONGEST_IPV6 + 2) return undefined;
  let last = end;
  while (last > start && /[.:]/.test(text.charAt(last - 1)) && text.slice(last - 2, last) !== "::")
    last--;
  // `ip:2001:db8::1`
  const first = text.charAt(start) === ":" && text.charAt(start + 1) !== ":" ? start + 1 : start;
  return last - first > 3 ? { start: first, end: last } : undefined;
}

function isGivenOut(text: string, { start, end }: Span): boolean {
  const ip = text.slice(start, end);
  if (
    !GIVEN_OUT.test(ip) ||
    /[\p{L}\p{N}_]/u.test(text.charAt(start - 1)) ||
    /\w/.test(text.charAt(end))
  )
    return false;
  return isIPv6(ip);
}

const PAIR = "[0-9a-f]{2}";
const MACS = [
  new RegExp(
    `(?<![0-9a-z:-]|[0-9a-z][.])${PAIR}([:-])${PAIR}(?:\\1${PAIR}){4}(?![0-9a-z]|[:-][0-9a-z])`,
    "gi",
  ),
  /(?<![0-9a-z.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![0-9a-z]|\.[0-9a-z])/gi,
];
/** Only beside a word for it: other things are written so. */
const BARE_MACS = [
  /(?<![0-9a-z-])[0-9a-f]{12}(?![0-9a-z-])/gi,
  new RegExp(`(?<![0-9a-z])${PAIR}(?: ${PAIR}){5}(?![0-9a-z])`, "gi"),
];
const MAC_WORDS = /\bmac\b|hwaddr|hw address|hardware address|ethernet|bssid|physical address/i;
/** Quick, for texts that have none of them. */
const MAY_NAME_MAC = /mac|hwaddr|hw addr|hardware addr|ethernet|bssid|physical addr/i;
const NO_DEVICE = /^(?:0{12}|f{12})$/i;

export function findMacs(digits: DigitText): readonly Span[] {
  const near = { margin: 20, mark: MARKS.joined, patterns: MACS };
  const found = [...matchesNear(digits, near)]
    // Twelve digits in three groups of four are any number: a card's, a form's.
    .filter(({ span, match }) => /[a-f:]/i.test(match[0]) || isNamedMac(digits.text, span));
  const nearBare = { margin: 20, mark: MARKS.bareBehind, patterns: BARE_MACS };
  const bare = MAY_NAME_MAC.test(digits.text)
    ? [...matchesNear(digits, nearBare)].filter(({ span }) => isNamedMac(digits.text, span))
    : [];
  return [...found, ...bare]
    .filter(({ match }) => !NO_DEVICE.test(match[0].replaceAll(/[^0-9a-f]/gi, "")))
    .map(({ span }) => span);
}

function isNamedMac(text: string, span: Span): boolean {
  return standsNear(text, span, MAC_WORDS, { before: 30, after: 20 });
}
