/** The trail of one workspace in files, which several processes of one machine write to. */

import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { seal, type ChainHead, type SealedRecord } from "../../audit/chain.ts";
import type { AuditRecord } from "../../audit/record.ts";
import { readSealedLine, writeSealedLine } from "../../audit/sealed-line.ts";
import { SinkError } from "../contract.ts";
import { ClosedSegments } from "./closed-segments.ts";
import { unlessMissing } from "./file-failure.ts";
import { takeLock, type Lease } from "./folder-lock.ts";
import { GroupCommit } from "./group-commit.ts";
import { OpenSegment } from "./open-segment.ts";
import { withoutRepeats } from "./seen-records.ts";
import { cutOff, readLines, writeAt } from "./segment-lines.ts";
import { TrailFolder, type Segment } from "./trail-folder.ts";
import { Turns } from "./turns.ts";
import { flushFolder } from "./whole-file.ts";

export interface FileTrailOptions {
  readonly segmentBytes: number;
  readonly isFlushed: boolean;
  readonly lockTimeoutMs: number;
}

/** What stands in the trail at a moment. */
export interface Extent {
  readonly anchor: ChainHead;
  readonly segments: readonly Segment[];
  /** Of the last segment: what comes behind was not finished. */
  readonly bytes: number;
}

/** What is about to be written: who finds less of it than that takes it away, so that a write is there as a whole or not at all. */
interface Plan {
  readonly segment: string;
  readonly from: number;
  readonly to: number;
}

export class FileTrail {
  readonly folder: TrailFolder;
  readonly closed: ClosedSegments;
  readonly #options: FileTrailOptions;
  readonly #commits = new GroupCommit((records) => this.#commit(records));
  readonly #turns = new Turns();
  #lastLease = -1;
  #open: OpenSegment | undefined;
  #segments: readonly Segment[] = [];
  #anchor: ChainHead | undefined;
  #head: ChainHead | undefined;

  constructor(path: string, options: FileTrailOptions) {
    this.folder = new TrailFolder(path);
    this.closed = new ClosedSegments(this.folder);
    this.#options = options;
  }

  write(records: readonly AuditRecord[]): Promise<void> {
    return this.#commits.add(records);
  }

  async findEnded(runs: readonly string[]): Promise<readonly string[]> {
    if (!(await this.#exists())) return [];
    return this.locked(async () =>
      runs.filter((run) => this.#open?.seen.hasEnded(run) || this.closed.hasEnded(run)),
    );
  }

  /** `undefined`: there is no trail. */
  async extent(): Promise<Extent | undefined> {
    if (!(await this.#exists())) return undefined;
    return this.locked(async () => this.currentExtent());
  }

  /** While it is locked. */
  currentExtent(): Extent {
    const { anchor } = this.#known();
    return { anchor, segments: this.#segments, bytes: this.#open?.bytes ?? 0 };
  }

  idle(): Promise<void> {
    return this.#commits.idle();
  }

  /** While nobody else writes, and knowing what others have written. */
  locked<T>(work: (lease: Lease) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      const { lockTimeoutMs } = this.#options;
      const lease = await takeLock(this.folder.lockPath, lockTimeoutMs);
      try {
        await this.#catchUp(lease);
        return await work(lease);
      } catch (error) {
        this.forget();
        throw error;
      } finally {
        await lease.release();
      }
    });
  }

  /** The next one reads anew what is there. */
  forget(): void {
    this.#lastLease = -1;
    this.#open = undefined;
  }

  async #commit(records: readonly AuditRecord[]): Promise<void> {
    await this.locked(async (lease) => {
      const once = withoutRepeats(records);
      const fresh = once.filter((record) => this.#open?.seen.has(record) !== true);
      const left = await this.closed.withoutSeen(fresh);
      if (left.length > 0) await this.#append(left, lease);
    });
  }

  async #append(records: readonly AuditRecord[], lease: Lease): Promise<void> {
    const { head } = this.#known();
    const sealed = seal(head, records);
    const content = Buffer.from(sealed.map((one) => `${writeSealedLine(one)}\n`).join(""));
    const before = this.#open;
    const isNew = before === undefined || before.bytes >= this.#options.segmentBytes;
    const segment = isNew
      ? new OpenSegment(this.folder.nameSegment(head.size, lease.number))
      : before;
    await this.#writeTo(segment, content, { lease, isNew });
    if (!(await lease.isHeld())) throw takenAway();
    segment.add(sealed, content.length);
    this.#head = segment.head ?? head;
    if (!isNew) return;
    await this.#begin(segment, before);
  }

  /** A new segment takes the place of the one before. */
  async #begin(segment: OpenSegment, before: OpenSegment | undefined): Promise<void> {
    segment.inode = (await this.folder.look(segment.name))?.inode ?? 0;
    this.#segments = await this.folder.listSegments(this.#known().anchor);
    this.#open = segment;
    if (before !== undefined) await this.closed.close(before.name, before.seen);
    await this.closed.set(this.#segments.slice(0, -1));
  }

  async #writeTo(
    segment: OpenSegment,
    content: Buffer,
    { lease, isNew }: { readonly lease: Lease; readonly isNew: boolean },
  ): Promise<void> {
    const { isFlushed } = this.#options;
    const { name, bytes: from } = segment;
    const plan: Plan = { segment: name, from, to: from + content.length };
    await lease.note(JSON.stringify(plan));
    const path = this.folder.pathOf(name);
    try {
      await writeAt(path, content, { at: from, isNew, isFlushed });
      if (isNew && isFlushed) await this.#flushFolders();
    } catch (error) {
      // Where this cannot be done either, the next one does it.
      await cutOff(path, from).catch(() => lease.abandon());
      throw error;
    }
  }

  async #flushFolders(): Promise<void> {
    const { path } = this.folder;
    for (const folder of [path, dirname(path), dirname(dirname(path))]) {
      // oxlint-disable-next-line no-await-in-loop -- A new segment is rare.
      await flushFolder(folder);
    }
  }

  async #exists(): Promise<boolean> {
    return (await unlessMissing(stat(this.folder.path))) !== undefined;
  }

