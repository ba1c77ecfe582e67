/** Checkpoints of two places as one list in the order of their sizes. */

import type { Checkpoint } from "../../audit/checkpoint.ts";

/** Both are in that order already. */
export async function* mergeCheckpoints(
  those: Iterable<Checkpoint> | AsyncIterable<Checkpoint>,
  others: readonly Checkpoint[],
): AsyncGenerator<Checkpoint, void> {
  const left = [...others];
  for await (const checkpoint of those) {
    while (left[0] !== undefined && left[0].size <= checkpoint.size) {
      const next = left.shift();
      if (next !== undefined) yield next;
    }
    yield checkpoint;
  }
  yield* left;
}
