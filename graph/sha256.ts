/** SHA-256, where there is no `node:crypto`. */

const ENCODER = new TextEncoder();

/** In hexadecimal digits. */
export async function sha256(data: string | Uint8Array): Promise<string> {
  // Of bytes a copy: the digest takes no view of memory that may be shared.
  const bytes = typeof data === "string" ? ENCODER.encode(data) : new Uint8Array(data);
  return toHex(await crypto.subtle.digest("SHA-256", bytes));
}

/** HMAC-SHA-256 in hexadecimal digits: nobody who does not know the key can try what text it was made of. */
export async function hmacSha256(key: string, text: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const bytes = ENCODER.encode(key);
  const imported = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  return toHex(await crypto.subtle.sign("HMAC", imported, ENCODER.encode(text)));
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
