/** The segments of a trail that nothing is added to any more: which runs are in them, and, of a few, which records. */

import type { AuditRecord } from "../../audit/record.ts";
import { hashRun, RunIndex } from "./run-index.ts";
import type { SeenRecords } from "./seen-records.ts";

export interface ClosedSegment {
  readonly name: string;
  /** The number behind its last record. */
  readonly end?: number;
}

/** Where segments are. */
export interface SegmentSource {
  /** As it was written; `undefined` where there is none. */
  readIndex(name: string): Promise<Buffer | undefined>;
  /** Can be made anew from the segment: that it cannot be written is no fault. */
  writeIndex(name: string, index: Buffer): Promise<void>;
  readSeen(segment: ClosedSegment): Promise<SeenRecords>;
}

/** Segments whose records are remembered one by one. Runs that go on across the end of a segment are in the newest. */
const REMEMBERED = 3;

export class ClosedSegments {
  readonly #source: SegmentSource;
  readonly #indexes = new Map<string, RunIndex>();
  #segments: ReadonlyMap<string, ClosedSegment> = new Map();
  /** The one that was asked for last is the last. */
  readonly #seen = new Map<string, SeenRecords>();

  constructor(source: SegmentSource) {
    this.#source = source;
  }

  /** These and no others, the oldest first. */
  async set(segments: readonly ClosedSegment[]): Promise<void> {
    this.#segments = new Map(segments.map((segment) => [segment.name, segment]));
    for (const name of this.#indexes.keys())
      if (!this.#segments.has(name)) this.#indexes.delete(name);
    for (const segment of segments) {
      // oxlint-disable-next-line no-await-in-loop -- Most are there; and those that are not are read one after the other.
      if (!this.#indexes.has(segment.name)) await this.#load(segment);
    }
  }

  /** One that was open until now. */
  async close(name: string, seen: SeenRecords): Promise<void> {
    const index = RunIndex.of(seen);
    this.#indexes.set(name, index);
    this.#remember(name, seen);
    await this.#source.writeIndex(name, index.encode()).catch(() => undefined);
  }

  /** Those of the records that are in none. */
  async withoutSeen(records: readonly AuditRecord[]): Promise<readonly AuditRecord[]> {
    let left = records;
    for (const [name, index] of [...this.#indexes].toReversed()) {
      const runs = new Set(left.map(({ run }) => run));
      const here = new Set([...runs].filter((run) => index.find(hashRun(run)) !== undefined));
      if (here.size === 0) continue;
      // oxlint-disable-next-line no-await-in-loop -- One in memory at a time.
      const seen = await this.#read(name);
      left = left.filter((record) => !here.has(record.run) || !seen.has(record));
    }
    return left;
  }

  hasEnded(run: string): boolean {
    const hash = hashRun(run);
    return [...this.#indexes.values()].some((index) => index.find(hash) === "ended");
  }

  /** Whether it may be in a segment. */
  mayHave(name: string, run: string): boolean {
    return this.#indexes.get(name)?.find(hashRun(run)) !== undefined || !this.#indexes.has(name);
  }

  async #load(segment: ClosedSegment): Promise<void> {
    const { name } = segment;
    const file = await this.#source.readIndex(name);
    const index = file && RunIndex.decode(file);
    if (index !== undefined) this.#indexes.set(name, index);
    else await this.close(name, await this.#source.readSeen(segment));
  }

  async #read(name: string): Promise<SeenRecords> {
    const segment = this.#segments.get(name) ?? { name };
    const seen = this.#seen.get(name) ?? (await this.#source.readSeen(segment));
    this.#remember(name, seen);
    return seen;
  }

  #remember(name: string, seen: SeenRecords): void {
    this.#seen.delete(name);
    this.#seen.set(name, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
  }
}
