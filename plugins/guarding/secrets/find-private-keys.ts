/** Finds private keys: between PEM's lines, in PuTTY's files, in JSON web keys. */

import type { FoundSecret } from "./found-secret.ts";
import { isStandIn } from "./randomness.ts";

/** What one may be long: a key of 16,384 bits is shorter. */
export const LONGEST_KEY = 16_384;

export function findPrivateKeys(text: string): readonly FoundSecret[] {
  return [...findPem(text), ...findPutty(text), ...findWebKeys(text)];
}

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/g;

/**
 * The body, however its lines are broken, quoted or indented. A key that is cut off ends where its characters do. Every
 * beginning holds five hyphens itself, so looking for the next ones never looks at a stretch twice.
 */
function findPem(text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  if (!text.includes("PRIVATE KEY")) return found;
  for (const match of text.matchAll(BEGIN)) {
    const from = match.index + match[0].length;
    const next = text.indexOf("-----", from);
    const until = Math.min(next === -1 ? text.length : next, from + LONGEST_KEY);
    const secret = readBody(text, from, until, next === until);
    if (secret !== undefined) found.push({ kind: "private-key", name: "a private key", ...secret });
  }
  return found;
}

const BODY_RUN = /[A-Za-z0-9+/=]{16,}/g;
/** The shortest key that anybody uses (Ed25519) has 64. */
const SHORTEST_BODY = 40;
/** Between two lines of one key: a break, however it is written, and signs of quoting. */
const LONGEST_GAP = 200;

function readBody(
  text: string,
  from: number,
  until: number,
  isEnded: boolean,
): { readonly start: number; readonly end: number } | undefined {
  const body = text.slice(from, until);
  let length = 0;
  let start = -1;
  let end = 0;
  for (const match of body.matchAll(BODY_RUN)) {
    if (start === -1) start = match.index;
    else if (match.index - end > LONGEST_GAP) break;
    end = match.index + match[0].length;
    length += match[0].length;
  }
  if (length < SHORTEST_BODY || isStandIn(body.slice(start, start + 64))) return undefined;
  // The last line of a body may be a short one.
  return { start: from + start, end: isEnded ? from + body.trimEnd().length : from + end };
}

const PUTTY = /Private-Lines: \d{1,3}\s{1,2}([A-Za-z0-9+/=\s]{40,})/g;

function findPutty(text: string): readonly FoundSecret[] {
  if (!text.includes("PuTTY-User-Key-File")) return [];
  return [...text.matchAll(PUTTY)].map(({ 0: whole, 1: body = "", index }) => {
    const start = index + whole.length - body.length;
    const lines = body.replace(/\sPrivate$/, "").trimEnd();
    return {
      kind: "private-key",
      name: "a PuTTY key",
      start,
      end: start + Math.min(lines.length, LONGEST_KEY),
    };
  });
}

/** The private member of a JSON web key. */
const PRIVATE_MEMBER = /"d\\?"\s{0,4}:\s{0,4}\\?"([\w-]{40,2000})\\?"/g;

function findWebKeys(text: string): readonly FoundSecret[] {
  if (!/"kty\\?"/.test(text)) return [];
  return [...text.matchAll(PRIVATE_MEMBER)].map(({ 0: whole, 1: member = "", index }) => {
    const start = index + whole.lastIndexOf(member);
    return {
      kind: "private-key",
      name: "a JSON web key",
      start,
      end: start + member.length,
    };
  });
}
