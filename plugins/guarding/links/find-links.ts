/** Finds what a reader, a mail program or a browser would follow or fetch, with the host that it leads to. */

import type { Span } from "../overlap.ts";
import { readAddressEnds, readAuthority, type AddressEnds } from "./address.ts";
import { findBareDomains } from "./bare-domains.ts";

/** `"script"`: runs code where it is opened. */
export type FoundLink = Span &
  (
    | { readonly type: "host"; readonly host: string; readonly hasUser: boolean }
    | { readonly type: "script" }
  );

/** In no order, and some of them twice. */
export function findLinks(text: string, withBareDomains: boolean): readonly FoundLink[] {
  const endOf = readAddressEnds(text);
  const addresses = findAddresses(text, endOf);
  // Joined at once: each may have a hundred thousand.
  return addresses.concat(
    findTargets(text, endOf),
    findScripts(text, endOf),
    findMail(text),
    withBareDomains ? findBare(text, addresses, endOf) : [],
  );
}

const WEB_SCHEME = /(?<![a-z0-9+])(?:https?|wss?|ftps?|sftp|gopher):$/i;
const SLASHES = /[/\\]{1,8}/y;

/** `https://…` wherever it stands; browsers take any slashes. */
function findAddresses(text: string, endOf: AddressEnds): readonly FoundLink[] {
  const found: FoundLink[] = [];
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", at + 1)) {
    const next = text.charAt(at + 1);
    if (next !== "/" && next !== "\\") continue;
    const before = text.slice(max(0, at - 8), at + 1);
    const scheme = WEB_SCHEME.exec(before)?.[0];
    if (scheme === undefined) continue;
    SLASHES.lastIndex = at + 1;
    const slashes = SLASHES.exec(text)?.[0].length ?? 0;
    const link = readLink(text, at + 1 - scheme.length, at + 1 + slashes, endOf);
    if (link !== undefined) found.push(link);
  }
  return found;
}

function readLink(
  text: string,
  start: number,
  at: number,
  endOf: AddressEnds,
): FoundLink | undefined {
  const authority = readAuthority(text, at);
  if (authority === undefined) return undefined;
  const { host, hasUser, end } = authority;
  return { type: "host", host, hasUser, start, end: endOf(end) };
}

/** What stands before the target of a link or a picture, in Markdown, HTML and CSS. */
const BEFORE_TARGET =
  /\]\(\s{0,3}<?|\]:[ \t]{1,3}<?|\b(?:href|src|srcset|action|formaction|poster|background|data|cite|ping|longdesc|manifest)\s{0,3}=\s{0,3}["']?|\burl\(\s{0,3}["']?|@import\s{1,3}["']/gi;
const { max } = Math;
const LONGEST_HEAD = 120;

/** Targets without a scheme, with one of no use to the web, or with breaks in it that browsers leave out. */
function findTargets(text: string, endOf: AddressEnds): readonly FoundLink[] {
  const found: FoundLink[] = [];
  for (const { 0: before, index } of text.matchAll(BEFORE_TARGET)) {
    const start = index + before.length;
    const link = readTarget(text, start, endOf);
    if (link !== undefined) found.push(link);
  }
  return found;
}

/** What browsers leave out of addresses, and what may stand before them. */
const LEFT_OUT = /[\t\r\n]/g;
const OTHER_HOST = /^(?:[a-z][a-z0-9+.-]{0,30}:)?[/\\]{2,8}|^https?:(?=[^/\\])/i;

function readTarget(text: string, start: number, endOf: AddressEnds): FoundLink | undefined {
  SLASHES.lastIndex = start;
  const slashes = SLASHES.exec(text)?.[0].length ?? 0;
  if (slashes > 1) return readLink(text, start, start + slashes, endOf);
  const written = /^[^"'<> )]*/.exec(text.slice(start, start + LONGEST_HEAD))?.[0] ?? "";
  // Most targets are none of interest: told by their first character.
  if (!/^[a-z/\\\t\r\n]/i.test(written)) return undefined;
  const target = written.replaceAll(LEFT_OUT, "");
  if (SCRIPT.test(target)) return { type: "script", start, end: max(start + 1, endOf(start)) };
  const scheme = OTHER_HOST.exec(target)?.[0];
  // A scheme that is whole is found wherever it stands.
  if (scheme === undefined || (/^https?:[/\\]/i.test(scheme) && target === written))
    return undefined;
  const authority = readAuthority(target, scheme.length);
  if (authority === undefined) return undefined;
  const { host, hasUser } = authority;
  return {
    type: "host",
    host,
    hasUser,
    start,
    end: max(start + written.length, endOf(start)),
  };
}

/** Of documents: pictures, sound, fonts and plain text run nothing. SVG does. */
const SCRIPT =
  /^(?:(?:javascript|vbscript|livescript):|data:(?:text\/(?:html|xml|javascript)|application\/(?:xhtml|xml|javascript|ecmascript)|image\/svg))/i;
/** Outside of links something has to stand behind the colon: "javascript: the good parts". */
const SCRIPT_ANYWHERE =
  /(?<![\w-])(?:(?:javascript|vbscript):(?=[^\s"'`),.])|data:(?:text\/(?:html|xml|javascript)|application\/(?:xhtml|xml|javascript)|image\/svg)[^\s,;"']{0,32}[;,])/gi;

function findScripts(text: string, endOf: AddressEnds): readonly FoundLink[] {
  return [...text.matchAll(SCRIPT_ANYWHERE)].map(({ 0: found, index }) => ({
    type: "script",
    start: index,
    end: max(index + found.length, endOf(index)),
  }));
}

const MAIL = /\bmailto:[^\s@"'<>?:]{1,64}@([^\s"'<>?&)\]]{1,253})/gi;

function findMail(text: string): readonly FoundLink[] {
  return [...text.matchAll(MAIL)].map(({ 0: found, 1: host = "", index }) => ({
    type: "host",
    host: host.replace(/[.,;:!*_]+$/, ""),
    hasUser: false,
    start: index,
    end: index + found.length,
  }));
}

/** Those that are no part of an address. */
function findBare(
  text: string,
  addresses: readonly FoundLink[],
  endOf: AddressEnds,
): readonly FoundLink[] {
  const found: FoundLink[] = [];
  let next = 0;
  for (const { host, start, end } of findBareDomains(text)) {
    let address = addresses[next];
    while (address !== undefined && address.end <= start) address = addresses[++next];
    if (address !== undefined && address.start <= start) continue;
    found.push({ type: "host", host, hasUser: false, start, end: endOf(end) });
  }
  return found;
}
