/** Keeps the audit trail in tables of PostgreSQL, for workers on several machines. */

import type { SealedRecord } from "../../audit/chain.ts";
import type { AuditRecord } from "../../audit/record.ts";
import type { CheckpointStore, ContentStore, Sink, SinkQuery } from "../contract.ts";
import { invalidOption } from "../keeping/journal-options.ts";
import {
  checkPostgresOptions,
  openPool,
  type PostgresConnection,
} from "../keeping/postgres-pool.ts";
import type { PostgresPool } from "../keeping/postgres-types.ts";
import { guarded } from "../sharing/outage.ts";
import { GroupCommit } from "../trails/group-commit.ts";
import { PostgresContent } from "../trails/postgres-content.ts";
import { PostgresLink } from "../trails/postgres-link.ts";
import { keyTable, trailTables } from "../trails/postgres-tables.ts";
import { PostgresTrail } from "../trails/postgres-trail.ts";
import {
  checkSinkTimeout,
  DEFAULT_SINK_TIMEOUT_MS,
  warnOfSink,
  type RemoteSinkOptions,
} from "../trails/remote-options.ts";

export type PostgresSinkOptions = RemoteSinkOptions &
  PostgresConnection & {
    /** Begins the names of the tables, which are made when they are not there; a schema may stand before it. Default: `"signalbox_audit"`. */
    readonly prefix?: string;
    /**
     * Where the keys of what is kept of prompts and replies are: another database, or the same under another user. An address as `url`,
     * or a pool of `pg`, which stays yours. Default: a table beside the others.
     */
    readonly keys?: string | PostgresPool;
    /** Told once of settings by which records may be lost. Default: a warning of the process. */
    readonly onProblem?: (message: string) => void;
  };

const DEFAULT_PREFIX = "signalbox_audit";
/** PostgreSQL cuts names at 63 characters; what we add to it has 23 at most. */
const PREFIX = /^(?:[a-z_]\w{0,49}\.)?[a-z_]\w{0,39}$/i;

/**
 * Connects when it is first used, and anew by itself.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS, PLUGIN_MISSING_PACKAGE
 */
export function postgresSink(options: PostgresSinkOptions): Sink {
  checkSinkTimeout(options);
  checkPostgresOptions(options);
  const { prefix = DEFAULT_PREFIX, keys } = options;
  if (!PREFIX.test(prefix)) {
    throw invalidOption(
      'The option "prefix" may have letters, digits and "_", 40 at most, and a schema before it.',
    );
  }
  if (typeof keys === "string") checkPostgresOptions({ url: keys });
  return new PostgresSink(options, prefix);
}

class PostgresSink implements Sink {
  readonly id = "postgres";
  readonly content: ContentStore;
  readonly checkpoints: CheckpointStore = {
    write: (checkpoint) => this.#trail.writeCheckpoint(checkpoint),
    read: (workspace) => this.#trail.readCheckpoints(workspace),
  };
  readonly #trail: PostgresTrail;
  readonly #links: readonly PostgresLink[];
  readonly #commits = new Map<string, GroupCommit>();

  constructor(options: PostgresSinkOptions, prefix: string) {
    const { timeoutMs = DEFAULT_SINK_TIMEOUT_MS, onProblem = warnOfSink } = options;
    const shared = { timeoutMs, onRisk: (message: string) => guarded(() => onProblem(message)) };
    const tables = trailTables(prefix);
    const table = keyTable(prefix);
    const link = new PostgresLink({
      ...shared,
      pool: openPool(options, "postgresSink"),
      tables: { look: tables.contents, create: tables.create },
    });
    const keyLink = new PostgresLink({
      ...shared,
      pool: openPool(keysOf(options), "postgresSink"),
      tables: { look: table.keys, create: table.create },
    });
    this.#links = [link, keyLink];
    this.#trail = new PostgresTrail(link, tables);
    this.content = new PostgresContent({ link, tables, keyLink, keyTable: table });
  }

  write(workspace: string, records: readonly AuditRecord[]): Promise<void> {
    let commit = this.#commits.get(workspace);
    if (commit === undefined) {
      commit = new GroupCommit((all) => this.#trail.write(workspace, all));
      this.#commits.set(workspace, commit);
    }
    return commit.add(records);
  }

  findEnded(workspace: string, runs: readonly string[]): Promise<readonly string[]> {
    return this.#trail.findEnded(workspace, runs);
  }

  workspaces(): Promise<readonly string[]> {
    return this.#trail.workspaces();
  }

  read(query: SinkQuery): AsyncIterable<SealedRecord> {
    return this.#trail.read(query);
  }

  prune(workspace: string, before: string): Promise<number> {
    return this.#trail.prune(workspace, before);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#commits.values()].map((commit) => commit.idle()));
    await Promise.all(this.#links.map((link) => link.close()));
  }
}

/** A pool that is given serves for both; connections of our own are few for what is seldom asked. */
function keysOf(options: PostgresSinkOptions): PostgresConnection {
  const { keys = options.pool ?? options.url } = options;
  if (typeof keys !== "string") return { pool: keys };
  const { ca } = options;
  return { url: keys, connections: 2, ...(ca !== undefined && { ca }) };
}
