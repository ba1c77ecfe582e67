/** Finds secrets by the names before them: assignments in any format, members of JSON, and sentences. */

import { isCloudNear } from "./cloud-names.ts";
import type { FoundSecret } from "./found-secret.ts";
import { isPasswordLike, type Wording } from "./password-like.ts";
import { isRandom } from "./randomness.ts";
import { NAME, readName, type NamedAs } from "./secret-names.ts";

/** Quotes and brackets that close the name; what it is for; then a sign or a verb. */
const SIGN =
  /(?:\\?["'`])?[)\]]{0,2}(?: (?:for|of|to|für|pour|para|de|per) [\w ]{1,24}?)?\s{0,3}(=>|:=|={1,3}|:|>|(?:is|was|lautet|ist|est|es|é|è|war)(?= ))[ \t]{0,8}/iy;
/** `login ada password x`. */
const SPACE = / (?=\S)/y;
const QUOTE = /\\?(["'`])/y;

interface Place {
  readonly wording: Wording;
  readonly start: number;
  readonly end: number;
}

export function findNamed(text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  NAME.lastIndex = 0;
  for (let match = NAME.exec(text); match !== null; match = NAME.exec(text)) {
    const [name] = match;
    const as = readName(name, wordBefore(text, match.index));
    if (as === undefined) continue;
    const place = findValue(text, match.index + name.length, as);
    if (place === undefined) continue;
    const secret = judge(text, place, as);
    if (secret === undefined) continue;
    found.push(secret);
    NAME.lastIndex = secret.end;
  }
  return found;
}

/** What stands before the telling word of a name. */
function wordBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && at - start < 24 && /[\w-]/.test(text.charAt(start - 1))) start -= 1;
  return text.slice(start, at);
}

/** What a value is, given that its name says what it is for. `undefined`: no secret. */
export function judgeMember(name: string, value: string): string | undefined {
  const match = new RegExp(NAME.source, "i").exec(name);
  const as =
    match === null ? undefined : readName(name.slice(match.index), name.slice(0, match.index));
  if (as === undefined) return undefined;
  return judge(
    `${name} ${value}`,
    { wording: "quoted", start: name.length + 1, end: name.length + 1 + value.length },
    as,
  )?.kind;
}

function findValue(text: string, at: number, as: NamedAs): Place | undefined {
  // `${DB_PASSWORD:?is missing}`: what a shell says when there is none.
  if (text.startsWith(":?", at)) return undefined;
  SIGN.lastIndex = at;
  const [whole, sign = ""] = SIGN.exec(text) ?? [];
  if (whole === undefined) {
    SPACE.lastIndex = at;
    const isBare = as === "password" && SPACE.test(text);
    return isBare ? { wording: "bare", ...readUnquoted(text, at + 1) } : undefined;
  }
  return readValue(text, at + whole.length, /^[a-zéè]/i.test(sign) ? "sentence" : "assigned");
}

function readValue(text: string, at: number, wording: Wording): Place {
  QUOTE.lastIndex = at;
  const [opening, quote = ""] = QUOTE.exec(text) ?? [];
  if (opening === undefined) return { wording, ...readUnquoted(text, at) };
  const start = at + opening.length;
  const line = text.slice(start, start + LONGEST_VALUE);
  const end = line.search(
    quote === '"' ? /\\?"|[\r\n]/ : quote === "'" ? /\\?'|[\r\n]/ : /`|[\r\n]/,
  );
  return { wording: "quoted", start, end: start + (end === -1 ? 0 : end) };
}

const LONGEST_VALUE = 512;
/** Ends at a sign of equality, but for those that end base64: what stands behind it has a name of its own. */
const UNQUOTED = /[^\s"'`,;<>&|(){}[\]=]{0,512}={0,2}/y;

/** A full stop or a colon behind it belongs to the sentence. A break that is written as `\n` ends it. */
function readUnquoted(
  text: string,
  start: number,
): { readonly start: number; readonly end: number } {
  UNQUOTED.lastIndex = start;
  const [value = ""] = UNQUOTED.exec(text) ?? [];
  const line = value.includes("\\") ? (value.split(/\\[nrt"]/, 1)[0] ?? "") : value;
  const kept = line.replace(/(?:[.:]|(?<=\w)\?)$/, "");
  // A call, an index, or a stand-in in brackets: code.
  if (/^(?:[({[]|<(?!\/))/.test(text.slice(start + kept.length, start + kept.length + 2))) {
    return { start, end: start };
  }
  return { start, end: start + kept.length };
}

function judge(text: string, { wording, start, end }: Place, as: NamedAs): FoundSecret | undefined {
  const value = text.slice(start, end);
  if (value.length < 5) return undefined;
  if (as === "password") {
    if (!isPasswordLike(value, wording)) return undefined;
    const kind = isInConnection(text, start) ? "connection-string" : "password";
    return { kind, start, end };
  }
  const random = /^[A-Za-z0-9+/=_.~-]{16,}$/.test(value.replace(/^0x/i, ""));
  if (!random || !isRandom(value, LEAST_ENTROPY)) return undefined;
  return { kind: kindOf(text, start, end, as), start, end };
}

/** Sixteen hexadecimal digits that came by chance have 3 on average. */
const LEAST_ENTROPY = 2.9;

function kindOf(text: string, start: number, end: number, as: NamedAs): string {
  if (
    as === "connection" &&
    /(?:account|shared ?access)[-_ ]?key\W{0,4}$/i.test(text.slice(Math.max(0, start - 32), start))
  ) {
    return "connection-string";
  }
  if (as === "private-key") return "private-key";
  if (isCloudNear(text, start, end)) return "cloud-key";
  return as === "token" ? "access-token" : "high-entropy";
}

/** Server, user and password in one line, apart by semicolons; or an address of JDBC. */
const CONNECTION =
  /(?:(?:server|data source|host|address|user id|uid|initial catalog|database)\s?=[^;\n]{1,100};)|jdbc:[a-z]/i;

function isInConnection(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 200), start);
  return CONNECTION.test(before.slice(before.lastIndexOf("\n") + 1));
}
