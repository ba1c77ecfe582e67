/** The objects of one trail in a bucket: writes, indexes of many of them, and the anchor, which tells where the trail begins. */

import { EMPTY_CHAIN, type ChainHead, type SealedRecord } from "../../audit/chain.ts";
import { readSealedLine } from "../../audit/sealed-line.ts";
import { SinkError, type SinkQuery } from "../contract.ts";
import type { ClosedSegment } from "./closed-segments.ts";
import { matchesQuery } from "./matches-query.ts";
import type { S3Bucket } from "./s3-bucket.ts";
import { SeenRecords } from "./seen-records.ts";

/** One write. */
export interface Written {
  readonly first: number;
  /** None: it was pruned. */
  readonly sealed: readonly SealedRecord[];
}

export interface Anchor {
  readonly anchor: ChainHead;
  /** The number in the name of the object in which the trail begins. */
  readonly from: number;
}

interface Part {
  readonly index: Buffer;
  /** Of the last record in it. */
  readonly hash: string;
  readonly firsts: readonly number[];
}

const DIGITS = 15;
/** Objects that are asked for at once. */
const AT_ONCE = 8;

export class S3Records {
  readonly #bucket: S3Bucket;
  readonly #prefix: string;

  /** @param prefix - of the workspace, with a slash at its end. */
  constructor(bucket: S3Bucket, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  /** `false`: it is there. */
  create(first: number, lines: string): Promise<boolean> {
    return this.#bucket.put(this.#keyOf(first), lines, "absent");
  }

  /** What is left of a write after pruning. */
  async replace(first: number, lines: string): Promise<void> {
    await this.#bucket.put(this.#keyOf(first), lines);
  }

  /** From the object of this name on. */
  async *readFrom(first: number): AsyncIterable<Written> {
    const after = first === 0 ? undefined : this.#keyOf(first - 1);
    let batch: string[] = [];
    for await (const key of this.#bucket.list(`${this.#prefix}records/`, after)) {
      batch.push(key);
      if (batch.length < AT_ONCE) continue;
      yield* await Promise.all(batch.map((each) => this.#read(each)));
      batch = [];
    }
    yield* await Promise.all(batch.map((each) => this.#read(each)));
  }

  async *query(query: SinkQuery): AsyncIterable<SealedRecord> {
    const { anchor, from } = await this.readAnchor();
    const matches = matchesQuery(query);
    const parts = await this.listIndexes();
    const { afterSeq = -1 } = query;
    const start = parts.findLast(({ end = 0 }) => end <= afterSeq + 1)?.end ?? 0;
    for await (const { sealed } of this.readFrom(Math.max(start, from)))
      yield* sealed.filter((one) => one.seq >= anchor.size && matches(one));
  }

  async readAnchor(): Promise<Anchor & { readonly etag?: string }> {
    const found = await this.#bucket.get(`${this.#prefix}anchor.json`);
    if (found === undefined) return { anchor: EMPTY_CHAIN, from: 0 };
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by this file.
      return { ...(JSON.parse(found.body.toString()) as Anchor), etag: found.etag };
    } catch {
      throw damaged("anchor.json");
    }
  }

  /** `false`: another one has moved it meanwhile. */
  moveAnchor(anchor: Anchor, etag: string | undefined): Promise<boolean> {
    const condition = etag === undefined ? "absent" : { etag };
    return this.#bucket.put(`${this.#prefix}anchor.json`, JSON.stringify(anchor), condition);
  }

  partOf(first: number, end: number): ClosedSegment {
    return { name: `${pad(first)}-${pad(end)}`, end };
  }

  async listIndexes(): Promise<readonly ClosedSegment[]> {
    const parts: ClosedSegment[] = [];
    for await (const key of this.#bucket.list(`${this.#prefix}index/`)) {
      const name = key.slice(`${this.#prefix}index/`.length);
      parts.push({ name, end: Number(name.slice(DIGITS + 1)) });
    }
    return parts.toSorted((one, other) => (one.end ?? 0) - (other.end ?? 0));
  }

  async readIndex(name: string): Promise<Buffer | undefined> {
    return (await this.#readPart(name))?.index;
  }

  async readIndexHead(name: string): Promise<ChainHead | undefined> {
    const part = await this.#readPart(name);
    return part && { size: Number(name.slice(DIGITS + 1)), hash: part.hash };
  }

  async writeIndex(name: string, { index, ...rest }: Part): Promise<void> {
    const head = Buffer.from(`${JSON.stringify(rest)}\n`);
    await this.#bucket.put(`${this.#prefix}index/${name}`, Buffer.concat([head, index]));
  }

  async removeIndex(name: string): Promise<void> {
    await this.#bucket.delete(`${this.#prefix}index/${name}`);
  }

  /** The records of all objects in an index. */
  async readPart(name: string): Promise<SeenRecords> {
    const seen = new SeenRecords();
    const { firsts = [] } = (await this.#readPart(name)) ?? {};
    for (let at = 0; at < firsts.length; at += AT_ONCE) {
      const keys = firsts.slice(at, at + AT_ONCE).map((first) => this.#keyOf(first));
      // oxlint-disable-next-line no-await-in-loop -- Some at once, not all.
      const batch = await Promise.all(keys.map((key) => this.#read(key)));
      for (const { sealed } of batch) for (const { record } of sealed) seen.add(record);
    }
    return seen;
  }

  async #readPart(name: string): Promise<Part | undefined> {
    const found = await this.#bucket.get(`${this.#prefix}index/${name}`);
    if (found === undefined) return undefined;
    const end = found.body.indexOf(10);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by this file.
    const head = JSON.parse(found.body.toString("utf8", 0, end)) as Omit<Part, "index">;
    return { ...head, index: found.body.subarray(end + 1) };
  }

  async #read(key: string): Promise<Written> {
    const { body } = (await this.#bucket.get(key)) ?? { body: Buffer.alloc(0) };
    const lines = body.toString().split("\n").slice(0, -1);
    const sealed = lines.map((line) => {
      const read = readSealedLine(line);
      if (read === undefined) throw damaged(key.slice(this.#prefix.length));
      return read;
    });
    return { first: Number(key.slice(-DIGITS)), sealed };
  }

  #keyOf(first: number): string {
    return `${this.#prefix}records/${pad(first)}`;
  }
}

function pad(seq: number): string {
  return String(seq).padStart(DIGITS, "0");
}

function damaged(name: string): SinkError {
  return new SinkError(
    "SINK_DAMAGED",
    `The object "${name}" of the audit trail is damaged. Put it back from a copy.`,
  );
}
