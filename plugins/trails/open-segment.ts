/** The segment that a trail grows in: what is in it, and what of it was never finished. */

import type { ChainHead, SealedRecord } from "../../audit/chain.ts";
import { readSealedLine } from "../../audit/sealed-line.ts";
import { SinkError } from "../contract.ts";
import { SeenRecords } from "./seen-records.ts";
import { readLines } from "./segment-lines.ts";

export class OpenSegment {
  readonly name: string;
  readonly seen = new SeenRecords();
  /** Where the next line begins. */
  bytes = 0;
  /** Of the file: another one may have taken its place. */
  inode = 0;
  /** After its last record. Absent: it has none. */
  head: ChainHead | undefined;

  constructor(name: string) {
    this.name = name;
  }

  add(sealed: readonly SealedRecord[], bytes: number): void {
    for (const { record, seq, hash } of sealed) {
      this.seen.add(record);
      this.head = { size: seq + 1, hash };
    }
    this.bytes += bytes;
  }

  /**
   * Takes in what was written behind {@link OpenSegment.bytes}.
   *
   * A line without an end was never finished. Neither was one with a zero in it, nor what comes after: a disk that lost its power gives
   * zeros for what had not reached it, and JSON has none.
   *
   * @returns where the last whole line ends.
   * @throws {SinkError} SINK_DAMAGED: the last line is whole, and no record.
   */
  async readOn(path: string): Promise<number> {
    let last: SealedRecord | undefined;
    let isRecord = true;
    for await (const { text, at } of readLines(path, { from: this.bytes })) {
      if (text.includes("\0")) break;
      const sealed = readSealedLine(text);
      isRecord = sealed !== undefined;
      // What a line in the middle should be is for whoever verifies the trail to say.
      if (sealed !== undefined) this.seen.add(sealed.record);
      last = sealed ?? last;
      this.bytes = at + Buffer.byteLength(text) + 1;
    }
    if (!isRecord) {
      throw new SinkError(
        "SINK_DAMAGED",
        `The last line of "${this.name}.jsonl" is no record, so nothing can be added to the audit trail. Put the file back from a copy.`,
      );
    }
    if (last !== undefined) this.head = { size: last.seq + 1, hash: last.hash };
    return this.bytes;
  }
}
