/** Keys of the encryption: how they are written, made and checked. No message here quotes one. */

import { randomBytes } from "node:crypto";
import { PayloadError } from "./payload-error.ts";

/** A key and the name that what it encrypts is marked with. */
export interface EncryptionKey {
  /** Stands in plain text beside all that it encrypts. Letters, digits, `_`, `.` and `-`, 64 at most. */
  readonly id: string;
  /** 32 random bytes. */
  readonly key: Uint8Array;
}

export const KEY_BYTES = 32;

const ID = /^[A-Za-z0-9_.-]{1,64}$/;
/** 32 bytes, in either alphabet, with or without the sign that fills up. */
const BASE64_KEY = /^[A-Za-z0-9+/_-]{43}=?$/;

export const ENCRYPTION_KEY_ID_IN_WORDS = 'letters, digits, "_", "." and "-", 64 at most';

export function isEncryptionKeyId(id: string): boolean {
  return ID.test(id);
}

/**
 * Reads `id:key` entries, separated by commas or white space.
 *
 * @throws {PayloadError} PAYLOADS_INVALID_KEYS
 */
export function readEncryptionKeys(text: string): readonly EncryptionKey[] {
  const entries = text.split(/[\s,]+/).filter(Boolean);
  return entries.map((entry, index) => readEntry(entry, index + 1));
}

/** A new key, and the entry that names it. */
export function makeEncryptionKey(id: string): {
  readonly key: EncryptionKey;
  readonly entry: string;
} {
  const key = randomBytes(KEY_BYTES);
  return { key: { id, key }, entry: `${id}:${key.toString("base64")}` };
}

/** @throws {PayloadError} PAYLOADS_INVALID_KEYS */
export function assertUsableKeys(keys: readonly EncryptionKey[]): void {
  const seen = new Set<string>();
  for (const { id, key } of keys) {
    if (!isEncryptionKeyId(id))
      throw invalidKeys("an id of a key", `is none: use ${ENCRYPTION_KEY_ID_IN_WORDS}`);
    if (key.byteLength !== KEY_BYTES)
      throw invalidKeys(`key "${id}"`, `has ${key.byteLength} bytes, not ${KEY_BYTES}`);
    if (seen.has(id))
      throw invalidKeys(
        `the id "${id}"`,
        "is there twice: what it has encrypted would be of two keys",
      );
    seen.add(id);
  }
}

function readEntry(entry: string, position: number): EncryptionKey {
  const colon = entry.indexOf(":");
  const id = entry.slice(0, Math.max(colon, 0));
  const key = entry.slice(colon + 1);
  // What stands in the wrong place may be the key: neither half is quoted.
  if (!isEncryptionKeyId(id))
    throw invalidKeys(`entry ${position}`, "does not begin with an id and a colon");
  if (!BASE64_KEY.test(key))
    throw invalidKeys(`entry ${position}`, `is not followed by ${KEY_BYTES} bytes in base64`);
  return { id, key: Buffer.from(key, "base64") };
}

function invalidKeys(where: string, what: string): PayloadError {
  return new PayloadError(
    "PAYLOADS_INVALID_KEYS",
    `The keys of the encryption cannot be used: ${where} ${what}. Give SIGNALBOX_ENCRYPTION_KEYS entries "id:key", ` +
      "the newest first, separated by commas. `npx signalbox key --encryption` makes one.",
  );
}
