/** Connections to PostgreSQL, on which no query takes longer than it may. */

import { optionalPackage } from "../vendors/optional-package.ts";
import { invalidOption } from "./journal-options.ts";
import type {
  OwnPostgresPool,
  PostgresPackage,
  PostgresPool,
  PostgresQuery,
  PostgresRows,
} from "./postgres-types.ts";

/** Where the database is: an address, or a pool that you have. */
export type PostgresConnection =
  | {
      /** `postgres://[user:password@]host[:port]/database`, with TLS by `?sslmode=verify-full`. Never shown. */
      readonly url: string;
      /** Certificates to trust, in PEM; asks for TLS. Default: TLS as the address says, with those that Node trusts. */
      readonly ca?: string;
      /** Connections at most. Default: 4. */
      readonly connections?: number;
      readonly pool?: never;
    }
  | {
      /** A pool of `pg`. It is yours: nobody here closes it. */
      readonly pool: PostgresPool;
      readonly url?: never;
      readonly ca?: never;
      readonly connections?: never;
    };

export interface OpenPool {
  /** Rejects when the time is up. */
  query(query: PostgresQuery, timeoutMs: number): Promise<PostgresRows>;
  close(): Promise<void>;
}

const DEFAULT_CONNECTIONS = 4;
const MOST_CONNECTIONS = 100;
const CONNECT_TIMEOUT_MS = 5_000;

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS */
export function checkPostgresOptions({
  url,
  pool,
  connections = DEFAULT_CONNECTIONS,
  table = "",
}: PostgresConnection & { readonly table?: string }): void {
  // The value is not shown: it may hold a password.
  if (pool === undefined && !isPostgresURL(url)) {
    const form = "postgres://user@host:5432/database";
    throw invalidOption(`The option "url" is no address of PostgreSQL. Write it as "${form}".`);
  }
  if (!(Number.isInteger(connections) && connections > 0 && connections <= MOST_CONNECTIONS)) {
    throw invalidOption(`The option "connections" is a number from 1 to ${MOST_CONNECTIONS}.`);
  }
  // PostgreSQL cuts names at 63 characters, and the name of the index is longer than that of its table.
  if (table !== "" && !/^(?:[a-z_]\w{0,49}\.)?[a-z_]\w{0,49}$/i.test(table)) {
    throw invalidOption(
      'The option "table" may have letters, digits and "_", 50 at most, and a schema before it.',
    );
  }
}

function isPostgresURL(url: unknown): boolean {
  if (typeof url !== "string" || !URL.canParse(url)) return false;
  return /^postgres(?:ql)?:$/.test(new URL(url).protocol);
}

/**
 * @param plugin - whose it is, for the message that `pg` is missing.
 * @throws {PluginError} PLUGIN_MISSING_PACKAGE
 */
export function openPool(connection: PostgresConnection, plugin: string): OpenPool {
  const { pool: given } = connection;
  if (given !== undefined) {
    return { query: (query, ms) => askWithin(given, query, ms), close: () => Promise.resolve() };
  }
  const load = optionalPackage<PostgresPackage>(plugin, "pg");
  let opening: Promise<OwnPostgresPool> | undefined;
  return {
    async query(query, timeoutMs) {
      opening ??= load().then((postgres) => createPool(postgres, connection));
      return await askWithin(await opening, query, timeoutMs);
    },
    async close() {
      await (await opening)?.end();
    },
  };
}

function createPool(
  { Pool }: PostgresPackage,
  { url, ca, connections = DEFAULT_CONNECTIONS }: Extract<PostgresConnection, { url: string }>,
): OwnPostgresPool {
  const pool = new Pool({
    ...(ca === undefined
      ? { connectionString: url }
      : { connectionString: withoutTLS(url), ssl: { ca } }),
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: "signalbox",
  });
  // The next query makes a new connection; without a listener this would end the process.
  pool.on("error", () => {});
  return pool;
}

/** What the address says of TLS would win over the certificates that are given. */
function withoutTLS(url: string): string {
  const plain = new URL(url);
  const others = [...plain.searchParams].filter(([name]) => !name.startsWith("ssl"));
  plain.search = new URLSearchParams(others).toString();
  return plain.href;
}

/** The pool's own limits are for its connections; a pool that is given may have none at all. */
async function askWithin(
  pool: PostgresPool,
  query: PostgresQuery,
  timeoutMs: number,
): Promise<PostgresRows> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), timeoutMs);
  });
  try {
    const asked = pool.query({ ...query, query_timeout: Math.ceil(timeoutMs) });
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
