/** Ties the records of a workspace to each other by hashes. Pure: what follows from a head and records, and nothing else. */

import { hash as digest } from "node:crypto";
import { exactJson } from "./exact-json.ts";
import type { AuditRecord } from "./record.ts";

/** A record in its place in the chain of its workspace. */
export interface SealedRecord {
  /** From 0, without gaps. */
  readonly seq: number;
  /** The hash of the record before; of the first: {@link NO_HASH}. */
  readonly previous: string;
  readonly record: AuditRecord;
  /** As {@link hashOf} gives it. */
  readonly hash: string;
}

/** Where a chain ends. */
export interface ChainHead {
  /** How many records there are before the next one, those that were pruned included. */
  readonly size: number;
  /** Of the last record. */
  readonly hash: string;
}

/** What stands before the first record. */
export const NO_HASH = "0".repeat(64);

export const EMPTY_CHAIN: ChainHead = { size: 0, hash: NO_HASH };

/**
 * SHA-256 of a record in its place, in hex: over `{"previous":…,"record":…,"seq":…}` as canonical JSON.
 *
 * @throws {AuditError} AUDIT_NOT_EXACT when the record holds what has no exact spelling.
 * @see https://www.rfc-editor.org/rfc/rfc8785 (canonical JSON)
 */
export function hashOf({ seq, previous, record }: Omit<SealedRecord, "hash">): string {
  return digest("sha256", exactJson({ previous, record, seq }), "hex");
}

/** The records in their places behind `head`. */
export function seal(head: ChainHead, records: readonly AuditRecord[]): readonly SealedRecord[] {
  let previous = head.hash;
  return records.map((record, index) => {
    const placed = { seq: head.size + index, previous, record };
    const hash = hashOf(placed);
    previous = hash;
    return { ...placed, hash };
  });
}

/** Where a chain ends after these. */
export function headOf(sealed: readonly SealedRecord[], before: ChainHead): ChainHead {
  const last = sealed.at(-1);
  return last === undefined ? before : { size: last.seq + 1, hash: last.hash };
}
