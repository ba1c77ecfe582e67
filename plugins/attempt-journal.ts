/** How replies are kept from the moment they arrive until their run has them. Third parties write against this, see contract.ts. */

/**
 * Keeps what was paid for. A worker may die between a provider's answer and Temporal's knowledge of it; whoever takes the attempt
 * up then finds the answer here, and does not ask again.
 *
 * Entries are text that nobody else reads, and hold replies: keep them as you keep those. `journalContract()` of
 * `signalbox/testing` checks all that is said here.
 */
export interface AttemptJournal {
  /**
   * What was written under `key`. `undefined`: nothing, or what is there is not whole.
   *
   * Rejects, within seconds, where it cannot tell: the call then counts as lost, and as one that may be billed.
   */
  read(key: string): Promise<string | undefined>;
  /**
   * Keeps `entry`. Resolves once it outlives this process. A second one under the same key takes the place of the first.
   *
   * Rejects, within seconds, where it cannot: the call goes on without it.
   */
  write(key: string, entry: string): Promise<void>;
  /** Frees files, sockets and timers. Called once, when the worker stops. Default: nothing to free. */
  close?(): Promise<void>;
}

export const JOURNAL_ERROR_CODES = ["JOURNAL_AWAY", "JOURNAL_REFUSES"] as const;

export type JournalErrorCode = (typeof JOURNAL_ERROR_CODES)[number];

/** What a journal could not do. Its message shows no address, password, key or entry. See docs/errors.md. */
export class JournalError extends Error {
  override readonly name = "JournalError";
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
