/**
 * Proofs that a record is in a tree, and that a tree is the beginning of another. Pure.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3
 */

import { hashInner } from "./merkle-tree.ts";

/** The leaves that are known: all from `first` on, and the peaks of the tree of those before. */
export interface KnownLeaves {
  readonly first: number;
  readonly peaks: readonly Buffer[];
  readonly leaves: readonly Buffer[];
}

/**
 * What shows that a leaf is in the tree of the first `size` ones, from below.
 *
 * @throws {RangeError} when `index` is not among the known leaves of that tree.
 */
export function proveInclusion(known: KnownLeaves, index: number, size: number): readonly Buffer[] {
  if (index < known.first || index >= size) throw outside(index, size);
  const rootIn = readRoots(known);
  const path: Buffer[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    const isLeft = index < middle;
    path.push(isLeft ? rootIn(middle, to) : rootIn(from, middle));
    if (isLeft) to = middle;
    else from = middle;
  }
  return path.toReversed();
}

/** Whether `path` shows that the leaf is at that place of a tree of that size and root. */
export function isIncluded(
  { leaf, index, size }: { readonly leaf: Buffer; readonly index: number; readonly size: number },
  path: readonly Buffer[],
  root: Buffer,
): boolean {
  if (index >= size) return false;
  let node = leaf;
  let [place, last] = [index, size - 1];
  for (const sibling of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      node = hashInner(sibling, node);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else node = hashInner(node, sibling);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && node.equals(root);
}

/**
 * What shows that the tree of the first `size` leaves is the beginning of that of the first `laterSize`.
 *
 * @throws {RangeError} when `size` is 0, larger than the later one, or less than the leaves that are known only by their peaks.
 */
export function proveConsistency(
  known: KnownLeaves,
  size: number,
  laterSize: number,
): readonly Buffer[] {
  if (size < 1 || size < known.first || size > laterSize) throw outside(size, laterSize);
  const rootIn = readRoots(known);
  const path: Buffer[] = [];
  let [from, to] = [0, laterSize];
  // As long as the border lies on the left edge, whoever checks has the root of what is there already.
  let isKnown = true;
  while (to !== size) {
    const middle = from + splitOf(to - from);
    if (size <= middle) {
      path.push(rootIn(middle, to));
      to = middle;
    } else {
      path.push(rootIn(from, middle));
      from = middle;
      isKnown = false;
    }
  }
  if (!isKnown) path.push(rootIn(from, to));
  return path.toReversed();
}

/** The size and the root of a tree. */
export interface TreeMark {
  readonly size: number;
  readonly root: Buffer;
}

/** Whether `path` shows that the one tree is the beginning of the later one. */
export function isConsistent(earlier: TreeMark, later: TreeMark, path: readonly Buffer[]): boolean {
  if (earlier.size < 1 || earlier.size > later.size) return false;
  if (earlier.size === later.size) return path.length === 0 && earlier.root.equals(later.root);
  const [first, ...rest] = isPowerOfTwo(earlier.size) ? [earlier.root, ...path] : path;
  if (first === undefined) return false;
  let [place, last] = [earlier.size - 1, later.size - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  let [old, whole] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      [old, whole] = [hashInner(sibling, old), hashInner(sibling, whole)];
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else whole = hashInner(whole, sibling);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && old.equals(earlier.root) && whole.equals(later.root);
}

/** Gives the root over the leaves from `from` to before `to`. What is known only by peaks is never split. */
function readRoots({ first, peaks, leaves }: KnownLeaves): (from: number, to: number) => Buffer {
  const byPlace = new Map<string, Buffer>();
  let start = 0;
  for (const peak of peaks) {
    const end = start + largestPower(first - start);
    byPlace.set(`${start}-${end}`, peak);
    start = end;
  }
  const rootIn = (from: number, to: number): Buffer => {
    const peak = byPlace.get(`${from}-${to}`);
    if (peak !== undefined) return peak;
    if (to - from === 1) {
      const leaf = leaves[from - first];
      if (leaf === undefined) throw outside(from, first + leaves.length);
      return leaf;
    }
    const middle = from + splitOf(to - from);
    return hashInner(rootIn(from, middle), rootIn(middle, to));
  };
  return rootIn;
}

/** Where a tree of two or more leaves is parted: the largest power of two below its size. */
function splitOf(size: number): number {
  const power = largestPower(size);
  return power === size ? power / 2 : power;
}

/** The largest power of two that is not above. */
function largestPower(size: number): number {
  let power = 1;
  while (power * 2 <= size) power *= 2;
  return power;
}

function isPowerOfTwo(size: number): boolean {
  return largestPower(size) === size;
}

function half(number: number): number {
  return Math.floor(number / 2);
}

function outside(place: number, size: number): RangeError {
  return new RangeError(`${place} is not among what is known of a tree of ${size} leaves.`);
}
