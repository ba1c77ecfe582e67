/** The Merkle tree by known answers, by the RFC's own definition, and its proofs by what they must not show. */

import { assert, nat, property, tuple } from "fast-check";
import {
  isConsistent,
  isIncluded,
  proveConsistency,
  proveInclusion,
} from "../../audit/merkle-proof.ts";
import { growTree, hashInner, hashLeaf, rootOf } from "../../audit/merkle-tree.ts";

/** Entries and roots that implementations of Certificate Transparency test themselves with (testonly of transparency-dev/merkle). */
const ENTRIES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const leaves = Array.from({ length: 130 }, (_, index) => hashLeaf(Buffer.from(`entry ${index}`)));

/** MTH of the RFC, word by word. */
function rootByDefinition(of: readonly Buffer[]): Buffer {
  const [only] = of;
  if (only !== undefined && of.length === 1) return only;
  if (only === undefined) return rootOf([]);
  let split = 1;
  while (split * 2 < of.length) split *= 2;
  return hashInner(rootByDefinition(of.slice(0, split)), rootByDefinition(of.slice(split)));
}

function grow(count: number): ReturnType<typeof growTree> {
  const tree = growTree();
  for (const leaf of leaves.slice(0, count)) tree.add(leaf);
  return tree;
}

/** What is known when all before `first` is gone but the peaks. */
function knownFrom(first: number): Parameters<typeof proveInclusion>[0] {
  return { first, peaks: grow(first).peaks, leaves: leaves.slice(first) };
}

function flip(hashes: readonly Buffer[], place: number): readonly Buffer[] {
  return hashes.map((hash, index) => (index === place ? hashLeaf(hash) : hash));
}

describe("the tree", () => {
  it("has the root that is known of it", () => {
    const tree = growTree();

    const roots = ENTRIES.map((entry) => {
      tree.add(hashLeaf(Buffer.from(entry, "hex")));
      return tree.root().toString("hex");
    });

    expect(roots).toEqual(ROOTS);
  });

  it("without leaves is the hash of nothing", () => {
    expect(growTree().root().toString("hex")).toMatch(/^e3b0c44298fc1c14/);
  });

  it("is that of the RFC's definition, at every size, also when it goes on from its peaks", () => {
    for (let size = 0; size <= leaves.length; size += 1) {
      const before = grow(Math.floor(size / 3));
      const tree = growTree(before.size, before.peaks);
      for (const leaf of leaves.slice(before.size, size)) tree.add(leaf);

      expect(tree.size).toBe(size);
      expect(tree.root()).toEqual(rootByDefinition(leaves.slice(0, size)));
    }
  });

  it("refuses peaks that do not make up its size", () => {
    expect(() => growTree(5, leaves.slice(0, 1))).toThrow("5 leaves has 2 peaks, not 1");
  });
});

const sizes = tuple(nat(leaves.length - 1), nat(leaves.length - 1), nat(leaves.length - 1))
  .map((three) => three.toSorted((one, other) => one - other))
  .map(([first = 0, index = 0, last = 0]) => ({ first, index, size: last + 1 }));

describe("a proof that a leaf is in the tree", () => {
  it("holds for every leaf of every size, also without what was pruned", () => {
    assert(
      property(sizes, ({ first, index, size }) => {
        const path = proveInclusion(knownFrom(first), index, size);
        const leaf = leaves[index] ?? Buffer.alloc(0);

        expect(isIncluded({ leaf, index, size }, path, grow(size).root())).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("holds for nothing else", () => {
    assert(
      property(sizes, nat(leaves.length - 1), ({ index, size }, other) => {
        const root = grow(size).root();
        const path = proveInclusion(knownFrom(0), index, size);
        const leaf = leaves[index] ?? Buffer.alloc(0);
        const isShown = [
          isIncluded({ leaf: hashLeaf(leaf), index, size }, path, root),
          isIncluded({ leaf, index, size }, [...path, leaf], root),
          isIncluded({ leaf, index, size }, path, hashLeaf(root)),
          isIncluded({ leaf, index: size, size }, path, root),
          other !== index && isIncluded({ leaf, index: other, size }, path, root),
          ...path.map((_, place) => isIncluded({ leaf, index, size }, flip(path, place), root)),
          path.length > 0 && isIncluded({ leaf, index, size }, path.slice(1), root),
        ];

        expect(isShown).not.toContain(true);
      }),
    );
  });

  it("is not to be had of what is not there", () => {
    expect(() => proveInclusion(knownFrom(0), 5, 5)).toThrow(RangeError);
    expect(() => proveInclusion(knownFrom(4), 3, 8)).toThrow(RangeError);
    expect(() => proveInclusion(knownFrom(0), 5, 1_000)).toThrow(RangeError);
  });
});

describe("a proof that a tree is the beginning of another", () => {
  const pairs = sizes.map(({ first, index, size }) => ({ first, size: index + 1, later: size }));

  it("holds for every two sizes, also without what was pruned", () => {
    assert(
      property(pairs, ({ first, size, later }) => {
        const path = proveConsistency(knownFrom(first), size, later);
        const marks = [size, later].map((count) => ({ size: count, root: grow(count).root() }));

        expect(isConsistent(marks[0] ?? never(), marks[1] ?? never(), path)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("holds for nothing else", () => {
    assert(
      property(pairs, ({ size, later }) => {
        const path = proveConsistency(knownFrom(0), size, later);
        const earlier = { size, root: grow(size).root() };
        const after = { size: later, root: grow(later).root() };
        const isShown = [
          isConsistent({ size, root: hashLeaf(earlier.root) }, after, path),
          isConsistent(earlier, { size: later, root: hashLeaf(after.root) }, path),
          isConsistent(earlier, after, [...path, earlier.root]),
          ...path.map((_, place) => isConsistent(earlier, after, flip(path, place))),
          path.length > 0 && isConsistent(earlier, after, path.slice(1)),
          later > size && isConsistent(after, earlier, path),
        ];

        expect(isShown).not.toContain(true);
      }),
    );
  });

  it("is not to be had from nothing, nor of what only peaks are left of", () => {
    expect(() => proveConsistency(knownFrom(0), 0, 5)).toThrow(RangeError);
    expect(() => proveConsistency(knownFrom(4), 3, 8)).toThrow(RangeError);
    expect(() => proveConsistency(knownFrom(0), 9, 8)).toThrow(RangeError);
    expect(isConsistent({ size: 0, root: rootOf([]) }, { size: 1, root: rootOf([]) }, [])).toBe(
      false,
    );
  });
});

function never(): never {
  throw new Error("There are two.");
}
