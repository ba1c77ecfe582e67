/** Sorts positions in a list by numbers, several times as fast as a sort that calls back. */

/** More than any catalogue has. Longer lists are sorted by comparing. */
const MOST = 16_384;

/*
 * What a sort works with: made once, as it stands in the way of every call. Constants, and not members of an object: the
 * engine then knows where they lie and how long they are.
 */

const numbers = new Float64Array(MOST);
/** The same numbers, as halves. */
const halves = new Int32Array(numbers.buffer);
/** Of each position: the upper half of its number, made a key that is the lower the higher the number. */
const keys = new Int32Array(MOST);
/** Positions, back and forth with each digit. */
const here = new Uint16Array(MOST);
const there = new Uint16Array(MOST);

/** Where the upper half of a number lies. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** What was asked for last, in order. */
let sorted = new Uint16Array();

/** A digit has eight bits. Of each: how many keys have it, then where the next of them goes. */
const DIGITS = 256;
const lower = new Uint16Array(DIGITS);
const middle = new Uint16Array(DIGITS);
const higher = new Uint16Array(DIGITS);

/** Keys that differ by less than 2 to the power of this are told apart well enough by their two highest digits. */
const NARROW = 28;

/**
 * The positions `0` to `scores.length - 1`, that of the highest score first; equals stay as they are. No score may be
 * NaN. What it returns is valid until the next call.
 *
 * A radix sort by the upper halves of the numbers, digit by digit, which compares nothing. Of these halves, the bits that
 * all have are left away, and of the others so many of the lowest that two or three digits are left: what was in them, and
 * in the lower halves, is put right afterwards.
 *
 * @see https://web.archive.org/web/2024/http://stereopsis.com/radix.html (Herf: the bits of a floating-point number in order)
 */
export function sortIndexes(scores: Float64Array): Uint16Array | Uint32Array {
  if (scores.length > MOST) return sortByComparing(scores);
  if (sorted.length !== scores.length) sorted = new Uint16Array(scores.length);
  const order = sorted;
  const { least, bits } = readKeys(scores);
  if (bits <= NARROW) sortByTwo(order, least, Math.max(0, bits - 16));
  else sortByThree(order, least, bits - 24);
  return settle(scores, order);
}

/** Makes the keys. @returns the lowest of them, and how many bits they have, counted from that. */
function readKeys(scores: Float64Array): { readonly least: number; readonly bits: number } {
  const count = scores.length;
  let least = 0x7fffffff;
  let most = -0x80000000;
  for (let index = 0; index < count; index += 1) {
    // Of two zeros, neither is the higher.
    numbers[index] = scores[index]! + 0;
    const half = halves[2 * index + HIGH]!;
    // Below 0, more bits are less already. From 0 on they are more, and go before all of those.
    const key = half < 0 ? half & 0x7fffffff : ~half;
    keys[index] = key;
    if (key < least) least = key;
    if (key > most) most = key;
  }
  return { least, bits: count === 0 ? 0 : 32 - Math.clz32(most - least) };
}

/** Each begins with what makes the keys short: counted from `least`, without the `shift` lowest bits. */
function sortByTwo(order: Uint16Array, least: number, shift: number): void {
  const count = order.length;
  lower.fill(0);
  higher.fill(0);
  for (let index = 0; index < count; index += 1) {
    const key = (keys[index]! - least) >>> shift;
    keys[index] = key;
    lower[key & 255]!++;
    higher[key >>> 8]!++;
  }
  addUp(lower);
  addUp(higher);
  for (let index = 0; index < count; index += 1) there[lower[keys[index]! & 255]!++] = index;
  for (let place = 0; place < count; place += 1) {
    const index = there[place]!;
    order[higher[keys[index]! >>> 8]!++] = index;
  }
}

function sortByThree(order: Uint16Array, least: number, shift: number): void {
  const count = order.length;
  lower.fill(0);
  middle.fill(0);
  higher.fill(0);
  for (let index = 0; index < count; index += 1) {
    const key = (keys[index]! - least) >>> shift;
    keys[index] = key;
    lower[key & 255]!++;
    middle[(key >>> 8) & 255]!++;
    higher[key >>> 16]!++;
  }
  addUp(lower);
  addUp(middle);
  addUp(higher);
  for (let index = 0; index < count; index += 1) there[lower[keys[index]! & 255]!++] = index;
  for (let place = 0; place < count; place += 1) {
    const index = there[place]!;
    here[middle[(keys[index]! >>> 8) & 255]!++] = index;
  }
  for (let place = 0; place < count; place += 1) {
    const index = here[place]!;
    order[higher[keys[index]! >>> 16]!++] = index;
  }
}

/** From how many have each digit to where the first of them goes. */
function addUp(digits: Uint16Array): void {
  let before = 0;
  for (let digit = 0; digit < DIGITS; digit += 1) {
    const own = digits[digit]!;
    digits[digit] = before;
    before += own;
  }
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
