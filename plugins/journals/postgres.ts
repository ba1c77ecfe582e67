/** Keeps replies in a table of PostgreSQL, for workers on several machines. */

import { JournalError, type AttemptJournal } from "../contract.ts";
import { hashKey } from "../keeping/hash-key.ts";
import {
  checkRemoteOptions,
  DEFAULT_KEEP_DAYS,
  DEFAULT_READ_TIMEOUT_MS,
  DEFAULT_TIMEOUT_MS,
  warnOfJournal,
  type RemoteJournalOptions,
} from "../keeping/journal-options.ts";
import { readPostgresFailure } from "../keeping/postgres-failure.ts";
import {
  checkPostgresOptions,
  openPool,
  type OpenPool,
  type PostgresConnection,
} from "../keeping/postgres-pool.ts";
import { postgresTable, type PostgresTable } from "../keeping/postgres-table.ts";
import type { PostgresQuery, PostgresRows } from "../keeping/postgres-types.ts";
import { Sweeper } from "../keeping/sweeper.ts";
import { tryUntil } from "../keeping/try-until.ts";
import { guarded, Outage } from "../sharing/outage.ts";

export type PostgresJournalOptions = RemoteJournalOptions &
  PostgresConnection & {
    /** Made when it is not there. Letters, digits and `_`, with a schema before it or without. Default: `"signalbox_journal"`. */
    readonly table?: string;
  };

const DEFAULT_TABLE = "signalbox_journal";
const SWEEP_EVERY_MS = 600_000;

/**
 * Connects when it is first used, and anew by itself.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS, PLUGIN_MISSING_PACKAGE
 */
export function postgresJournal(options: PostgresJournalOptions): AttemptJournal {
  checkRemoteOptions(options);
  checkPostgresOptions(options);
  return new PostgresJournal(options, openPool(options, "postgresJournal"));
}

/** A row is there as a whole or not at all, also after the server was killed: it needs no checksum of ours. */
class PostgresJournal implements AttemptJournal {
  readonly #options: PostgresJournalOptions;
  readonly #pool: OpenPool;
  readonly #table: PostgresTable;
  readonly #outage: Outage;
  readonly #sweeper: Sweeper;
  readonly #closed = new AbortController();
  #preparing: Promise<void> | undefined;
  #isWarned = false;

  constructor(options: PostgresJournalOptions, pool: OpenPool) {
    this.#options = options;
    this.#pool = pool;
    this.#table = postgresTable(options.table ?? DEFAULT_TABLE);
    this.#outage = new Outage({
      onProblem: (reason) =>
        this.#tell(
          `Replies are not kept: PostgreSQL ${reason}. A worker that dies now loses them.`,
        ),
      onRecovery: () => guarded(() => options.onRecovery?.()),
    });
    this.#sweeper = new Sweeper({ step: () => this.#forget(), everyMs: SWEEP_EVERY_MS });
  }

  async read(key: string): Promise<string | undefined> {
    const { readTimeoutMs = DEFAULT_READ_TIMEOUT_MS } = this.#options;
    const { rows } = await this.#ask(this.#table.read(hashKey(key)), readTimeoutMs);
    const [{ entry } = {}] = rows;
    return Buffer.isBuffer(entry) ? entry.toString() : undefined;
  }

  async write(key: string, entry: string): Promise<void> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    await this.#ask(this.#table.write(hashKey(key), entry), timeoutMs);
    this.#sweeper.poke();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#sweeper.stop();
    await this.#pool.close();
  }

  /** @throws {JournalError} */
  async #ask(query: PostgresQuery, timeoutMs: number): Promise<PostgresRows> {
    let reason = "gave no answer";
    const answer = await tryUntil(
      async (leftMs) => {
        try {
          await this.#prepare();
          const rows = await this.#pool.query(query, leftMs);
          this.#outage.recover();
          return rows;
        } catch (error) {
          const failure = readPostgresFailure(error);
          ({ reason } = failure);
          // The table may be gone.
          this.#preparing = undefined;
          this.#outage.report(reason);
          if (failure.isPassing) return undefined;
          throw new JournalError(
            "JOURNAL_REFUSES",
            `The journal cannot be used: PostgreSQL ${reason}.`,
          );
        }
      },
      { timeoutMs, signal: this.#closed.signal },
    );
    if (answer !== undefined) return answer;
    throw new JournalError("JOURNAL_AWAY", `The journal is away: PostgreSQL ${reason}.`);
  }

  /** Once, for all calls that wait for it. */
  #prepare(): Promise<void> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    this.#preparing ??= this.#table
      .prepare((query) => this.#pool.query(query, timeoutMs))
      .then((risks) => this.#warn(risks));
    return this.#preparing;
  }

  #warn(risks: readonly string[]): void {
    if (risks.length === 0 || this.#isWarned) return;
    this.#isWarned = true;
    this.#tell(`PostgreSQL may lose replies that it has taken: ${risks.join("; ")}.`);
  }

  async #forget(): Promise<boolean> {
    const { keepDays = DEFAULT_KEEP_DAYS, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    const { rowCount } = await this.#pool.query(this.#table.forget(keepDays), timeoutMs);
    return rowCount === this.#table.step;
  }

  #tell(message: string): void {
    guarded(() => (this.#options.onProblem ?? warnOfJournal)(message));
  }
}
