/** SHA-256, where there is no `node:crypto`. */

/** In hexadecimal digits. */
export async function sha256(data: string | Uint8Array): Promise<string> {
  // Of bytes a copy: the digest takes no view of memory that may be shared.
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
