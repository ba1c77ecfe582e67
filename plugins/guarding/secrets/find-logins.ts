/** Finds what logs in at a request or a command: headers of HTTP, and options of curl, sshpass and mysql. */

import type { FoundSecret } from "./found-secret.ts";
import { isPasswordLike } from "./password-like.ts";
import { isRandom, isStandInName } from "./randomness.ts";

const HEADER =
  /\b(?:(basic)|bearer|authorization["'\\]{0,2}\s{0,2}[:=]\s{0,2}(?:f?["'])?(?:token|bot|apikey))\s{1,3}([A-Za-z0-9+/._~=-]{8,4096})/gi;

export function findLogins(text: string): readonly FoundSecret[] {
  return [...findHeaders(text), ...findOptions(text)];
}

function findHeaders(text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const { 0: whole, 1: basic, 2: value = "", index } of text.matchAll(HEADER)) {
    const end = index + whole.length;
    const start = end - value.length;
    if (basic === undefined) {
      if (value.length >= 16 && isRandom(value, 2.9))
        found.push({ kind: "access-token", start, end });
    } else if (isLogin(value)) found.push({ kind: "password", start, end });
  }
  return found;
}

/** `user:password` in base64. */
function isLogin(value: string): boolean {
  const decoded = Buffer.from(value, "base64").toString("utf8");
  const at = decoded.indexOf(":");
  return (
    at !== -1 &&
    /^[\x20-\x7e\u00a1-\u024f]{3,200}$/.test(decoded) &&
    !isStandInName(decoded.slice(at + 1))
  );
}

const OPTION =
  /\bsshpass\s{1,3}-p\s{0,3}["']?([^\s"']{1,128})|\s(?:-u|--user)[\s=]["']?[^\s:"']{1,64}:([^\s"']{1,128})|\bmysql(?:dump)?\b[^\n]{0,100}?\s-p([^\s"']{4,128})/g;

function findOptions(text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const match of text.matchAll(OPTION)) {
    const [whole, ofSshpass, ofUser, ofMysql] = match;
    const value = ofSshpass ?? ofUser ?? ofMysql ?? "";
    const end = match.index + whole.length;
    if (!isPasswordLike(value, "assigned")) continue;
    if (ofUser !== undefined && !isOfCurl(text, match.index)) continue;
    found.push({ kind: "password", start: end - value.length, end });
  }
  return found;
}

/** Other commands have a `-u`, too. */
function isOfCurl(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 300), at);
  return before.slice(before.lastIndexOf("\n") + 1).includes("curl");
}
