/** Takes away the beginning of a trail in a bucket. */

import { writeSealedLine } from "../../audit/sealed-line.ts";
import type { Anchor, S3Records } from "./s3-records.ts";

/** Gives how many records were dropped. */
export async function pruneS3Trail(
  objects: S3Records,
  before: string,
  isHeld: (run: string) => boolean,
): Promise<number> {
  for (;;) {
    const { etag, ...old } = await objects.readAnchor();
    const kept = await findFirstKept(objects, old, { before: Date.parse(before), isHeld });
    const count = kept.anchor.size - old.anchor.size;
    if (count === 0) return 0;
    // From here on they are gone. Where another one prunes too, what it has left is looked at anew.
    // oxlint-disable-next-line no-await-in-loop -- As above.
    if (!(await objects.moveAnchor(kept, etag))) continue;
    // oxlint-disable-next-line no-await-in-loop -- Once.
    await empty(objects, old.from, kept);
    return count;
  }
}

async function findFirstKept(
  objects: S3Records,
  old: Anchor,
  { before, isHeld }: { readonly before: number; readonly isHeld: (run: string) => boolean },
): Promise<Anchor> {
  let { anchor } = old;
  for await (const { first, sealed } of objects.readFrom(old.from)) {
    for (const { seq, hash, record } of sealed) {
      if (seq < anchor.size) continue;
      if (Date.parse(record.at) >= before || isHeld(record.run)) return { anchor, from: first };
      anchor = { size: seq + 1, hash };
    }
  }
  return { anchor, from: anchor.size };
}

async function empty(objects: S3Records, from: number, kept: Anchor): Promise<void> {
  for await (const { first, sealed } of objects.readFrom(from)) {
    if (first > kept.from || first >= kept.anchor.size) break;
    const left = sealed.filter(({ seq }) => seq >= kept.anchor.size);
    if (left.length === sealed.length) continue;
    await objects.replace(first, left.map((one) => `${writeSealedLine(one)}\n`).join(""));
  }
  for (const { name, end = Infinity } of await objects.listIndexes())
    if (end <= kept.anchor.size) await objects.removeIndex(name);
}
