/** The segments of a trail that nothing is added to any more: which runs are in them, and, of a few, which records. */

import { readFile } from "node:fs/promises";
import { readSealedLine } from "../../audit/sealed-line.ts";
import type { AuditRecord } from "../../audit/record.ts";
import { unlessMissing } from "./file-failure.ts";
import { hashRun, RunIndex } from "./run-index.ts";
import { SeenRecords } from "./seen-records.ts";
import { readLines } from "./segment-lines.ts";
import type { Segment, TrailFolder } from "./trail-folder.ts";
import { writeWhole } from "./whole-file.ts";

/** Segments whose records are remembered one by one. Runs that go on across the end of a segment are in the newest. */
const REMEMBERED = 3;

export class ClosedSegments {
  readonly #folder: TrailFolder;
  readonly #indexes = new Map<string, RunIndex>();
  #segments: ReadonlyMap<string, Segment> = new Map();
  /** The one that was asked for last is the last. */
  readonly #seen = new Map<string, SeenRecords>();

  constructor(folder: TrailFolder) {
    this.#folder = folder;
  }

  /** These and no others, the oldest first. */
  async set(segments: readonly Segment[]): Promise<void> {
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
    const path = this.#folder.indexPathOf(name);
    // It can be made anew: nothing is lost where it is not on the disk.
    await writeWhole(path, index.encode(), { isFlushed: false }).catch(() => undefined);
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

  async #load({ name, end }: Segment): Promise<void> {
    const file = await unlessMissing(readFile(this.#folder.indexPathOf(name)));
    const index = file && RunIndex.decode(file);
    if (index !== undefined) this.#indexes.set(name, index);
    else await this.close(name, await readSeen(this.#folder.pathOf(name), end));
  }

  async #read(name: string): Promise<SeenRecords> {
    const { end } = this.#segments.get(name) ?? {};
    const seen = this.#seen.get(name) ?? (await readSeen(this.#folder.pathOf(name), end));
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

async function readSeen(path: string, end = Infinity): Promise<SeenRecords> {
  const seen = new SeenRecords();
  for await (const { text } of readLines(path)) {
    const sealed = readSealedLine(text);
    if (sealed !== undefined && sealed.seq < end) seen.add(sealed.record);
  }
  return seen;
}
