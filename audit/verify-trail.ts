/** Checks a trail: that no record was changed, removed, added or moved, and that it is the one that was signed. */

import type { KeyObject } from "node:crypto";
import { ChainCheck } from "./chain-check.ts";
import { hashOf, type ChainHead, type SealedRecord } from "./chain.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { isSealedRecord } from "./exact-forms.ts";
import { MarkCheck } from "./mark-check.ts";
import { FaultList, type TrailFault } from "./trail-fault.ts";

export interface VerifyOptions {
  /** Whose trail it is. Default: as the first record, or the file, says. */
  readonly workspace?: string;
  /** In the order of their sizes, beside those that the trail holds itself. Those kept elsewhere show what those beside it cannot. */
  readonly checkpoints?: Iterable<Checkpoint> | AsyncIterable<Checkpoint>;
  /** Those that checkpoints may be signed by. Without any, signatures are not checked. */
  readonly publicKeys?: readonly KeyObject[];
  /** Whether a trail without any checkpoint that fits and that one of the keys signed is at fault. Default: `false`. */
  readonly mustBeSigned?: boolean;
  /**
   * What is known to come before the first record: of a trail whose beginning was pruned; `EMPTY_CHAIN` of one that is to be whole. Default:
   * the beginning may be missing where a checkpoint by one of the keys vouches for the rest.
   */
  readonly anchor?: ChainHead;
  /** How many faults are listed. The others are counted. Default: 100. */
  readonly maxFaults?: number;
}

export interface TrailReport {
  /** No fault was found. */
  readonly isSound: boolean;
  readonly workspace?: string;
  /** How many records were read. */
  readonly records: number;
  /** Number of the first one. */
  readonly start?: number;
  /** How many there are with those before the first, and the hash of the last: the next trail's anchor. */
  readonly head: ChainHead;
  /** How many checkpoints fit. */
  readonly checkpoints: number;
  /** How many records, from the first on, are vouched for by a checkpoint that fits and that a key given here signed. */
  readonly signedSize: number;
  readonly faultCount: number;
  readonly faults: readonly TrailFault[];
}

/**
 * Checks what a sink gives. Needs memory for the records' ids only.
 *
 * Faults are in the report: it rejects only where the records cannot be read.
 */
export async function verifyTrail(
  records: Iterable<SealedRecord> | AsyncIterable<SealedRecord>,
  options: VerifyOptions = {},
): Promise<TrailReport> {
  const check = new TrailCheck(options);
  for await (const sealed of records) {
    if (check.isDue(sealed.seq)) await check.admitUpTo(sealed.seq);
    check.take(sealed);
  }
  return check.end();
}

/** A check that is given one thing after the other. */
export class TrailCheck {
  readonly #faults: FaultList;
  readonly #marks: MarkCheck;
  readonly #chain: ChainCheck;
  readonly #others: AsyncIterator<Checkpoint>;
  readonly #mustBeSigned: boolean;
  #workspace: string | undefined;
  #records = 0;
  /** The next checkpoint from elsewhere; `undefined`: none is left. */
  #next: Checkpoint | undefined;
  #isBegun = false;

  constructor(options: VerifyOptions) {
    const { publicKeys = [], anchor, maxFaults = 100, checkpoints = [], workspace } = options;
    this.#faults = new FaultList(maxFaults);
    this.#marks = new MarkCheck({ publicKeys, anchor, report: this.#faults.add });
    this.#chain = new ChainCheck(this.#marks, anchor, this.#faults.add);
    this.#others = iterate(checkpoints);
    this.#mustBeSigned = options.mustBeSigned ?? false;
    this.#workspace = workspace;
  }

  get faults(): FaultList {
    return this.#faults;
  }

  get workspace(): string | undefined {
    return this.#workspace;
  }

  /** What the file says of itself. */
  takeWorkspace(workspace: string, line: number): void {
    this.#workspace ??= workspace;
    this.#checkWorkspace(workspace, { line });
  }

  /** Whether there are checkpoints from elsewhere over no more records than come before this one. */
  isDue(seq: number): boolean {
    return !this.#isBegun || (this.#next?.size ?? Infinity) <= seq;
  }

  async admitUpTo(seq: number): Promise<void> {
    if (!this.#isBegun) await this.#advance();
    while (this.#next !== undefined && this.#next.size <= seq) {
      this.#marks.admit(this.#next, this.#workspace);
      this.#chain.compareMarks();
      await this.#advance();
    }
  }

  /** @param hash - what its hash has to be, if that is known. */
  take(value: unknown, hash?: string, line?: number): void {
    this.#records += 1;
    const where = line === undefined ? {} : { line };
    const computed = isSealedRecord(value) ? (hash ?? tryHash(value)) : undefined;
    if (!isSealedRecord(value) || computed === undefined) {
      const detail = "It does not have the form of a sealed record.";
      this.#chain.takeUnreadable({ kind: "unreadable", ...where, detail });
      return;
    }
    this.#chain.take({ sealed: value, hash: computed, ...where });
    const { workspace, id } = value.record;
    this.#workspace ??= workspace;
    this.#checkWorkspace(workspace, { seq: value.seq, id, ...where });
  }

  takeCheckpoint(value: unknown, line: number): void {
    this.#marks.admit(value, this.#workspace, line);
    this.#chain.compareMarks();
  }

  takeUnreadable(line: number, detail: string): void {
    this.#chain.takeUnreadable({ kind: "unreadable", line, detail });
  }

  async end(): Promise<TrailReport> {
    await this.admitUpTo(Infinity);
    this.#chain.end();
    if (this.#mustBeSigned && this.#marks.signedSize === 0) {
      const detail =
        "No checkpoint that fits was signed by a key that was given, so all of it could have been made anew.";
      this.#faults.add({ kind: "unsigned", detail });
    }
    const { start, head } = this.#chain;
    return {
      isSound: this.#faults.count === 0,
      ...(this.#workspace !== undefined && { workspace: this.#workspace }),
      records: this.#records,
      ...(start !== undefined && { start }),
      head,
      checkpoints: this.#marks.fitting,
      signedSize: this.#marks.signedSize,
      faultCount: this.#faults.count,
      faults: this.#faults.list(),
    };
  }

  #checkWorkspace(workspace: string, where: Partial<TrailFault>): void {
    if (workspace === this.#workspace) return;
    const detail = `It is of the workspace "${workspace}", and the trail of "${this.#workspace}".`;
    this.#faults.add({ kind: "wrong_workspace", ...where, detail });
  }

  async #advance(): Promise<void> {
    this.#isBegun = true;
    const { done, value } = await this.#others.next();
    this.#next = done === true ? undefined : value;
  }
}

/** `undefined` for a record that has no exact spelling, so that it cannot have been sealed. */
function tryHash(sealed: SealedRecord): string | undefined {
  try {
    return hashOf(sealed);
  } catch {
    return undefined;
  }
}

async function* iterate<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
): AsyncGenerator<Item, undefined> {
  yield* items;
  return undefined;
}
