/** Reads a trail in files from its beginning, and takes its beginning away. */

import { open } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { ChainHead, SealedRecord } from "../../audit/chain.ts";
import { readSealedLine } from "../../audit/sealed-line.ts";
import { SinkError, type SinkQuery } from "../contract.ts";
import { codeOf } from "./file-failure.ts";
import { planOf, type Extent, type FileTrail } from "./file-trail.ts";
import { lookAtLock } from "./folder-lock.ts";
import { matchesQuery } from "./matches-query.ts";
import { readLines } from "./segment-lines.ts";
import type { Segment } from "./trail-folder.ts";
import { writeWhole } from "./whole-file.ts";

/** Where no lock can be taken, as it is a copy to look at or the disk is full, and what is damaged, is still read. */
const UNLOCKED: ReadonlySet<unknown> = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "SINK_DAMAGED",
]);
const LOOKS = 200;
const PAUSE_MS = 5;

export async function* readFileTrail(
  trail: FileTrail,
  query: SinkQuery,
): AsyncIterable<SealedRecord> {
  let { afterSeq = -1 } = query;
  const matches = matchesQuery(query);
  for (;;) {
    const extent = await extentOf(trail);
    if (extent === undefined) return;
    try {
      for await (const { sealed } of linesOf(trail, extent, { ...query, afterSeq })) {
        afterSeq = sealed.seq;
        if (matches(sealed)) yield sealed;
      }
      return;
    } catch (error) {
      // Pruned meanwhile: what is left is read from where this stopped.
      const { size } = await trail.folder.readAnchor();
      if (codeOf(error) !== "ENOENT" || size <= extent.anchor.size) throw error;
    }
  }
}

/** Drops what is older than `before`, up to the first record that is not, or that is held. Gives how many there were. */
export async function pruneFileTrail(
  trail: FileTrail,
  before: string,
  isHeld: (run: string) => Promise<boolean>,
): Promise<number> {
  if ((await trail.extent()) === undefined) return 0;
  return trail.locked(async ({ number }) => {
    const extent = trail.currentExtent();
    const { anchor, at } = await findFirstKept(trail, extent, {
      before: Date.parse(before),
      isHeld,
    });
    const count = anchor.size - extent.anchor.size;
    if (count === 0) return 0;
    // From here on they are gone, whatever becomes of this process.
    await trail.folder.writeAnchor(anchor);
    const name = trail.folder.nameSegment(anchor.size, number);
    if (at === undefined) await writeWhole(trail.folder.pathOf(name), "", { isFlushed: true });
    else if (at.from > 0) await copyRest(trail, at, name);
    await trail.folder.removeSegments(anchor);
    trail.forget();
    return count;
  });
}

interface Place {
  readonly segment: Segment;
  readonly from: number;
  readonly to: number | undefined;
}

/** `at` is where its line is; absent: there is none, all are dropped. */
async function findFirstKept(
  trail: FileTrail,
  extent: Extent,
  {
    before,
    isHeld,
  }: { readonly before: number; readonly isHeld: (run: string) => Promise<boolean> },
): Promise<{ readonly anchor: ChainHead; readonly at?: Place }> {
  let { anchor } = extent;
  const query = { workspace: "" };
  for await (const { sealed, segment, from, to } of linesOf(trail, extent, query)) {
    const { seq, hash, record } = sealed;
    if (Date.parse(record.at) >= before || (await isHeld(record.run)))
      return { anchor, at: { segment, from, to } };
    anchor = { size: seq + 1, hash };
  }
  return { anchor };
}

/** What is left of a segment. No more than a segment is: it is held in memory. */
async function copyRest(
  trail: FileTrail,
  { segment, from, to }: Place,
  name: string,
): Promise<void> {
  const file = await open(trail.folder.pathOf(segment.name));
  try {
    const rest = Buffer.alloc((to ?? (await file.stat()).size) - from);
    for (let done = 0; done < rest.length;) {
      // oxlint-disable-next-line no-await-in-loop -- One part after the other.
      const { bytesRead } = await file.read(rest, done, rest.length - done, from + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    await writeWhole(trail.folder.pathOf(name), rest, { isFlushed: true });
  } finally {
    await file.close();
  }
}

async function extentOf(trail: FileTrail): Promise<Extent | undefined> {
  try {
    return await trail.extent();
  } catch (error) {
    if (!UNLOCKED.has(Reflect.get(Object(error), "code"))) throw error;
    return unlockedExtent(trail);
  }
}

/**
 * If the lock stands as before, nobody has begun to write meanwhile; and what its holder is about to write, it has noted. So nothing is
 * read that may yet be cut off.
 */
async function unlockedExtent({ folder }: FileTrail): Promise<Extent> {
  for (let look = 0; look < LOOKS; look += 1) {
    const before = await lookAtLock(folder.lockPath);
    const anchor = await folder.readAnchor();
    const segments = await folder.listSegments(anchor);
    const last = segments.at(-1);
    const { bytes = 0 } = (last && (await folder.look(last.name))) ?? {};
    const after = await lookAtLock(folder.lockPath);
    if (before.number === after.number && before.state === after.state) {
      const plan = planOf(after.note);
      const isOpen = plan.segment === last?.name && bytes < (plan.to ?? 0);
      return { anchor, segments, bytes: isOpen ? Math.min(bytes, plan.from ?? 0) : bytes };
    }
    await wait(PAUSE_MS);
  }
  throw new SinkError(
    "SINK_AWAY",
    "The audit trail cannot be read: it is written to all the time.",
  );
}

interface PlacedLine extends Place {
  readonly sealed: SealedRecord;
}

/** @throws {SinkError} SINK_DAMAGED: a line is no record. */
async function* linesOf(
  trail: FileTrail,
  { anchor, segments, bytes }: Extent,
  { afterSeq = -1, run }: SinkQuery,
): AsyncIterable<PlacedLine> {
  for (const segment of segments) {
    const { name, end = Infinity } = segment;
    if (end <= afterSeq + 1 || (run !== undefined && !trail.closed.mayHave(name, run))) continue;
    const to = segment.end === undefined ? bytes : undefined;
    for await (const { text, at } of readLines(trail.folder.pathOf(name), { to })) {
      const sealed = readSealedLine(text);
      if (sealed === undefined) throw damaged(name, at);
      const { seq } = sealed;
      if (seq < anchor.size || seq <= afterSeq) continue;
      if (seq >= end) break;
      yield { sealed, segment, from: at, to };
    }
  }
}

function damaged(segment: string, at: number): SinkError {
  return new SinkError(
    "SINK_DAMAGED",
    `In "${segment}.jsonl" of the audit trail there is no record at byte ${at}. Put the file back from a copy.`,
  );
}
