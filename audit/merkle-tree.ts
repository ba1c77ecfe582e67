/**
 * The Merkle tree over the hashes of a chain's records, of which only the roots of its largest whole parts are kept. Pure.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1
 */

import { hash as digest } from "node:crypto";

/** What sets leaves apart from what is above them, so that neither can be passed off as the other. */
const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);

/** A tree that grows at its right end. */
export interface GrowingTree {
  readonly size: number;
  /** The roots of the largest whole trees that it is made of, from the left. */
  readonly peaks: readonly Buffer[];
  add(leaf: Buffer): void;
  root(): Buffer;
}

/** The tree's leaf for the hash of a record, in hex. */
export function leafOf(hash: string): Buffer {
  return hashLeaf(Buffer.from(hash, "hex"));
}

export function hashLeaf(entry: Uint8Array): Buffer {
  return digest("sha256", Buffer.concat([LEAF, entry]), "buffer");
}

export function hashInner(left: Uint8Array, right: Uint8Array): Buffer {
  return digest("sha256", Buffer.concat([INNER, left, right]), "buffer");
}

/** The root of a tree with these peaks. */
export function rootOf(peaks: readonly Buffer[]): Buffer {
  const last = peaks.at(-1);
  if (last === undefined) return digest("sha256", "", "buffer");
  return peaks.slice(0, -1).reduceRight((right, left) => hashInner(left, right), last);
}

/** How many peaks a tree of that size has: as many as its number has ones in binary. */
export function countPeaks(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** A tree that has `size` leaves already, of which only the peaks are known. */
export function growTree(size = 0, peaks: readonly Buffer[] = []): GrowingTree {
  if (peaks.length !== countPeaks(size)) {
    throw new RangeError(
      `A tree of ${size} leaves has ${countPeaks(size)} peaks, not ${peaks.length}.`,
    );
  }
  const grown = [...peaks];
  let count = size;
  return {
    get size() {
      return count;
    },
    get peaks() {
      return [...grown];
    },
    add(leaf) {
      let node = leaf;
      for (let rest = count; rest % 2 === 1; rest = (rest - 1) / 2) {
        const left = grown.pop();
        if (left !== undefined) node = hashInner(left, node);
      }
      grown.push(node);
      count += 1;
    },
    root: () => rootOf(grown),
  };
}
