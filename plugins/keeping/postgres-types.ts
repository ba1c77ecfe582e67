/** What is used of `pg`, which may not be installed: see decision 32. */

export interface PostgresPackage {
  readonly Pool: new (options: PostgresPoolOptions) => OwnPostgresPool;
}

export interface PostgresPoolOptions {
  readonly connectionString: string;
  readonly ssl?: { readonly ca: string };
  readonly max: number;
  readonly connectionTimeoutMillis: number;
  readonly keepAlive: true;
  readonly application_name: string;
}

/** A pool of `pg`, or whatever answers as one does. */
export interface PostgresPool {
  query(query: PostgresQuery): Promise<PostgresRows>;
}

export interface PostgresQuery {
  readonly text: string;
  readonly values?: unknown[];
  /** After so long the client gives the query up, and its connection. */
  readonly query_timeout?: number;
}

export interface PostgresRows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rowCount: number | null;
}

export interface OwnPostgresPool extends PostgresPool {
  /** A connection that nobody uses broke. */
  on(event: "error", listener: (error: unknown) => void): unknown;
  end(): Promise<void>;
}
