/** The tables that a trail is kept in, and how they are made. */

import { quote } from "../keeping/postgres-table.ts";

/** Of the lock under which tables are made; any number that nobody else takes. */
const LOCK = 5_137_402_820;

export interface TrailTables {
  readonly heads: string;
  readonly records: string;
  readonly checkpoints: string;
  readonly contents: string;
  /** One transaction, as it is sent as one text. */
  readonly create: string;
}

export interface KeyTable {
  readonly keys: string;
  readonly create: string;
}

/**
 * Names are kept as hashes, and what is kept as bytes: a text of PostgreSQL holds no zero, and only what the encoding of the database
 * has; and a line has to come back as it was written, or its hash is another's.
 *
 * @param prefix - letters, digits and `_`, with a schema before it or without.
 */
export function trailTables(prefix: string): TrailTables {
  const [heads, records, checkpoints, contents] = [
    quote(`${prefix}_heads`),
    quote(`${prefix}_records`),
    quote(`${prefix}_checkpoints`),
    quote(`${prefix}_contents`),
  ] as const;
  return {
    heads,
    records,
    checkpoints,
    contents,
    create: [
      `SELECT pg_advisory_xact_lock(${LOCK})`,
      createChain(prefix, { heads, records }),
      createRest(prefix, { checkpoints, contents }),
    ].join(";\n"),
  };
}

/** May be in another database, under another user. */
export function keyTable(prefix: string): KeyTable {
  const keys = quote(`${prefix}_keys`);
  return {
    keys,
    create: `SELECT pg_advisory_xact_lock(${LOCK});
      CREATE TABLE IF NOT EXISTS ${keys} (
        workspace bytea NOT NULL,
        run bytea NOT NULL,
        version uuid NOT NULL,
        key bytea NOT NULL,
        PRIMARY KEY (workspace, run, version)
      );`,
  };
}

function createChain(
  prefix: string,
  { heads, records }: Pick<TrailTables, "heads" | "records">,
): string {
  return `CREATE TABLE IF NOT EXISTS ${heads} (
    workspace bytea PRIMARY KEY,
    name bytea NOT NULL,
    size bigint NOT NULL,
    hash text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS ${records} (
    workspace bytea NOT NULL,
    seq bigint NOT NULL,
    id bytea NOT NULL,
    run bytea NOT NULL,
    happened_at timestamptz,
    is_end boolean NOT NULL,
    line bytea NOT NULL,
    PRIMARY KEY (workspace, seq),
    UNIQUE (workspace, id)
  );
  CREATE INDEX IF NOT EXISTS ${indexName(prefix, "records_run")} ON ${records} (workspace, run, seq);
  CREATE INDEX IF NOT EXISTS ${indexName(prefix, "records_end")} ON ${records} (workspace, run) WHERE is_end`;
}

function createRest(
  prefix: string,
  { checkpoints, contents }: Pick<TrailTables, "checkpoints" | "contents">,
): string {
  return `CREATE TABLE IF NOT EXISTS ${checkpoints} (
    id bigserial PRIMARY KEY,
    workspace bytea NOT NULL,
    size bigint NOT NULL,
    checkpoint bytea NOT NULL
  );
  CREATE INDEX IF NOT EXISTS ${indexName(prefix, "checkpoints_size")} ON ${checkpoints} (workspace, size);
  CREATE TABLE IF NOT EXISTS ${contents} (
    workspace bytea NOT NULL,
    run bytea NOT NULL,
    sealed bytea,
    key_version uuid,
    kept_at timestamptz,
    is_held boolean NOT NULL DEFAULT false,
    is_erased boolean NOT NULL DEFAULT false,
    PRIMARY KEY (workspace, run)
  )`;
}

/** Indexes are in the schema of their tables. */
function indexName(prefix: string, name: string): string {
  const [last = ""] = prefix.split(".").slice(-1);
  return quote(`${last}_${name}`);
}
