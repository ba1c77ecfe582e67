/** Finds hosts that stand in a text without a scheme, as mail programs and chats make links of: `www.example.com`, `example.com/x`. */

import type { Span } from "../overlap.ts";

/** Ends of hosts that are no ends of files and no words. */
const PLAIN_ENDS = new Set(
  "com net org info biz io ai app dev cloud online site shop store xyz top club live link click icu vip win bid loan buzz edu gov mil int eu de fr es nl pl ru cn jp kr uk br ca au nz ch se dk fi cz sk hu ro gr tr ua il za mx ar cl kz ir vn th id sg hk tw ly gg cc tv ws su pw tk ml ga cf gq".split(
    " ",
  ),
);
/** Ends that are words or ends of files as well: links only with a path, or behind `www.`. */
const OTHER_ENDS = new Set(
  "me co it in at to no is be us so am my pt ie do as la md sh py rs zip mov test example".split(
    " ",
  ),
);

const OTHER_HOST_CHARACTER = /[\p{L}\p{N}\p{M}]/u;
/** Before a host stand other things in a mail's address, a path, a name in code. */
const JOINED = /[\w@/\\.$:=-]/;
const LONGEST_HOST = 253;

export interface BareDomain extends Span {
  readonly host: string;
}

/** Every dot is looked at once, with the characters of a host around it. */
export function findBareDomains(text: string): readonly BareDomain[] {
  const found: BareDomain[] = [];
  let from = 0;
  for (let dot = text.indexOf("."); dot !== -1; dot = text.indexOf(".", from)) {
    const start = startOf(text, dot, from);
    from = endOf(text, dot);
    const end = withoutSigns(text, start, from);
    const host = text.slice(start, end);
    // A part in front of the last dot, and one behind it.
    if (host.length > LONGEST_HOST || host.startsWith("-") || host.startsWith(".")) continue;
    if (host.lastIndexOf(".") < 1) continue;
    if (isLink(text, start, end, host)) found.push({ host, start, end });
  }
  return found;
}

function startOf(text: string, dot: number, from: number): number {
  let start = dot;
  while (start > from && isOfHost(text, start - 1)) start -= 1;
  return start;
}

function endOf(text: string, dot: number): number {
  let end = dot + 1;
  while (end < text.length && isOfHost(text, end)) end += 1;
  return end;
}

/** Where it ends without dots and hyphens behind it. */
function withoutSigns(text: string, start: number, until: number): number {
  let end = until;
  while (end > start && (text[end - 1] === "." || text[end - 1] === "-")) end -= 1;
  return end;
}

function isOfHost(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= 0x80) return OTHER_HOST_CHARACTER.test(text.charAt(at));
  const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  return isLetter || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e;
}

function isLink(text: string, start: number, end: number, host: string): boolean {
  if (start > 0 && JOINED.test(text.charAt(start - 1))) return false;
  const next = text.charAt(end);
  if (next === "(" || next === "@" || next === "_") return false;
  if (/^www\.[^.]/i.test(host) && host.indexOf(".", 4) !== -1) return true;
  const last = host.slice(host.lastIndexOf(".") + 1);
  // A new sentence begins with a capital: "done.It works".
  if (last !== last.toLowerCase() && host !== host.toUpperCase()) return false;
  const lower = last.toLowerCase();
  return PLAIN_ENDS.has(lower) || (next === "/" && OTHER_ENDS.has(lower));
}
