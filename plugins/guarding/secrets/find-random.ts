/** Finds random characters that no name announces: long, of all sorts of characters, and no hash, picture, path or id. */

import { isCloudNear } from "./cloud-names.ts";
import type { FoundSecret } from "./found-secret.ts";
import { isRandom } from "./randomness.ts";

const SHORTEST = 32;
/** By code: what base64 and base64url are written with. */
const CHARACTERS = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=-") {
  CHARACTERS[character.charCodeAt(0)] = 1;
}
const LONGEST = 256;

/** @param leastEntropy - Bits for each character. */
export function findRandom(text: string, leastEntropy: number): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const { run, index } of runsOf(text)) {
    // A value may stand behind its name and a sign that base64 has, too.
    const sign = run.slice(0, -2).lastIndexOf("=") + 1;
    const start = index + sign;
    const value = run.slice(sign);
    const end = start + value.length;
    if (!hasForm(value) || !isRandom(value.replace(/=+$/, ""), leastEntropy)) continue;
    if (isExplained(text, start, end) || isText(value)) continue;
    const kind = isCloudNear(text, start, end) ? "cloud-key" : "high-entropy";
    found.push({ kind, start, end });
  }
  return found;
}

/**
 * The stretches of such characters of 32 and more. As one of them holds every 32nd place of the text, only those are
 * looked at: ordinary words cost next to nothing.
 */
function* runsOf(text: string): Generator<{ readonly run: string; readonly index: number }> {
  const isPart = (at: number): boolean => CHARACTERS[text.charCodeAt(at)] === 1;
  let at = SHORTEST - 1;
  while (at < text.length) {
    if (!isPart(at)) {
      at += SHORTEST;
      continue;
    }
    let index = at;
    while (index > 0 && isPart(index - 1)) index -= 1;
    let end = at + 1;
    while (end < text.length && isPart(end)) end += 1;
    if (end - index >= SHORTEST) yield { run: text.slice(index, end), index };
    at = end + SHORTEST;
  }
}

/** Ids that services show openly, and the first bytes of files and public keys in base64. */
const KNOWN_START =
  /^(?:sha\d{1,3}[-_]|chatcmpl-|cmpl-|gen-|(?:req|msg|cus|in|pi|ch|evt|run|thread|asst|file|resp|call|toolu|price|prod|sub|acct|batch)_|pk_(?:live|test)_|pk-lf-|iVBORw0KGgo|\/9j\/|R0lGOD|JVBERi0|UEsDB|H4sI|AAAA|MII|LS0tLS1|PHN2Zy|UklGR|T2dnUw|SUQz|AGFzbQ)/;

function hasForm(value: string): boolean {
  return (
    value.length >= SHORTEST &&
    value.length <= LONGEST &&
    /[a-z]/.test(value) &&
    /[A-Z]/.test(value) &&
    !KNOWN_START.test(value)
  );
}

/** Names of values that are random and no secret. */
const OPEN_NAME =
  /(?:hash|digest|checksum|integrity|etag|fingerprint|signature|nonce|cursor|commit|sha\d*|md5|bitcoin|btc|address|uuid|public[_-]?key|publickey|kid|x5t|(?:^|[^a-z])(?:id|ids|x|y|n|e|v|rev|ref|version|build|salt|iv|tx|txid))["'\\]{0,2}\s{0,3}[:=]\s{0,3}["'\\]{0,2}$/i;

/** Whether what stands around it says that it is something else. */
function isExplained(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 200), start);
  if (OPEN_NAME.test(before.slice(-48))) return true;
  // Data in base64, a crypted password, a path.
  if (/(?:base64,|[$.@#])$/.test(before)) return true;
  return isInAddress(before) || isLineOfMany(text, start, end);
}

/** Whether the word that it ends is an address of the web. */
function isInAddress(before: string): boolean {
  const scheme = before.lastIndexOf("://");
  return scheme !== -1 && !/[\s"'<>()]/.test(before.slice(scheme));
}

const LINE_BEFORE = /[A-Za-z0-9+/=]{40}\r?\n[ \t>]{0,8}$/;
const LINE_AFTER = /^\r?\n[ \t>]{0,8}[A-Za-z0-9+/=]{16}/;

/** A file, a certificate or a picture in base64 has many lines. */
function isLineOfMany(text: string, start: number, end: number): boolean {
  return (
    LINE_BEFORE.test(text.slice(Math.max(0, start - 60), start)) ||
    LINE_AFTER.test(text.slice(end, end + 40))
  );
}

/** Whether it is an ordinary text in base64: other guardrails read those. */
function isText(value: string): boolean {
  const decoded = Buffer.from(value, "base64").toString("utf8");
  return !/[\p{Cc}\ufffd]/u.test(decoded.replaceAll(/\s/g, ""));
}
