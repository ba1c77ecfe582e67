/** Goes along a chain and says which records are changed, missing, added or out of order. Goes on behind each fault. */

import { NO_HASH, type ChainHead, type SealedRecord } from "./chain.ts";
import type { MarkCheck } from "./mark-check.ts";
import type { FaultDraft, Report } from "./trail-fault.ts";

/** A record as it was found. */
export interface FoundRecord {
  readonly sealed: SealedRecord;
  /** What its hash has to be. */
  readonly hash: string;
  readonly line?: number;
}

/** What may be the last record so far: two may claim its place, and only the next one tells. */
interface Place {
  readonly seq: number;
  readonly id?: string;
  readonly hash: string;
  readonly line?: number | undefined;
  /** What is wrong with it has been said. */
  readonly isReported: boolean;
}

/** Places that no record was found for, so far. */
interface Gap {
  readonly from: number;
  readonly to: number;
  /** What the record behind says is the hash of the last one in it. */
  readonly hash: string;
}

const BEFORE_ALL: Place = { seq: -1, hash: NO_HASH, isReported: false };

export class ChainCheck {
  readonly #marks: MarkCheck;
  readonly #report: Report;
  readonly #anchor: ChainHead | undefined;
  readonly #ids = new Set<string>();
  #start: number | undefined;
  #size = 0;
  #last: Place[] = [];
  /** What was wrong with records of which it is not known where they belong. */
  #unplaced: FaultDraft[] = [];
  #gaps: Gap[] = [];

  constructor(marks: MarkCheck, anchor: ChainHead | undefined, report: Report) {
    this.#marks = marks;
    this.#anchor = anchor;
    this.#report = report;
  }

  get start(): number | undefined {
    return this.#start;
  }

  /** Where the chain ends. */
  get head(): ChainHead {
    return { size: this.#size, hash: this.#last[0]?.hash ?? NO_HASH };
  }

  take(found: FoundRecord): void {
    const { sealed, hash } = found;
    if (sealed.hash !== hash) {
      this.#takeChanged(found);
      return;
    }
    if (this.#start === undefined) this.#begin(sealed.seq, sealed.previous);
    if (sealed.seq < this.#size) this.#takeLate(found);
    else this.#takeNext(found);
  }

  /** Something stands where a record should, and cannot be told to be one. */
  takeUnreadable(fault: FaultDraft): void {
    this.#unplaced.push(this.#report(fault));
  }

  /** A checkpoint was admitted. */
  compareMarks(): void {
    if (this.#start === undefined) return;
    const hashes = this.#last.map(({ hash }) => hash);
    const settled = this.#marks.reach(this.#size, hashes);
    if (settled !== undefined) this.#last = [...this.#settle(settled)];
  }

  end(): void {
    for (const { from, to } of this.#gaps) this.#report(removed(from, to));
    for (const place of this.#last.slice(1)) this.#reportInserted(place);
    for (const [index, fault] of this.#unplaced.entries()) fault.seq = this.#size + index;
    this.#marks.end(this.#start, this.#size + this.#unplaced.length);
  }

  #begin(seq: number, previous?: string): void {
    const { size: expected = 0 } = this.#anchor ?? {};
    const start = Math.max(0, seq - this.#unplaced.length);
    this.#start = this.#anchor !== undefined && start > expected ? expected : start;
    this.#size = this.#start;
    this.#marks.skip(this.#start);
    if (this.#start === 0) {
      this.#last = [BEFORE_ALL];
      this.#marks.reach(0, [NO_HASH]);
    } else if (previous !== undefined && this.#start === seq) {
      this.#marks.reach(seq, [previous]);
    }
  }

  #takeNext({ sealed, line }: FoundRecord): void {
    const { seq, previous, hash } = sealed;
    const gap = seq - this.#size;
    const found = this.#placeUnplaced(gap);
    if (gap === 0) this.#join(previous, sealed, line);
    else {
      this.#leave();
      // Of a single one that is missing the hash is known, and with it the tree.
      if (gap === 1) this.#marks.grow(seq - 1, previous);
      if (found < gap) this.#gaps.push({ from: this.#size + found, to: seq, hash: previous });
      this.#marks.skip(seq);
      this.#marks.reach(seq, [previous]);
    }
    this.#place({ seq, id: sealed.record.id, hash, line, isReported: false });
  }

  #takeChanged({ sealed, line }: FoundRecord): void {
    const { seq, previous, hash, record } = sealed;
    const detail = `The record is not as it was sealed: its hash is that of other words.`;
    const fault = this.#report({ kind: "changed", seq, id: record.id, ...at(line), detail });
    const isBehindLast = this.#last.some((place) => place.hash === previous);
    const isPlaced = this.#start === undefined ? seq === 0 : seq === this.#size || isBehindLast;
    if (!isPlaced) {
      this.#unplaced.push(fault);
      return;
    }
    if (this.#start === undefined) this.#begin(0);
    fault.seq = this.#size;
    this.#placeUnplaced(0);
    if (isBehindLast) this.#join(previous, sealed, line);
    else this.#leave();
    this.#place({ seq: this.#size, id: record.id, hash, line, isReported: true });
  }

  #takeLate({ sealed, line }: FoundRecord): void {
    const { seq, hash, record } = sealed;
    const place: Place = { seq, id: record.id, hash, line, isReported: false };
    const gap = this.#gaps.find(({ from, to }) => from <= seq && seq < to);
    if (gap !== undefined) {
      this.#fill(gap, place);
      return;
    }
    const isRival = seq === this.#size - 1 && this.#last.every((other) => other.hash !== hash);
    if (isRival) this.#last.push(place);
    else this.#reportInserted(place);
  }

  /** A record that was missing stands further behind. */
  #fill(gap: Gap, place: Place): void {
    const { seq, hash } = place;
    const parts = [
      { ...gap, to: seq },
      { ...gap, from: seq + 1 },
    ];
    this.#gaps = [
      ...this.#gaps.filter((other) => other !== gap),
      ...parts.filter(({ from, to }) => from < to),
    ];
    this.#remember(place);
    const isWhole = seq !== gap.to - 1 || hash === gap.hash;
    if (isWhole) {
      const detail = `The record stands behind record ${this.#size - 1}, and belongs before record ${gap.to}.`;
      this.#report({ kind: "reordered", ...named(place), detail });
    } else this.#report(replaced(place));
  }

  /** The next record says what the hash of the last one is. */
  #join(previous: string, next: SealedRecord, line: number | undefined): void {
    const [first] = this.#last;
    if (first === undefined) return;
    if (first === BEFORE_ALL) {
      if (previous === NO_HASH) return;
      const detail =
        "The record is the first by its number, and says that another stands before it.";
      this.#report({ kind: "changed", seq: next.seq, id: next.record.id, ...at(line), detail });
      return;
    }
    const [settled] = this.#settle(previous);
    if (settled !== undefined) this.#marks.grow(settled.seq, settled.hash);
  }

  /** What comes next does not say what the last record is. */
  #leave(): void {
    const [first, ...rivals] = this.#last;
    if (first === undefined || first === BEFORE_ALL) return;
    for (const rival of rivals) this.#reportInserted(rival);
    this.#marks.grow(first.seq, first.hash);
  }

  /** Says which of those that claim the last place has no right to it. */
  #settle(hash: string): readonly Place[] {
    const [first] = this.#last;
    if (first === undefined || first === BEFORE_ALL) return this.#last;
    const right = this.#last.find((place) => place.hash === hash) ?? first;
    for (const place of this.#last) if (place !== right) this.#reportInserted(place);
    if (right.hash === hash) return [right];
    if (!right.isReported) this.#report(replaced(right));
    return [{ ...right, hash, isReported: true }];
  }

  #place(place: Place): void {
    this.#remember(place);
    this.#last = [place];
    this.#size = place.seq + 1;
    this.compareMarks();
  }

