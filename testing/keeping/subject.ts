/** A journal under test. */

import { AssertionError } from "node:assert";
import { randomUUID } from "node:crypto";
import type { AttemptJournal } from "../../plugins/contract.ts";
import type { Away } from "./away.ts";

/** What the kit is to check. */
export interface JournalContractOptions {
  /** Opens the journal, as each worker does. All that are opened are to keep their entries in the same place. */
  readonly open: () => AttemptJournal | Promise<AttemptJournal>;
  /** Takes the place away and brings it back, with all that it held. Absent: those checks are left out. */
  readonly away?: Away;
  /** Milliseconds in which a journal that is away has to say so. Default: 20,000. */
  readonly rejectsWithinMs?: number;
}

export const DEFAULT_REJECTS_WITHIN_MS = 20_000;

/** Opens journals for `use`, and closes those that it has not closed itself. */
export async function withJournals(
  { open }: JournalContractOptions,
  use: (openOne: () => Promise<AttemptJournal>) => Promise<void>,
): Promise<void> {
  const opened: AttemptJournal[] = [];
  try {
    await use(async () => {
      const journal = await open();
      opened.push(journal);
      return journal;
    });
  } finally {
    await Promise.all(opened.map(async (journal) => journal.close?.()));
  }
}

/** Of nobody else. */
export function newKey(): string {
  return `contract-${randomUUID()}`;
}

/** Ends with a fault when `answer` is not there in time. */
export async function within<T>(answer: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(fault(`${what} has not ended after ${timeoutMs} ms.`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function fault(message: string): AssertionError {
  return new AssertionError({ message });
}
