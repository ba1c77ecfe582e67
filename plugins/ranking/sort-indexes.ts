/** Sorts positions in a list by numbers, the highest first; equals stay as they are. Several times as fast as a sort that calls back. */

/** Runs of so many are sorted by insertion, which is the quickest for few. */
const RUN = 8;

/** What a sort works with: kept, as it stands in the way of every call. No sort begins before the one before has ended. */
let front = new Uint32Array(512);
let back = new Uint32Array(512);

/**
 * Sorts the positions `0` to `keys.length - 1`. No key may be NaN.
 *
 * @param before - the order in which equals are left. Default: by position.
 * @returns a view that holds until the next sort.
 */
export function sortIndexes(keys: Float64Array, before?: Uint32Array): Uint32Array {
  const count = keys.length;
  if (count > front.length) {
    front = new Uint32Array(count * 2);
    back = new Uint32Array(count * 2);
  }
  if (before === undefined) for (let at = 0; at < count; at += 1) front[at] = at;
  else front.set(before);
  for (let start = 0; start < count; start += RUN) {
    insertRun(keys, front, start, Math.min(start + RUN, count));
  }
  for (let width = RUN; width < count; width *= 2) {
    for (let start = 0; start < count; start += width * 2) {
      mergeRuns(keys, start, Math.min(start + width, count), Math.min(start + width * 2, count));
    }
    [front, back] = [back, front];
  }
  return front.subarray(0, count);
}

function insertRun(keys: Float64Array, order: Uint32Array, start: number, end: number): void {
  for (let at = start + 1; at < end; at += 1) {
    const index = at32(order, at);
    const key = at64(keys, index);
    let free = at;
    while (free > start && at64(keys, at32(order, free - 1)) < key) {
      order[free] = at32(order, free - 1);
      free -= 1;
    }
    order[free] = index;
  }
}

/** From `front` to `back`. */
function mergeRuns(keys: Float64Array, start: number, middle: number, end: number): void {
  const from = front;
  const to = back;
  let left = start;
  let right = middle;
  // What is in order already, as a list by priority is, is copied only.
  const isSorted =
    middle === end || at64(keys, at32(from, middle - 1)) >= at64(keys, at32(from, middle));
  if (isSorted) {
    for (let at = start; at < end; at += 1) to[at] = at32(from, at);
    return;
  }
  for (let at = start; at < end; at += 1) {
    const takesLeft =
      right === end ||
      (left < middle && at64(keys, at32(from, left)) >= at64(keys, at32(from, right)));
    to[at] = at32(from, takesLeft ? left++ : right++);
  }
}

/** Typed arrays give `undefined` beyond their end, where nothing here reads. */
function at32(list: Uint32Array, at: number): number {
  return list[at] ?? 0;
}

function at64(list: Float64Array, at: number): number {
  return list[at] ?? 0;
}
