/** Puts what many want to write at once into one write: to bring a hundred records to a disk takes as long as one. */

import type { AuditRecord } from "../../audit/record.ts";
import { SinkError } from "../contract.ts";

interface Call {
  readonly records: readonly AuditRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Records in one write, at most, unless one call has more. */
const MOST = 2_000;

export class GroupCommit {
  readonly #commit: (records: readonly AuditRecord[]) => Promise<void>;
  #waiting: Call[] = [];
  #running: Promise<void> | undefined;

  /** @param commit - writes all of them or none. Never called twice at once. */
  constructor(commit: (records: readonly AuditRecord[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Resolves, or rejects, as the write does in which these are. */
  async add(records: readonly AuditRecord[]): Promise<void> {
    if (records.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Once nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Those that call in the same turn are in the first write too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      // oxlint-disable-next-line no-await-in-loop -- One write after the other is the point of it.
      await this.#write(this.#next());
    }
    // Here and no later: who comes once the last one was told has to find nobody at it.
    this.#running = undefined;
  }

  async #write(calls: readonly Call[]): Promise<void> {
    try {
      await this.#commit(calls.flatMap(({ records }) => records));
      for (const { resolve } of calls) resolve();
    } catch (error) {
      if (error instanceof SinkError || calls.length === 1) {
        for (const { reject } of calls) reject(error);
        return;
      }
      // Something is wrong with the records of one: the others are not to suffer for it.
      // oxlint-disable-next-line no-await-in-loop -- As above.
      for (const call of calls) await this.#write([call]);
    }
  }

  #next(): readonly Call[] {
    let records = 0;
    const end = this.#waiting.findIndex((call) => (records += call.records.length) > MOST);
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(end, 1));
  }
}
