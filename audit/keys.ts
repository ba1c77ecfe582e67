/** The keys by which checkpoints are signed and checked: Ed25519, in PEM. */

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { AuditError } from "./audit-error.ts";

export interface KeyPair {
  /** PKCS#8, PEM. */
  readonly privateKey: string;
  /** SPKI, PEM. */
  readonly publicKey: string;
  /** As {@link keyIdOf} gives it. */
  readonly keyId: string;
}

export function createKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    keyId: keyIdOf(publicKey),
  };
}

/**
 * @param pem - PKCS#8. A `\n` written as two characters counts as a line's end: that is how some hosts keep variables.
 * @throws {AuditError} AUDIT_INVALID_KEY
 */
export function readPrivateKey(pem: string): KeyObject {
  return readKey(() => createPrivateKey(pem.replaceAll("\\n", "\n")), "a private key (PKCS#8)");
}

/**
 * @param pem - SPKI, or a private key, of which it takes the public half.
 * @throws {AuditError} AUDIT_INVALID_KEY
 */
export function readPublicKey(pem: string): KeyObject {
  return readKey(() => createPublicKey(pem.replaceAll("\\n", "\n")), "a public key (SPKI)");
}

/** The first 16 hex digits of the SHA-256 of a public key (SPKI, DER); of a private key: those of its public half. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  const der = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(der).digest("hex").slice(0, 16);
}

function readKey(read: () => KeyObject, wanted: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read();
  } catch {
    // What OpenSSL says of it may quote the key.
  }
  if (key?.asymmetricKeyType === "ed25519") return key;
  const found = key === undefined ? "none that can be read" : `one of "${key.asymmetricKeyType}"`;
  throw new AuditError(
    "AUDIT_INVALID_KEY",
    `The audit trail is signed by Ed25519: ${wanted} in PEM is needed, and this is ${found}. \`signalbox audit key\` makes one.`,
  );
}
