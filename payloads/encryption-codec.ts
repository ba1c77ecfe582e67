/** Encrypts payloads on their way to Temporal, and decrypts them on their way back. */

import type { Payload, PayloadCodec } from "@temporalio/common";
import type { Keyring } from "./keyring.ts";
import { dataOf, readPayload, writePayload } from "./payload-bytes.ts";
import { PayloadError } from "./payload-error.ts";

/** As Temporal's own samples mark what is encrypted. */
const ENCODING = "binary/encrypted";
const VERSION = "1";
const PURPOSE = `signalbox.payload/${VERSION}`;

/** Names of metadata that stand in plain text. */
const METADATA = {
  encoding: "encoding",
  keyId: "encryption-key-id",
  version: "encryption-version",
} as const;

/**
 * The whole payload is encrypted, so that its metadata tell nothing either and cannot be changed. What is not encrypted
 * is read as it is: runs that began before the encryption was switched on go on.
 *
 * Without keys nothing is encrypted, and whatever is encrypted is refused in words.
 */
export function encryptionCodec(keyring: Keyring): PayloadCodec {
  return {
    encode: async (payloads) =>
      keyring.canSeal ? payloads.map((payload) => encrypt(payload, keyring)) : payloads,
    decode: async (payloads) =>
      payloads.map((payload) => (isEncrypted(payload) ? decrypt(payload, keyring) : payload)),
  };
}

export function isEncrypted(payload: Payload): boolean {
  return read(payload, METADATA.encoding) === ENCODING;
}

function encrypt(payload: Payload, keyring: Keyring): Payload {
  const { keyId, data } = keyring.seal(writePayload(payload), PURPOSE);
  const metadata = {
    [METADATA.encoding]: Buffer.from(ENCODING),
    [METADATA.keyId]: Buffer.from(keyId),
    [METADATA.version]: Buffer.from(VERSION),
  };
  return { metadata, data };
}

function decrypt(payload: Payload, keyring: Keyring): Payload {
  if (read(payload, METADATA.version) !== VERSION) {
    throw new PayloadError(
      "PAYLOADS_UNREADABLE",
      "This was encrypted in a way that is not known here: by a newer version, or by something else than Signalbox.",
    );
  }
  const sealed = { keyId: read(payload, METADATA.keyId), data: dataOf(payload) };
  return readPayload(keyring.open(sealed, PURPOSE));
}

function read({ metadata }: Payload, name: string): string {
  const value = metadata?.[name];
  return value === undefined || value === null ? "" : Buffer.from(value).toString("utf8");
}
