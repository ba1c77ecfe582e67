/** The files of one trail: segments of lines, and the anchor, which tells where the trail begins. */

import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { EMPTY_CHAIN, type ChainHead } from "../../audit/chain.ts";
import { readSealedLine } from "../../audit/sealed-line.ts";
import { SinkError } from "../contract.ts";
import type { ClosedSegment, SegmentSource } from "./closed-segments.ts";
import { unlessMissing } from "./file-failure.ts";
import { SeenRecords } from "./seen-records.ts";
import { readLines } from "./segment-lines.ts";
import { listNames, writeWhole } from "./whole-file.ts";

export interface Segment {
  /**
   * Without its ending: the number of its first record, and that of the lease under which it was begun, such as `000000000001200-17`. So
   * nobody ever writes to a segment that another one has begun anew.
   */
  readonly name: string;
  readonly first: number;
  /** Where the next segment begins: lines from here on are of one that was taken for dead, and count for nothing. Absent: it is the last. */
  readonly end?: number;
}

const SEGMENT = /^((\d{15})-(\d{10}))\.jsonl$/;

export class TrailFolder implements SegmentSource {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get lockPath(): string {
    return join(this.path, "lock");
  }

  nameSegment(first: number, lease: number): string {
    return `${String(first).padStart(15, "0")}-${String(lease).padStart(10, "0")}`;
  }

  pathOf(segment: string): string {
    return join(this.path, `${segment}.jsonl`);
  }

  /** Which runs are in a segment that is closed. Can be made anew from the segment. */
  indexPathOf(segment: string): string {
    return join(this.path, `${segment}.runs`);
  }

  async readIndex(segment: string): Promise<Buffer | undefined> {
    return unlessMissing(readFile(this.indexPathOf(segment)));
  }

  async writeIndex(segment: string, index: Buffer): Promise<void> {
    await writeWhole(this.indexPathOf(segment), index, { isFlushed: false });
  }

  async readSeen({ name, end = Infinity }: ClosedSegment): Promise<SeenRecords> {
    const seen = new SeenRecords();
    for await (const { text } of readLines(this.pathOf(name))) {
      const sealed = readSealedLine(text);
      if (sealed !== undefined && sealed.seq < end) seen.add(sealed.record);
    }
    return seen;
  }

  /** Where the trail begins: what was before is pruned. */
  async readAnchor(): Promise<ChainHead> {
    const text = await unlessMissing(readFile(join(this.path, "anchor.json"), "utf8"));
    const anchor = text === undefined ? EMPTY_CHAIN : parseAnchor(text);
    if (anchor !== undefined) return anchor;
    throw new SinkError("SINK_DAMAGED", 'The file "anchor.json" of the audit trail is damaged.');
  }

  async writeAnchor(anchor: ChainHead): Promise<void> {
    await writeWhole(join(this.path, "anchor.json"), JSON.stringify(anchor), { isFlushed: true });
  }

  /** Those that have something behind the anchor, in order. */
  async listSegments(anchor: ChainHead): Promise<readonly Segment[]> {
    const all = await this.#listAll();
    return all.filter(({ first, end = Infinity }) => end > Math.max(anchor.size, first));
  }

  /** Those that were pruned. */
  async removeSegments(anchor: ChainHead): Promise<void> {
    for (const { name, end = Infinity } of await this.#listAll()) {
      if (end > anchor.size) continue;
      // oxlint-disable-next-line no-await-in-loop -- One after the other, so that what is left is always a trail.
      await rm(this.pathOf(name), { force: true });
      // oxlint-disable-next-line no-await-in-loop -- As above.
      await rm(this.indexPathOf(name), { force: true });
    }
  }

  /** Which file it is, and how long: `undefined` where there is none. */
  async look(segment: string): Promise<FileMark | undefined> {
    const found = await unlessMissing(stat(this.pathOf(segment)));
    return found && { inode: found.ino, bytes: found.size };
  }

  async #listAll(): Promise<readonly Segment[]> {
    const found = (await listNames(this.path)).flatMap((file) => {
      const [, name, first] = SEGMENT.exec(file) ?? [];
      return name === undefined ? [] : [{ name, first: Number(first) }];
    });
    return found.map((segment, index) => {
      const end = found[index + 1]?.first;
      return { ...segment, ...(end !== undefined && { end }) };
    });
  }
}

export interface FileMark {
  readonly inode: number;
  readonly bytes: number;
}

function parseAnchor(text: string): ChainHead | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Looked at right here.
    const { size, hash } = JSON.parse(text) as Record<string, unknown>;
    if (Number.isSafeInteger(size) && typeof hash === "string") return { size: Number(size), hash };
  } catch {
    // Damaged.
  }
  return undefined;
}
