/** Finds e-mail addresses: as they are, with spaces or line breaks beside the sign, and spelled out (`jane (at) example (dot) com`). */

import type { Span } from "../overlap.ts";
import type { DigitText } from "./digit-text.ts";

/** Looked up once: where globals belong to a sandbox, each look takes longer than what is worked out. */
const { max } = Math;

/** RFC 5321's limits. */
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 253;

/** One character of what stands in front of the sign. */
const LOCAL = /[\p{L}\p{N}!#$%'+_~.-]/u;
const LABEL = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}_-]{0,61}[\\p{L}\\p{N}])?";
/** Behind it. One line break may split it, as between two messages. */
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL}){1,8}`, "u");
const SPLIT_DOMAIN = new RegExp(`^\\n?${LABEL}(?:\\.\\n?${LABEL}){1,8}`, "u");
const TOP_LEVEL = /^(?:\p{L}{2,24}|xn--[a-z0-9-]{2,59})$/iu;
/** What is written after an `@` too: pictures for sharp screens, packages, modules. */
const FILE_ENDINGS = /\.(?:png|jpe?g|gif|svg|webp|css|js|ts|json|map|ico)$/i;
/** In an address beside a space, or spelled out, only what is common at the end of one is believed. */
const COMMON_TOP_LEVEL =
  /^(?:com|org|net|edu|gov|info|biz|io|ai|app|dev|me|co|eu|uk|de|fr|es|it|nl|be|at|ch|se|no|dk|fi|pl|pt|br|in|jp|cn|ru|us|ca|au|nz|ie|mx|ar|za|kr|cz|gr|hu|ro|tr|ua|vn|sg|hk|tw|id)$/i;

/** `rosa at example dot com` is an address, `find us at example dot com` is none. */
const NO_NAMES =
  /^(?:us|me|it|is|are|be|here|there|them|him|her|you|more|site|website|web|page|online|store|shop|live|out|look|looking|find|found|available|hosted|sold|docs|visit|read|see|meet|work|works|working|free|support|home|app|now|info|details|and|or|product|products|listed|posted|published|deal|deals|help|blog)$/i;

export function findEmails({ text }: DigitText): readonly Span[] {
  return [...findSigns(text), ...findSpelled(text)];
}

function findSigns(text: string): readonly Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const span = spanAround(text, at);
    if (span !== undefined) found.push(span);
  }
  return found;
}

/** White space beside the sign, or within the domain. */
const MAY_BE_SPACED = /^(?:\s|[\p{L}\p{N}.-]{1,63}(?:\n| \. ))/u;

function spanAround(text: string, at: number): Span | undefined {
  const before = text.slice(max(0, at - LONGEST_LOCAL - 2), at);
  const after = text.slice(at + 1, at + 2 + LONGEST_DOMAIN);
  // A line of nothing but signs would be matched again at each of them.
  if (before.endsWith("@") || after.startsWith("@")) return undefined;
  const plain = joinSpan(at, localOf(before), 0, DOMAIN.exec(after), 0);
  if (plain !== undefined && isAddress(text, at, plain)) return plain;
  if (!MAY_BE_SPACED.test(after) && !/\s$/.test(before)) return undefined;
  const gapBefore = /[ \n]?$/.exec(before)?.[0].length ?? 0;
  const gapAfter = /^[ \n]?/.exec(after)?.[0].length ?? 0;
  const near = before.slice(0, before.length - gapBefore);
  const domain = SPLIT_DOMAIN.exec(after.slice(gapAfter).replaceAll(" . ", "."));
  const spaced = joinSpan(at, localOf(near), gapBefore, domain, gapAfter);
  const isSplit = spaced !== undefined && isCommon(spaced, text) && !NO_NAMES.test(localOf(near));
  return isSplit && isAddress(text, at, spaced) ? spaced : undefined;
}

/** What stands in front of the sign, read from there to the left. A quoted name may hold spaces. */
function localOf(before: string): string {
  if (before.endsWith('"')) return /"[^"\n@]{1,62}"$/.exec(before)?.[0] ?? "";
  let start = before.length;
  while (start > 0 && before.length - start < LONGEST_LOCAL && LOCAL.test(before.charAt(start - 1)))
    start--;
  return before.slice(start);
}

function joinSpan(
  at: number,
  local: string,
  gapBefore: number,
  domain: RegExpExecArray | null,
  gapAfter: number,
): Span | undefined {
  if (local === "" || domain === null) return undefined;
  const name = local.replace(/^[!#$%'+~.-]+/, "").length;
  if (name === 0 || local.endsWith(".")) return undefined;
  return { start: at - gapBefore - name, end: at + 1 + gapAfter + domain[0].length };
}

function isCommon({ start, end }: Span, text: string): boolean {
  return COMMON_TOP_LEVEL.test(text.slice(start, end).split(".").at(-1)?.trim() ?? "");
}

function isAddress(text: string, at: number, { start, end }: Span): boolean {
  const domain = text.slice(at + 1, end);
  const topLevel = domain.split(".").at(-1)?.trim() ?? "";
  if (!TOP_LEVEL.test(topLevel)) return false;
  if (FILE_ENDINGS.test(domain) && !/\.[a-z]{2,}\.[a-z]{2,4}$/i.test(domain)) return false;
  const name = text.slice(start, at);
  // A repository, or a host to copy to.
  if (/^:[/~]/.test(text.slice(end, end + 2)) || (name === "git" && text.charAt(end) === ":"))
    return false;
  // The password of a connection string is a secret, but no address.
  return !/:\/\/[^\s/?#]*$/.test(text.slice(max(0, start - 100), start));
}

const AT = "(?:\\s?[(\\[{<]\\s?(?:at|ät|@|arroba|chez|a)\\s?[)\\]}>]\\s?|\\s(?:at|ät|arroba)\\s|@)";
const DOT =
  "(?:\\s?[(\\[{<]\\s?(?:dot|\\.|punkt|point|punto|ponto)\\s?[)\\]}>]\\s?|\\s(?:dot|punkt|point|punto|ponto)\\s|\\.)";
const WORD = "[\\p{L}\\p{N}][\\p{L}\\p{N}_-]{0,40}";
const SPELLED = new RegExp(
  `(?<![\\p{L}\\p{N}._-])(${WORD}(?:(?:[.+]|\\s(?:dot|punkt|point|punto|ponto)\\s)${WORD}){0,4})(${AT})(${WORD}(?:${DOT}${WORD}){1,4})(?![\\p{L}\\p{N}])`,
  "giu",
);
/** Cheap: without one of these nothing is spelled out. */
const MAY_BE_SPELLED =
  /[([{<]\s?(?:at|ät|@|arroba|chez|a|dot|\.|punkt|point|punto|ponto)\s?[)\]}>]|\s(?:dot|punkt|punto|ponto|point)\s/giu;
/** The longest that stands in front of the first such word, and behind the last. */
const AROUND = 100;

function findSpelled(text: string): readonly Span[] {
  const found: Span[] = [];
  let zone = { start: 0, end: 0 };
  for (const { index } of text.matchAll(MAY_BE_SPELLED)) {
    if (index - AROUND > zone.end) {
      spelledIn(text, zone, found);
      zone = { start: max(0, index - AROUND), end: index };
    }
    zone.end = index + AROUND;
  }
  spelledIn(text, zone, found);
  return found;
}

function spelledIn(text: string, { start, end }: Span, found: Span[]): void {
  const zone = text.slice(start, end);
  SPELLED.lastIndex = 0;
  for (let match = SPELLED.exec(zone); match !== null; match = SPELLED.exec(zone)) {
    const [whole, name = "", at = "", domain = ""] = match;
    // `write me at jane dot doe at example dot com`: what is none may hold the beginning of one.
    if (!isSpelled(name, at, domain)) SPELLED.lastIndex = match.index + name.length;
    else found.push({ start: start + match.index, end: start + match.index + whole.length });
  }
}

function isSpelled(name: string, at: string, domain: string): boolean {
  const isInBrackets = /[([{<]/.test(at);
  const spelledDots = /\s(?:dot|punkt|point|punto|ponto)\s|[([{<]/i.test(domain);
  if (!isInBrackets && !spelledDots) return false;
  const labels = domain.split(/[^\p{L}\p{N}_-]+(?:dot|punkt|point|punto|ponto)?[^\p{L}\p{N}_-]*/iu);
  if (!COMMON_TOP_LEVEL.test(labels.at(-1) ?? "")) return false;
  return isInBrackets || !NO_NAMES.test(name);
}
