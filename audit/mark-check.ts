/** Holds what is signed of a chain against the chain. */

import type { KeyObject } from "node:crypto";
import type { ChainHead } from "./chain.ts";
import { isCheckpoint, verifyCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { keyIdOf } from "./keys.ts";
import { growTree, leafOf, type GrowingTree } from "./merkle-tree.ts";
import type { Report } from "./trail-fault.ts";

/** A checkpoint, or what whoever checks knows from elsewhere. */
interface Mark extends ChainHead {
  readonly root?: string;
  readonly peaks?: readonly string[];
  /** By a key that is known: it wins over the records. */
  readonly isTrusted: boolean;
  readonly name: string;
  readonly line?: number | undefined;
}

export interface MarkCheckOptions {
  readonly publicKeys: readonly KeyObject[];
  readonly anchor: ChainHead | undefined;
  readonly report: Report;
}

export class MarkCheck {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #report: Report;
  /** Those whose place has not come, by size. */
  #pending: Mark[] = [];
  /** Over all records whose hashes are settled; `undefined` where some are not known. */
  #tree: GrowingTree | undefined = growTree();
  #isAnchored = false;
  /** How many checkpoints fit. */
  fitting = 0;
  /** How many records the last checkpoint vouches for that fits and whose signature was checked. */
  signedSize = 0;

  constructor({ publicKeys, anchor, report }: MarkCheckOptions) {
    this.#keys = new Map(publicKeys.map((key) => [keyIdOf(key), key]));
    this.#report = report;
    if (anchor !== undefined) {
      this.#pending.push({ ...anchor, isTrusted: true, name: "what the trail was to begin with" });
      this.#isAnchored = true;
    }
  }

  /** Takes a checkpoint whose place is still to come. Gives it back when it has one. */
  admit(value: unknown, workspace: string | undefined, line?: number): Checkpoint | undefined {
    const where = line === undefined ? {} : { line };
    if (!isCheckpoint(value)) {
      const detail =
        "A checkpoint does not have the form of one, or its root is not that of its peaks.";
      this.#report({ kind: "unreadable", ...where, detail });
      return undefined;
    }
    const fault = this.#findFault(value, workspace);
    if (fault !== undefined) {
      this.#report({ ...fault, ...where });
      return undefined;
    }
    const mark: Mark = {
      ...value,
      hash: value.head,
      isTrusted: this.#keys.size > 0,
      name: `the checkpoint of ${value.at} over ${value.size} records`,
      line,
    };
    const place = this.#pending.findLastIndex(({ size }) => size <= mark.size) + 1;
    this.#pending.splice(place, 0, mark);
    return value;
  }

  /** Adds what is settled to the tree. */
  grow(seq: number, hash: string): void {
    if (this.#tree?.size === seq) this.#tree.add(leafOf(hash));
    else if (this.#tree?.size !== seq + 1) this.#tree = undefined;
  }

  /** Of fewer records nothing is there: what is signed of them has nothing to be held against. */
  skip(size: number): void {
    this.#pending = this.#pending.filter((mark) => mark.size >= size);
  }

  /**
   * The chain has that many records, the last of which may be one of these hashes.
   *
   * @returns the hash that what is signed says the last record has, if it says so.
   */
  reach(size: number, hashes: readonly string[]): string | undefined {
    let settled: string | undefined;
    while ((this.#pending[0]?.size ?? Infinity) <= size) {
      const mark = this.#pending.shift();
      if (mark?.size === size) settled = this.#compare(mark, hashes) ?? settled;
      else if (mark !== undefined) this.#reportLate(mark, size);
    }
    return settled;
  }

  /** @param start - the place of the first record; `undefined` when there was none. */
  end(start: number | undefined, size: number): void {
    const longest = this.#pending.at(-1);
    if (longest !== undefined && longest.size > size) {
      const count = start === undefined ? "none is left" : `the last is number ${size - 1}`;
      const detail = `The end is missing: ${longest.name} counts ${longest.size} records, and ${count}.`;
      this.#report({ kind: "truncated", seq: size, ...lineOf(longest), detail });
    }
    if (start === undefined || start === 0 || this.#isAnchored) return;
    const detail =
      `The trail begins with record ${start}, and no checkpoint that fits and whose key is known says what came before. ` +
      `If its beginning was pruned, give the public key, or what it begins with.`;
    this.#report({ kind: "unanchored", seq: start, detail });
  }

  #findFault(
    checkpoint: Checkpoint,
    workspace: string | undefined,
  ): Parameters<Report>[0] | undefined {
    const { at, size, keyId } = checkpoint;
    const name = `The checkpoint of ${at} over ${size} records`;
    if (workspace !== undefined && checkpoint.workspace !== workspace) {
      const detail = `${name} is of the workspace "${checkpoint.workspace}".`;
      return { kind: "wrong_workspace", detail };
    }
    if (this.#keys.size === 0) return undefined;
    const key = this.#keys.get(keyId);
    if (key === undefined) {
      return {
        kind: "unknown_key",
        detail: `${name} names the key "${keyId}", which was not given.`,
      };
    }
    if (verifyCheckpoint(checkpoint, key)) return undefined;
    const detail = `${name} was not signed by the key "${keyId}", or was changed since.`;
    return { kind: "signature", detail };
  }

  /** Where it stands it proves nothing: it must not be possible to disarm one by moving it. */
  #reportLate(mark: Mark, size: number): void {
    const detail = `${mark.name} stands behind record ${size - 1}, too late to be held against what it signs.`;
    this.#report({ kind: "reordered", ...lineOf(mark), detail: capitalised(detail) });
  }

  #compare(mark: Mark, hashes: readonly string[]): string | undefined {
    const isHead = hashes.includes(mark.hash);
    const root = mark.root === undefined ? undefined : this.#rootWith(mark);
    const isRoot = root === undefined || root === mark.root;
    if (isRoot && (isHead || (root !== undefined && mark.isTrusted))) {
      this.#follow(mark);
      if (mark.peaks !== undefined) this.fitting += 1;
      return mark.hash;
    }
    const detail =
      `The records up to number ${mark.size - 1} are not those that were signed: they do not lead to ${mark.name}. Either they ` +
      `were written anew, or the checkpoint is of another chain.`;
    this.#report({ kind: "rewritten", seq: Math.max(0, mark.size - 1), ...lineOf(mark), detail });
    this.#isAnchored ||= mark.isTrusted;
    return undefined;
  }

  /** The root that the tree has if the mark is right about the last record. `undefined`: not all before is known. */
  #rootWith({ size, hash }: Mark): string | undefined {
    if (this.#tree === undefined) return undefined;
    if (this.#tree.size === size) return this.#tree.root().toString("hex");
    if (this.#tree.size !== size - 1) return undefined;
    const whole = growTree(this.#tree.size, this.#tree.peaks);
    whole.add(leafOf(hash));
    return whole.root().toString("hex");
  }

  #follow({ size, peaks, isTrusted }: Mark): void {
    if (peaks !== undefined) {
      const roots = peaks.map((peak) => Buffer.from(peak, "hex"));
      this.#tree = growTree(size, roots);
    }
    if (!isTrusted) return;
    this.#isAnchored = true;
    if (peaks !== undefined) this.signedSize = size;
  }
}

function lineOf({ line }: Mark): { readonly line?: number } {
  return line === undefined ? {} : { line };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
