/** Asks a database until it answers or the time is up, makes its tables first, and says in a sink's words what is wrong. */

import { SinkError } from "../contract.ts";
import { readPostgresFailure } from "../keeping/postgres-failure.ts";
import type { OpenPool } from "../keeping/postgres-pool.ts";
import { POSTGRES_SETTINGS, readPostgresRisks } from "../keeping/postgres-risks.ts";
import type { PostgresQuery, PostgresRows } from "../keeping/postgres-types.ts";
import { tryUntil } from "../keeping/try-until.ts";

export interface PostgresLinkOptions {
  readonly pool: OpenPool;
  readonly timeoutMs: number;
  /** One of the tables, and what makes all of them where it is not there. */
  readonly tables: { readonly look: string; readonly create: string };
  /** Told once of settings by which it may lose what it has taken. */
  readonly onRisk: (message: string) => void;
}

/** Twice the same key or number: two trails were mixed, or a table was put back without the other. */
const CONFLICT = "23505";

export class PostgresLink {
  readonly #options: PostgresLinkOptions;
  readonly #closed = new AbortController();
  #preparing: Promise<void> | undefined;
  #isWarned = false;

  constructor(options: PostgresLinkOptions) {
    this.#options = options;
  }

  /**
   * What is asked may be asked twice, as an answer may be lost.
   *
   * @throws {SinkError} Without a cause: what PostgreSQL says may quote a record.
   */
  async ask(query: PostgresQuery): Promise<PostgresRows> {
    let reason = "gave no answer";
    const { pool, timeoutMs } = this.#options;
    const answer = await tryUntil(
      async (leftMs) => {
        try {
          await this.#prepare();
          return lastOf(await pool.query(query, leftMs));
        } catch (error) {
          const failure = readPostgresFailure(error);
          ({ reason } = failure);
          // The tables may be gone.
          this.#preparing = undefined;
          if (failure.isPassing) return undefined;
          throw refused(reason);
        }
      },
      { timeoutMs, signal: this.#closed.signal },
    );
    if (answer !== undefined) return answer;
    throw new SinkError("SINK_AWAY", `The audit trail is away: PostgreSQL ${reason}.`);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#options.pool.close();
  }

  /** Once, for all that wait for it. */
  #prepare(): Promise<void> {
    return (this.#preparing ??= this.#createTables());
  }

  async #createTables(): Promise<void> {
    const { pool, timeoutMs, tables, onRisk } = this.#options;
    const text = `SELECT to_regclass($1) IS NOT NULL AS "isThere", ${POSTGRES_SETTINGS}`;
    const { rows } = await pool.query({ text, values: [tables.look] }, timeoutMs);
    const [{ isThere, ...settings } = {}] = rows;
    // Not asked for where they are there: a worker may not be allowed to make tables.
    if (isThere !== true) await pool.query({ text: tables.create }, timeoutMs);
    const risks = readPostgresRisks(settings);
    if (risks.length === 0 || this.#isWarned) return;
    this.#isWarned = true;
    onRisk(`PostgreSQL may lose records that it has taken: ${risks.join("; ")}.`);
  }
}

function refused(reason: string): SinkError {
  if (reason.includes(CONFLICT)) {
    const why = "the tables of the audit trail do not belong together";
    return new SinkError(
      "SINK_DAMAGED",
      `PostgreSQL ${reason}: ${why}. Put them back from a copy.`,
    );
  }
  return new SinkError("SINK_REFUSES", `The audit trail cannot be used: PostgreSQL ${reason}.`);
}

/** Of several statements in one text `pg` gives an answer each. */
function lastOf(rows: PostgresRows | readonly PostgresRows[]): PostgresRows {
  return "rows" in rows ? rows : (rows.at(-1) ?? { rows: [], rowCount: 0 });
}
