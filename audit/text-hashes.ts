/** Hashes of what was said in runs. At once: asked for a dozen texts of each run, Web Crypto's promises took longer than the hashing. */

import { createHash, createHmac } from "node:crypto";

/** SHA-256 in hexadecimal digits. */
export function hashBytes(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** HMAC-SHA-256 in hexadecimal digits: nobody who does not know the key can try what text it was made of. */
export function keyedHash(key: string, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}