  /** What could not be placed stands where records are missing, as many as there is room for; the rest was added. */
  #placeUnplaced(room: number): number {
    const faults = this.#unplaced;
    if (faults.length === 0) return 0;
    for (const [index, fault] of faults.entries()) {
      if (index < room) fault.seq = this.#size + index;
      else if (fault.kind === "changed") {
        fault.kind = "inserted";
        fault.detail =
          "The record stands between two that follow each other, and its hash is wrong.";
      }
    }
    this.#unplaced = [];
    return Math.min(faults.length, room);
  }

  #remember(place: Place): void {
    const { id = "" } = place;
    if (this.#ids.has(id)) {
      const detail = `The id of the record is that of another before it.`;
      this.#report({ kind: "duplicate_id", ...named(place), detail });
    }
    this.#ids.add(id);
  }

  #reportInserted(place: Place): void {
    if (place.isReported) return;
    const detail = `The record stands in a place that another one has: there are two with the number ${place.seq}.`;
    this.#report({ kind: "inserted", ...named(place), detail });
  }
}

function replaced(place: Place): FaultDraft {
  const detail =
    "The record was changed and its hash with it: what comes behind it is tied to another record in this place.";
  return { kind: "changed", ...named(place), detail };
}

function removed(from: number, to: number): FaultDraft {
  const what = to - from === 1 ? `Record ${from} is` : `Records ${from} to ${to - 1} are`;
  return { kind: "removed", seq: from, detail: `${what} missing.` };
}

function named({ seq, id, line }: Place): Pick<FaultDraft, "seq" | "id" | "line"> {
  return { seq, ...(id !== undefined && { id }), ...at(line) };
}

function at(line: number | undefined): { readonly line?: number } {
  return line === undefined ? {} : { line };
}
