/** Sorts positions in a list by numbers, several times as fast as a sort that calls back. */

/** More than any catalogue has. Longer lists are sorted by comparing. */
const MOST = 16_384;

/*
 * What a sort works with: made once, as it stands in the way of every call. Constants, and not members of an object: the
 * engine then knows where they lie and how long they are.
 */

const numbers = new Float64Array(MOST);
/** The same numbers, as halves. */
const halves = new Uint32Array(numbers.buffer);
/** The upper halves, which are sorted, and the positions that they come from: back and forth with each digit. */
const keysHere = new Uint32Array(MOST);
const keysThere = new Uint32Array(MOST);
const originsHere = new Uint16Array(MOST);
const originsThere = new Uint16Array(MOST);

/** Where the upper half of a number lies. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** A key has four digits of eight bits. Of each: how many keys have it, then where the next of them goes. */
const DIGITS = 256;
const lowest = new Uint32Array(DIGITS);
const lower = new Uint32Array(DIGITS);
const higher = new Uint32Array(DIGITS);
const highest = new Uint32Array(DIGITS);

/**
 * The positions `0` to `scores.length - 1`, that of the highest score first; equals stay as they are. No score may be
 * NaN.
 *
 * A radix sort by the upper halves of the numbers, digit by digit, which compares nothing; scores that differ in their lower
 * halves only are put right afterwards.
 *
 * @see https://web.archive.org/web/2024/http://stereopsis.com/radix.html (Herf: the bits of a floating-point number in order)
 */
export function sortIndexes(scores: Float64Array): Uint16Array | Uint32Array {
  const count = scores.length;
  if (count > MOST) return sortByComparing(scores);
  readKeys(scores);
  for (let index = 0; index < count; index += 1) {
    const key = keysHere[index]!;
    const place = lowest[key & 255]!++;
    keysThere[place] = key;
    originsThere[place] = index;
  }
  for (let index = 0; index < count; index += 1) {
    const key = keysThere[index]!;
    const place = lower[(key >>> 8) & 255]!++;
    keysHere[place] = key;
    originsHere[place] = originsThere[index]!;
  }
  for (let index = 0; index < count; index += 1) {
    const key = keysHere[index]!;
    const place = higher[(key >>> 16) & 255]!++;
    keysThere[place] = key;
    originsThere[place] = originsHere[index]!;
  }
  const order = new Uint16Array(count);
  for (let index = 0; index < count; index += 1) {
    order[highest[keysThere[index]! >>> 24]!++] = originsThere[index]!;
  }
  return settle(scores, order);
}

/** Makes the keys, the lowest of the highest score, and finds out where each digit begins. */
function readKeys(scores: Float64Array): void {
  lowest.fill(0);
  lower.fill(0);
  higher.fill(0);
  highest.fill(0);
  for (let index = 0; index < scores.length; index += 1) {
    // Of two zeros, neither is the higher.
    numbers[index] = scores[index]! + 0;
    const half = halves[2 * index + HIGH]!;
    // Below 0, more bits are less already. From 0 on they are more, and go before all of those.
    const key = half >>> 31 === 1 ? half : ~half & 0x7fffffff;
    keysHere[index] = key;
    lowest[key & 255]!++;
    lower[(key >>> 8) & 255]!++;
    higher[(key >>> 16) & 255]!++;
    highest[key >>> 24]!++;
  }
  const before = { lowest: 0, lower: 0, higher: 0, highest: 0 };
  for (let digit = 0; digit < DIGITS; digit += 1) {
    before.lowest += putBefore(lowest, digit, before.lowest);
    before.lower += putBefore(lower, digit, before.lower);
    before.higher += putBefore(higher, digit, before.higher);
    before.highest += putBefore(highest, digit, before.highest);
  }
}

function putBefore(next: Uint32Array, digit: number, before: number): number {
  const own = next[digit]!;
  next[digit] = before;
  return own;
}

/** So many moves a number: beyond, an insertion sort takes longer than any other. */
const MOST_MOVES = 16;

/** With an insertion sort by the scores themselves: what is in order already is only looked at. */
function settle(scores: Float64Array, order: Uint16Array): Uint16Array | Uint32Array {
  let movesLeft = MOST_MOVES * order.length;
  for (let place = 1; place < order.length; place += 1) {
    const index = order[place]!;
    const score = scores[index]!;
    let free = place;
    // Equals are in order already: they came in by position.
    while (free > 0 && scores[order[free - 1]!]! < score) {
      order[free] = order[free - 1]!;
      free -= 1;
    }
    if (free === place) continue;
    order[free] = index;
    movesLeft -= place - free;
    if (movesLeft < 0) return sortByComparing(scores);
  }
  return order;
}

function sortByComparing(scores: Float64Array): Uint32Array {
  return Uint32Array.from(scores.keys()).toSorted((one, other) => {
    const [score, otherScore] = [scores[one]!, scores[other]!];
    return score === otherScore ? one - other : score < otherScore ? 1 : -1;
  });
}
