/** A sealed trail with its checkpoints and key, and ways to damage it. */

import { EMPTY_CHAIN, NO_HASH, seal, type SealedRecord } from "../../audit/chain.ts";
import { nextCheckpoint, type Checkpoint } from "../../audit/checkpoint.ts";
import { createKeyPair, readPrivateKey, readPublicKey } from "../../audit/keys.ts";
import type { AuditRecord } from "../../audit/record.ts";
import { auditRecords } from "./audit-records.ts";

const pair = createKeyPair();

export const trailKeys = {
  pair,
  privateKey: readPrivateKey(pair.privateKey),
  publicKey: readPublicKey(pair.publicKey),
};

export interface SealedTrail {
  readonly sealed: readonly SealedRecord[];
  readonly checkpoints: readonly Checkpoint[];
}

/** @param marks - sizes of the checkpoints. */
export function sealedTrail(
  count: number,
  marks: readonly number[] = [],
  records: readonly AuditRecord[] = auditRecords(count),
): SealedTrail {
  const sealed = seal(EMPTY_CHAIN, records);
  return { sealed, checkpoints: checkpointsOf(sealed, marks) };
}

export function checkpointsOf(
  sealed: readonly SealedRecord[],
  marks: readonly number[],
  privateKey = trailKeys.privateKey,
): readonly Checkpoint[] {
  let before: Checkpoint | undefined;
  return marks.map((size, index) => {
    const hashes = sealed.slice(before?.size ?? 0, size).map(({ hash }) => hash);
    const at = new Date(Date.UTC(2026, 10, 25, 9, index)).toISOString();
    before = nextCheckpoint(before, hashes, { workspace: "acme", at, privateKey });
    return before;
  });
}

/** The record with other words, under the hash that it had. */
export function reworded(sealed: SealedRecord): SealedRecord {
  const { record } = sealed;
  return {
    ...sealed,
    record: { ...record, attributes: { ...record.attributes, "signalbox.by": "nobody" } },
  };
}

/** The record with other words and the hash that they have. */
export function replacedBy(sealed: SealedRecord, record: AuditRecord): SealedRecord {
  const { seq, previous } = sealed;
  const [made] = seal({ size: seq, hash: seq === 0 ? NO_HASH : previous }, [record]);
  if (made === undefined) throw new Error("One record is sealed.");
  return made;
}
