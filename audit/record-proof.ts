/** A file that shows that a record is in a trail, without the rest of the trail: the record, a checkpoint, and the hashes between. */

import type { KeyObject } from "node:crypto";
import { isRecord } from "../graph/canonical-json.ts";
import { hashOf, type SealedRecord } from "./chain.ts";
import { isCheckpoint, verifyCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { isHash, isSealedRecord } from "./exact-forms.ts";
import { exactJson } from "./exact-json.ts";
import { keyIdOf } from "./keys.ts";
import { isIncluded, proveInclusion } from "./merkle-proof.ts";
import { leafOf } from "./merkle-tree.ts";

export const PROOF_FORMAT = "signalbox-proof";

export interface RecordProof {
  readonly format: typeof PROOF_FORMAT;
  readonly version: 1;
  readonly sealed: SealedRecord;
  readonly checkpoint: Checkpoint;
  /** RFC 9162, section 2.1.3, from below; in hex. */
  readonly path: readonly string[];
}

/** Hashes of the records that are there, and what is signed of the chain. */
export interface KnownChain {
  /** Number of the first record. */
  readonly start: number;
  readonly hashes: readonly string[];
  /** In the order of their sizes. */
  readonly checkpoints: readonly Checkpoint[];
}

/**
 * Proves a record by the first checkpoint that counts it.
 *
 * @returns `undefined` when none counts it yet, or so much was pruned that the tree before it is not known.
 */
export function proveRecord(known: KnownChain, sealed: SealedRecord): RecordProof | undefined {
  const { start, hashes, checkpoints } = known;
  const checkpoint = checkpoints.find(({ size }) => sealed.seq < size);
  // What was pruned is known by the peaks of a checkpoint at its end, or behind it and not behind the record.
  const before = checkpoints.findLast(({ size }) => start <= size && size <= sealed.seq);
  if (checkpoint === undefined || (start > 0 && before === undefined)) return undefined;
  if (checkpoint.size > start + hashes.length) return undefined;
  const first = start === 0 ? 0 : (before?.size ?? 0);
  const peaks = start === 0 ? [] : (before?.peaks ?? []).map((peak) => Buffer.from(peak, "hex"));
  const leaves = hashes.slice(first - start, checkpoint.size - start).map(leafOf);
  const path = proveInclusion({ first, peaks, leaves }, sealed.seq, checkpoint.size);
  return {
    format: PROOF_FORMAT,
    version: 1,
    sealed,
    checkpoint,
    path: path.map((hash) => hash.toString("hex")),
  };
}

/** The line of the file. */
export function proofLine(proof: RecordProof): string {
  return `${exactJson(proof)}\n`;
}

/** Tells a proof from other JSON. */
export function isRecordProof(value: unknown): value is RecordProof {
  return (
    isRecord(value) &&
    value["format"] === PROOF_FORMAT &&
    value["version"] === 1 &&
    Object.keys(value).length === 5 &&
    isSealedRecord(value["sealed"]) &&
    isCheckpoint(value["checkpoint"]) &&
    Array.isArray(value["path"]) &&
    value["path"].every(isHash)
  );
}

/**
 * Says what is wrong with a proof, in words; nothing: it holds.
 *
 * @param text - of the file: each of its bytes counts.
 * @param publicKeys - without any, the signature is not checked.
 */
export function findProofFaults(
  text: string,
  proof: RecordProof,
  publicKeys: readonly KeyObject[],
): readonly string[] {
  const { sealed, checkpoint, path } = proof;
  const root = Buffer.from(checkpoint.root, "hex");
  const place = { leaf: leafOf(sealed.hash), index: sealed.seq, size: checkpoint.size };
  const hashes = path.map((hash) => Buffer.from(hash, "hex"));
  const key = publicKeys.find((known) => keyIdOf(known) === checkpoint.keyId);
  const faults: readonly (string | false)[] = [
    text !== proofLine(proof) && "The file is not spelled as it was written.",
    hashOf(sealed) !== sealed.hash && "The record is not as it was sealed.",
    sealed.record.workspace !== checkpoint.workspace && "The checkpoint is of another workspace.",
    !isIncluded(place, hashes, root) && "The record is not among those that the checkpoint counts.",
    publicKeys.length > 0 &&
      key === undefined &&
      `The checkpoint names the key "${checkpoint.keyId}", which was not given.`,
    key !== undefined &&
      !verifyCheckpoint(checkpoint, key) &&
      `The checkpoint was not signed by the key "${checkpoint.keyId}", or was changed since.`,
  ];
  return faults.filter((fault) => fault !== false);
}
