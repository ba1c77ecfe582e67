/** The lines of a trail in a file: JSON, each in its one spelling. See docs/reference/trail-format.md. Pure. */

import type { Checkpoint } from "./checkpoint.ts";
import type { SealedRecord } from "./chain.ts";
import { exactJson } from "./exact-json.ts";

export const TRAIL_FORMAT = "signalbox-trail";

export interface TrailHeader {
  readonly format: typeof TRAIL_FORMAT;
  readonly version: 1;
  readonly workspace: string;
}

export function headerLine(workspace: string): string {
  const header: TrailHeader = { format: TRAIL_FORMAT, version: 1, workspace };
  return `${exactJson(header)}\n`;
}

/**
 * A trail as a file: what it is, and then records in the order of the chain, each checkpoint behind the last record that it counts.
 *
 * @param checkpoints - in the order of their sizes. Those over fewer records than come before the first, or over more than there are, are
 *   left out: nothing in the file could be held against them.
 */
export async function* exportTrail(
  workspace: string,
  records: Iterable<SealedRecord> | AsyncIterable<SealedRecord>,
  checkpoints: Iterable<Checkpoint> | AsyncIterable<Checkpoint> = [],
): AsyncGenerator<string, void> {
  yield headerLine(workspace);
  const marks = readAhead(checkpoints);
  let isFirst = true;
  for await (const sealed of records) {
    // What was signed of the beginning that is gone says what the rest is chained to.
    for await (const mark of marks.upTo(sealed.seq)) {
      if (!isFirst || mark.size === sealed.seq) yield `${exactJson(mark)}\n`;
    }
    isFirst = false;
    yield `${exactJson(sealed)}\n`;
    for await (const mark of marks.upTo(sealed.seq + 1)) yield `${exactJson(mark)}\n`;
  }
}

interface ReadAhead {
  upTo(size: number): AsyncIterable<Checkpoint>;
}

function readAhead(checkpoints: Iterable<Checkpoint> | AsyncIterable<Checkpoint>): ReadAhead {
  const source = asyncOf(checkpoints);
  let next: IteratorResult<Checkpoint, void> | undefined;
  return {
    async *upTo(size) {
      next ??= await source.next();
      while (next.done !== true && next.value.size <= size) {
        yield next.value;
        next = await source.next();
      }
    },
  };
}

async function* asyncOf<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
): AsyncGenerator<Item, void> {
  yield* items;
}
