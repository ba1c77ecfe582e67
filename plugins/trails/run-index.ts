/** Which runs a closed part of a trail has: 16 bytes for each, so that a million of them fit where a few thousand names would. */

import { createHash } from "node:crypto";
import type { SeenRecords } from "./seen-records.ts";

const ENTRY = 16;
/** Of the hash; the byte behind it tells whether the run has ended. 120 bits: no two runs will ever share them. */
const HASH = ENTRY - 1;

export class RunIndex {
  /** As it is written to a disk: entries in the order of their hashes. */
  readonly bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  static of(seen: SeenRecords): RunIndex {
    const entries = [...seen.runs()].map(([run, isEnded]) => {
      const entry = Buffer.alloc(ENTRY, hashRun(run));
      entry[HASH] = isEnded ? 1 : 0;
      return entry;
    });
    return new RunIndex(Buffer.concat(entries.toSorted((one, other) => one.compare(other))));
  }

  /** With a checksum before the entries: see {@link RunIndex.encode}. `undefined`: it is not what was written. */
  static decode(file: Buffer): RunIndex | undefined {
    const bytes = file.subarray(32);
    return checksum(bytes).equals(file.subarray(0, 32)) ? new RunIndex(bytes) : undefined;
  }

  encode(): Buffer {
    return Buffer.concat([checksum(this.bytes), this.bytes]);
  }

  /** @param hash - of {@link hashRun}. */
  find(hash: Buffer): "going" | "ended" | undefined {
    let [low, high] = [0, this.bytes.length / ENTRY - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const at = middle * ENTRY;
      const order = this.bytes.compare(hash, 0, HASH, at, at + HASH);
      if (order === 0) return this.bytes[at + HASH] === 1 ? "ended" : "going";
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}

export function hashRun(run: string): Buffer {
  return createHash("sha256").update(run).digest();
}

function checksum(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
