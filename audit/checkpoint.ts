/** A signed mark of a chain: whoever holds it can tell whether what was there then still is. */

import { sign, verify, type KeyObject } from "node:crypto";
import { isRecord } from "../graph/canonical-json.ts";
import { NO_HASH } from "./chain.ts";
import { exactJson } from "./exact-json.ts";
import { isHash, isMoment } from "./exact-forms.ts";
import { keyIdOf } from "./keys.ts";
import { countPeaks, growTree, leafOf, rootOf } from "./merkle-tree.ts";

export interface Checkpoint {
  readonly workspace: string;
  /** How many records the chain had, those that were pruned included. */
  readonly size: number;
  /** The hash of the last of them. */
  readonly head: string;
  /** Root of the Merkle tree over the hashes of all of them, in hex. See RFC 9162, section 2.1. */
  readonly root: string;
  /** The roots of the largest whole trees that they make up, from the left: the tree can be continued with these alone. */
  readonly peaks: readonly string[];
  /** When it was signed; ISO 8601. */
  readonly at: string;
  /** Which key signed it: the first 16 hex digits of the SHA-256 of the public key (SPKI, DER). */
  readonly keyId: string;
  /** Ed25519 over all other members as canonical JSON; base64. */
  readonly signature: string;
}

/** What a checkpoint says, without who says so. */
export type CheckpointClaim = Omit<Checkpoint, "keyId" | "signature">;

/** Where a chain stands: what a checkpoint says of it. */
export type ChainMark = Pick<Checkpoint, "size" | "head" | "root" | "peaks">;

/**
 * What a checkpoint says once these records are behind an earlier one. No older record is needed.
 *
 * @param before - an earlier checkpoint of the chain; `undefined`: `hashes` are those of all records from the first.
 * @param hashes - of the records behind it, in their order.
 */
export function nextMark(before: ChainMark | undefined, hashes: Iterable<string>): ChainMark {
  const tree = growTree(before?.size, before?.peaks.map(fromHex));
  let head = before?.head ?? NO_HASH;
  for (const hash of hashes) {
    tree.add(leafOf(hash));
    head = hash;
  }
  return { size: tree.size, head, root: toHex(tree.root()), peaks: tree.peaks.map(toHex) };
}

/** The next checkpoint of a chain: {@link nextMark}, signed. */
export function nextCheckpoint(
  before: ChainMark | undefined,
  hashes: Iterable<string>,
  by: { readonly workspace: string; readonly at: string; readonly privateKey: KeyObject },
): Checkpoint {
  const { workspace, at, privateKey } = by;
  return signCheckpoint({ workspace, at, ...nextMark(before, hashes) }, privateKey);
}

/** @param privateKey - as `readPrivateKey` gives it. */
export function signCheckpoint(claim: CheckpointClaim, privateKey: KeyObject): Checkpoint {
  const { workspace, size, head, root, peaks, at } = claim;
  const signed = { workspace, size, head, root, peaks, at, keyId: keyIdOf(privateKey) };
  const signature = sign(null, Buffer.from(exactJson(signed)), privateKey).toString("base64");
  return { ...signed, signature };
}

/** Whether that key signed it, and it was not changed since. Whether it fits a chain is another matter. */
export function verifyCheckpoint(checkpoint: Checkpoint, publicKey: KeyObject): boolean {
  const { signature, ...signed } = checkpoint;
  if (signed.keyId !== keyIdOf(publicKey)) return false;
  const bytes = Buffer.from(signature, "base64");
  // Base64 has several spellings of the same bytes, and what is signed must have one.
  if (bytes.toString("base64") !== signature) return false;
  return verify(null, Buffer.from(exactJson(signed)), publicKey, bytes);
}

const MEMBERS: Readonly<Record<keyof Checkpoint, (value: unknown) => boolean>> = {
  at: isMoment,
  head: isHash,
  keyId: (value) => typeof value === "string" && /^[0-9a-f]{16}$/.test(value),
  peaks: (value) => Array.isArray(value) && value.every(isHash),
  root: isHash,
  signature: (value) => typeof value === "string",
  size: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  workspace: (value) => typeof value === "string",
};

/** Whether a value has the form of a checkpoint, and its peaks make its root. */
export function isCheckpoint(value: unknown): value is Checkpoint {
  return hasFormOfCheckpoint(value) && isWhole(value);
}

function hasFormOfCheckpoint(value: unknown): value is Checkpoint {
  if (!isRecord(value) || Object.keys(value).length !== Object.keys(MEMBERS).length) return false;
  return Object.entries(MEMBERS).every(([name, fits]) => fits(value[name]));
}

function isWhole({ size, root, peaks }: Checkpoint): boolean {
  return peaks.length === countPeaks(size) && toHex(rootOf(peaks.map(fromHex))) === root;
}

function fromHex(text: string): Buffer {
  return Buffer.from(text, "hex");
}

function toHex(bytes: Buffer): string {
  return bytes.toString("hex");
}
