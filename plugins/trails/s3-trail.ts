/** The trail of one workspace in a bucket: an object for each write, named by the number of its first record. */

import { EMPTY_CHAIN, headOf, seal, type ChainHead, type SealedRecord } from "../../audit/chain.ts";
import type { AuditRecord } from "../../audit/record.ts";
import { writeSealedLine } from "../../audit/sealed-line.ts";
import { ClosedSegments, type ClosedSegment } from "./closed-segments.ts";
import { GroupCommit } from "./group-commit.ts";
import type { S3Records } from "./s3-records.ts";
import { SeenRecords, withoutRepeats } from "./seen-records.ts";
import { Turns } from "./turns.ts";

/** Objects after which an index of their runs is written, so that whoever starts reads no more than these. */
const INDEX_AFTER = 256;

/**
 * Two who write at once want to make the same object, which S3 lets one alone do; the other reads what was written and tries again.
 * Objects are never removed, only emptied: their names must not be free again for one who is late.
 */
export class S3Trail {
  readonly #objects: S3Records;
  readonly #closed: ClosedSegments;
  readonly #commits = new GroupCommit((records) => this.#turns.take(() => this.#commit(records)));
  readonly #turns = new Turns();
  #head: ChainHead | undefined;
  #seen = new SeenRecords();
  /** Of the objects that are in no index. */
  #firsts: number[] = [];
  #parts: ClosedSegment[] = [];

  constructor(objects: S3Records) {
    this.#objects = objects;
    this.#closed = new ClosedSegments({
      readIndex: (name) => objects.readIndex(name),
      writeIndex: (name, index) =>
        objects.writeIndex(name, { index, hash: this.#head?.hash ?? "", firsts: this.#firsts }),
      readSeen: ({ name }) => objects.readPart(name),
    });
  }

  write(records: readonly AuditRecord[]): Promise<void> {
    return this.#commits.add(records);
  }

  findEnded(runs: readonly string[]): Promise<readonly string[]> {
    return this.#turns.take(async () => {
      await this.#catchUp();
      return runs.filter((run) => this.#seen.hasEnded(run) || this.#closed.hasEnded(run));
    });
  }

  idle(): Promise<void> {
    return this.#commits.idle();
  }

  async #commit(records: readonly AuditRecord[]): Promise<void> {
    const once = withoutRepeats(records);
    if (this.#head === undefined) await this.#catchUp();
    for (;;) {
      const fresh = once.filter((record) => !this.#seen.has(record));
      // oxlint-disable-next-line no-await-in-loop -- The next round is for the case that another one was quicker.
      const left = await this.#closed.withoutSeen(fresh);
      // oxlint-disable-next-line no-await-in-loop -- As above.
      if (left.length === 0 || (await this.#append(left))) return;
      // oxlint-disable-next-line no-await-in-loop -- As above.
      await this.#catchUp();
    }
  }

  /** `false`: another one was quicker. */
  async #append(records: readonly AuditRecord[]): Promise<boolean> {
    const head = this.#head ?? EMPTY_CHAIN;
    const sealed = seal(head, records);
    const lines = sealed.map((one) => `${writeSealedLine(one)}\n`).join("");
    if (!(await this.#objects.create(head.size, lines))) return false;
    await this.#take(head.size, sealed);
    return true;
  }

  /** Takes in what others have written. */
  async #catchUp(): Promise<void> {
    if (this.#head === undefined) await this.#reopen();
    const before = this.#head ?? EMPTY_CHAIN;
    let isPruned = false;
    for await (const { first, sealed } of this.#objects.readFrom(before.size)) {
      isPruned = sealed.length === 0;
      if (!isPruned) await this.#take(first, sealed);
    }
    // All that was written meanwhile is pruned: where the chain ends is told by where it begins.
    if (isPruned) await this.#reopen();
  }

  async #reopen(): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      // Half of it is of no use.
      this.#head = undefined;
      throw error;
    }
  }

  async #open(): Promise<void> {
    const { anchor, from } = await this.#objects.readAnchor();
    const indexes = await this.#objects.listIndexes();
    this.#parts = [...indexes];
    await this.#closed.set(indexes);
    const last = indexes.at(-1);
    const end = last && (await this.#objects.readIndexHead(last.name));
    this.#head = end !== undefined && end.size > anchor.size ? end : anchor;
    this.#seen = new SeenRecords();
    this.#firsts = [];
    // The object in which the trail begins may have begun before.
    const start = end !== undefined && end.size > anchor.size ? end.size : from;
    for await (const { first, sealed } of this.#objects.readFrom(start))
      if (sealed.length > 0) await this.#take(first, sealed);
  }

  async #take(first: number, sealed: readonly SealedRecord[]): Promise<void> {
    for (const { record } of sealed) this.#seen.add(record);
    this.#head = headOf(sealed, this.#head ?? EMPTY_CHAIN);
    this.#firsts.push(first);
    if (this.#firsts.length < INDEX_AFTER) return;
    const part = this.#objects.partOf(this.#firsts[0] ?? 0, this.#head.size);
    await this.#closed.close(part.name, this.#seen);
    this.#parts.push(part);
    await this.#closed.set(this.#parts);
    this.#seen = new SeenRecords();
    this.#firsts = [];
  }
}
