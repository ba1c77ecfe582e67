/** The table that replies are kept in, and what is asked of it. */

import { POSTGRES_SETTINGS, readPostgresRisks } from "./postgres-risks.ts";
import type { PostgresPool, PostgresQuery } from "./postgres-types.ts";

/** How many old entries are removed at once: others wait for no lock of it. */
const STEP = 500;
/** Of the lock under which the table is made; any number that nobody else takes. */
const LOCK = 5_137_402_819;

export interface PostgresTable {
  /** Makes the table where there is none. Gives what is risky in the server's settings, in words. */
  prepare(query: Query): Promise<readonly string[]>;
  read(hash: string): PostgresQuery;
  write(hash: string, entry: string): PostgresQuery;
  /** Removes some of what is older than so many days. */
  forget(keepDays: number): PostgresQuery;
  readonly step: number;
}

export type Query = (query: PostgresQuery) => ReturnType<PostgresPool["query"]>;

/**
 * Bytes, not text: a text of PostgreSQL holds no zero, and only what the encoding of the database has.
 *
 * @param name - letters, digits and `_`, with a schema before it or without.
 */
export function postgresTable(name: string): PostgresTable {
  const table = quote(name);
  return {
    step: STEP,
    async prepare(query) {
      const { rows } = await query({ text: LOOK, values: [table] });
      const [{ isThere, ...settings } = {}] = rows;
      // Not asked for where it is there: a worker may not be allowed to make tables.
      if (isThere !== true) await query({ text: create(name) });
      return readPostgresRisks(settings);
    },
    read: (hash) => ({
      text: `SELECT entry FROM ${table} WHERE key = $1`,
      values: [Buffer.from(hash, "hex")],
    }),
    write: (hash, entry) => ({
      text:
        `INSERT INTO ${table} (key, entry) VALUES ($1, $2) ` +
        `ON CONFLICT (key) DO UPDATE SET entry = excluded.entry, written_at = now()`,
      values: [Buffer.from(hash, "hex"), Buffer.from(entry)],
    }),
    // What another worker removes now is not waited for.
    forget: (keepDays) => ({
      text:
        `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE written_at < now() - $1 * interval '1 day' ` +
        `ORDER BY written_at LIMIT ${STEP} FOR UPDATE SKIP LOCKED)`,
      values: [keepDays],
    }),
  };
}

const LOOK = `SELECT to_regclass($1) IS NOT NULL AS "isThere", ${POSTGRES_SETTINGS}`;

/** One transaction, as it is sent as one text. The lock is for workers that start at once, whom IF NOT EXISTS does not hold apart. */
function create(name: string): string {
  const table = quote(name);
  const [last = ""] = name.split(".").slice(-1);
  return `SELECT pg_advisory_xact_lock(${LOCK});
    CREATE TABLE IF NOT EXISTS ${table} (
      key bytea PRIMARY KEY,
      entry bytea NOT NULL,
      written_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX IF NOT EXISTS ${quote(`${last}_written_at`)} ON ${table} (written_at);`;
}

export function quote(name: string): string {
  return name
    .split(".")
    .map((part) => `"${part}"`)
    .join(".");
}
