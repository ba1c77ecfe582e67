/** Sorts positions in a list by numbers, several times as fast as a sort that calls back. */

/** What a sort works with: kept, as it stands in the way of every call. */
interface Scratch {
  readonly keys: Float64Array;
  /** The same numbers, as halves. */
  readonly halves: Uint32Array;
}

let scratch = createScratch(512);

/** Where the lower half of a number lies. */
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

/**
 * The positions `0` to `scores.length - 1`, that of the highest score first; equals stay as they are. No score may be
 * NaN.
 *
 * The engine sorts numbers in its own code, but only numbers. So each score carries its position in the last bits of
 * its fraction; scores that differ by less than those bits are put right afterwards.
 */
export function sortIndexes(scores: Float64Array): Uint32Array {
  const count = scores.length;
  if (count > scratch.keys.length) scratch = createScratch(count * 2);
  const { keys, halves } = scratch;
  const mask = 2 ** (32 - Math.clz32(count)) - 1;
  for (let index = 0; index < count; index += 1) {
    const key = 0 - (scores[index] ?? 0);
    keys[index] = key;
    const low = 2 * index + LOW;
    // Of two numbers below 0 the one with more in its fraction is the lower one.
    halves[low] = ((halves[low] ?? 0) & ~mask) | (key < 0 ? mask - index : index);
  }
  keys.subarray(0, count).sort();
  return readOrder(scores, scratch, mask);
}

function createScratch(capacity: number): Scratch {
  const keys = new Float64Array(capacity);
  return { keys, halves: new Uint32Array(keys.buffer) };
}

/** With an insertion sort by the scores themselves: what is in order already is only looked at. */
function readOrder(scores: Float64Array, { keys, halves }: Scratch, mask: number): Uint32Array {
  const order = new Uint32Array(scores.length);
  for (let place = 0; place < order.length; place += 1) {
    const low = (halves[2 * place + LOW] ?? 0) & mask;
    const index = (keys[place] ?? 0) < 0 ? mask - low : low;
    const score = scores[index] ?? 0;
    let free = place;
    while (free > 0) {
      const before = order[free - 1] ?? 0;
      const scoreBefore = scores[before] ?? 0;
      if (scoreBefore > score || (scoreBefore === score && before < index)) break;
      order[free] = before;
      free -= 1;
    }
    order[free] = index;
  }
  return order;
}
