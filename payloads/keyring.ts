/** Encrypts with the first key and decrypts with any: AES-256-GCM, each time with a nonce of its own. */

import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { assertUsableKeys, type EncryptionKey } from "./encryption-keys.ts";
import { PayloadError } from "./payload-error.ts";

/** What was encrypted, and by which key. */
export interface Sealed {
  readonly keyId: string;
  /** Nonce, ciphertext and tag, one behind the other. */
  readonly data: Uint8Array;
}

const ALGORITHM = "aes-256-gcm";
/** 96 bits, as GCM wants it: random, so a key is good for some four thousand million of them. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class Keyring {
  /** As key objects, which print nothing of themselves. */
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #newest: string | undefined;

  /** @throws {PayloadError} PAYLOADS_INVALID_KEYS */
  constructor(keys: readonly EncryptionKey[]) {
    assertUsableKeys(keys);
    this.#keys = new Map(keys.map(({ id, key }) => [id, createSecretKey(key)]));
    this.#newest = keys[0]?.id;
  }

  get canSeal(): boolean {
    return this.#newest !== undefined;
  }

  /**
   * @param purpose - has to be given again to open it, so that one thing cannot be passed off as another.
   * @throws {PayloadError} PAYLOADS_UNKNOWN_KEY when there is no key.
   */
  seal(plain: Uint8Array, purpose: string): Sealed {
    const keyId = this.#newest ?? "";
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#keyOf(keyId), nonce, {
      authTagLength: TAG_BYTES,
    });
    cipher.setAAD(boundTo(keyId, purpose));
    const text = cipher.update(plain);
    return { keyId, data: Buffer.concat([nonce, text, cipher.final(), cipher.getAuthTag()]) };
  }

  /** @throws {PayloadError} PAYLOADS_UNKNOWN_KEY, PAYLOADS_WRONG_KEY, PAYLOADS_UNREADABLE */
  open({ keyId, data }: Sealed, purpose: string): Uint8Array {
    const key = this.#keyOf(keyId);
    if (data.byteLength < NONCE_BYTES + TAG_BYTES) throw cutOff(keyId);
    const end = data.byteLength - TAG_BYTES;
    const nonce = data.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(keyId, purpose));
    decipher.setAuthTag(data.subarray(end));
    const text = decipher.update(data.subarray(NONCE_BYTES, end));
    try {
      return Buffer.concat([text, decipher.final()]);
    } catch {
      // What OpenSSL says adds nothing.
      throw wrongKey(keyId);
    }
  }

  #keyOf(id: string): KeyObject {
    const key = this.#keys.get(id);
    if (key !== undefined) return key;
    const known = [...this.#keys.keys()].map((one) => `"${one}"`).join(", ");
    const here = known === "" ? "no key is here" : `the keys here are ${known}`;
    throw new PayloadError(
      "PAYLOADS_UNKNOWN_KEY",
      `This was encrypted with the key ${shown(id)}, and ${here}. ` +
        "Add that key to SIGNALBOX_ENCRYPTION_KEYS: behind the newest, if it is an old one.",
    );
  }
}

function boundTo(keyId: string, purpose: string): Uint8Array {
  return Buffer.from(`${purpose}\n${keyId}`);
}

/** It comes from outside. */
function shown(id: string): string {
  return /^[\w.-]{1,64}$/.test(id) ? `"${id}"` : "of another name";
}

function wrongKey(keyId: string): PayloadError {
  return new PayloadError(
    "PAYLOADS_WRONG_KEY",
    `The key ${shown(keyId)} does not open this: what was encrypted has been changed since, or another key had this id then. ` +
      "Give the key that SIGNALBOX_ENCRYPTION_KEYS had under this id when the run began.",
  );
}

function cutOff(keyId: string): PayloadError {
  return new PayloadError(
    "PAYLOADS_UNREADABLE",
    `What was encrypted with the key ${shown(keyId)} has been cut off. Nothing can be read of it.`,
  );
}