  /** Takes in what others have written, and takes away what they have not finished. */
  async #catchUp({ number, left }: Lease): Promise<void> {
    const isNext = number === this.#lastLease + 1 && left === undefined;
    this.#lastLease = number;
    if (isNext && this.#open !== undefined && (await this.#isUnchanged(this.#open))) return;
    this.#anchor = await this.folder.readAnchor();
    this.#segments = await this.folder.listSegments(this.#anchor);
    const last = this.#segments.at(-1);
    await this.closed.set(this.#segments.slice(0, -1));
    this.#open = last && (await this.#readOn(last.name, planOf(left?.note)));
    this.#head = this.#open?.head ?? (await this.#lastHead());
    // It may wake up and go on to write: nobody else does so in its segment.
    if (left?.isGone === false) await this.#fence(number);
  }

  async #isUnchanged({ name, inode, bytes }: OpenSegment): Promise<boolean> {
    const mark = await this.folder.look(name);
    return mark?.inode === inode && mark.bytes === bytes;
  }

  async #readOn(name: string, plan: Partial<Plan>): Promise<OpenSegment> {
    const path = this.folder.pathOf(name);
    const { inode = 0, bytes = 0 } = (await this.folder.look(name)) ?? {};
    const isSame = this.#open?.name === name && this.#open.inode === inode;
    const known = isSame && this.#open !== undefined && this.#open.bytes <= bytes;
    const segment = known && this.#open !== undefined ? this.#open : new OpenSegment(name);
    segment.inode = inode;
    const { from = 0, to = 0 } = plan.segment === name ? plan : {};
    const isPartial = from < bytes && bytes < to;
    if (isPartial) await cutOff(path, from);
    const whole = await segment.readOn(path);
    if (whole < (isPartial ? from : bytes)) await cutOff(path, whole);
    return segment;
  }

  /** Where the open segment has nothing yet. */
  async #lastHead(): Promise<ChainHead> {
    const { anchor } = this.#known();
    for (const { name, end = Infinity } of this.#segments.toReversed()) {
      let last: SealedRecord | undefined;
      // oxlint-disable-next-line no-await-in-loop -- The first one has it, but for segments that were never written to.
      for await (const { text } of readLines(this.folder.pathOf(name))) {
        const sealed = readSealedLine(text);
        if (sealed !== undefined && sealed.seq < end) last = sealed;
      }
      if (last !== undefined && last.seq >= anchor.size)
        return { size: last.seq + 1, hash: last.hash };
    }
    return anchor;
  }

  async #fence(lease: number): Promise<void> {
    const before = this.#open;
    const segment = new OpenSegment(this.folder.nameSegment(this.#known().head.size, lease));
    await writeAt(this.folder.pathOf(segment.name), Buffer.alloc(0), {
      at: 0,
      isNew: true,
      isFlushed: true,
    });
    await this.#flushFolders();
    await this.#begin(segment, before);
  }

  #known(): { readonly anchor: ChainHead; readonly head: ChainHead } {
    if (this.#anchor === undefined) throw new Error("the trail was not looked at");
    return { anchor: this.#anchor, head: this.#head ?? this.#anchor };
  }
}

export function planOf(note = ""): Partial<Plan> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by this file.
    return JSON.parse(note) as Plan;
  } catch {
    return {};
  }
}

function takenAway(): SinkError {
  const why = "this process was not heard of for too long, and another one took its place";
  return new SinkError("SINK_AWAY", `The audit trail was not written: ${why}.`);
}
