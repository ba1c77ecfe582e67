/** What can be wrong with a trail, and how it is collected. */

export const TRAIL_FAULT_KINDS = [
  /** A record is not as it was sealed. */
  "changed",
  /** Records are missing between others. */
  "removed",
  /** A record stands in a place that another has. */
  "inserted",
  /** A record stands behind one that it came before. */
  "reordered",
  /** A record has the id of another. */
  "duplicate_id",
  /** A record or checkpoint of another workspace. */
  "wrong_workspace",
  /** A line is neither a record nor a checkpoint. */
  "unreadable",
  /** A line says what it says in another spelling than it was written in. */
  "spelling",
  /** The first line of a file does not say what the file is. */
  "header",
  /** A checkpoint was not signed by the key that it names, or was changed since. */
  "signature",
  /** A checkpoint is signed by a key that is not among those given. */
  "unknown_key",
  /** The chain holds together, and is not the one that was signed. */
  "rewritten",
  /** It was to be signed, and no checkpoint fits that is. */
  "unsigned",
  /** A checkpoint counts more records than there are. */
  "truncated",
  /** The trail does not begin with the first record, and nothing signed says that it may. */
  "unanchored",
] as const;

export type TrailFaultKind = (typeof TRAIL_FAULT_KINDS)[number];

export interface TrailFault {
  readonly kind: TrailFaultKind;
  /** The place of the record, or of the first of them. */
  readonly seq?: number;
  /** Of the record. */
  readonly id?: string;
  /** Of a file, from 1. */
  readonly line?: number;
  /** In words. */
  readonly detail: string;
}

/** A fault of which it may show later what it is, or where. */
export type FaultDraft = { -readonly [Name in keyof TrailFault]: TrailFault[Name] };

export type Report = (fault: FaultDraft) => FaultDraft;

/** Keeps the first faults, and counts all. */
export class FaultList {
  readonly #most: number;
  readonly #kept: FaultDraft[] = [];
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  readonly add: Report = (fault) => {
    this.#count += 1;
    if (this.#kept.length < this.#most) this.#kept.push(fault);
    return fault;
  };

  get count(): number {
    return this.#count;
  }

  /** In the order of the chain; what has no place in it comes last. */
  list(): readonly TrailFault[] {
    return this.#kept.toSorted(
      (one, other) => (one.seq ?? Infinity) - (other.seq ?? Infinity) || 0,
    );
  }
}
