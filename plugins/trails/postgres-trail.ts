/** The trails of all workspaces in PostgreSQL: records, and where each chain ends. */

import { EMPTY_CHAIN, headOf, seal, type ChainHead, type SealedRecord } from "../../audit/chain.ts";
import type { Checkpoint } from "../../audit/checkpoint.ts";
import type { AuditRecord } from "../../audit/record.ts";
import { readSealedLine, writeSealedLine } from "../../audit/sealed-line.ts";
import { SinkError, type SinkQuery } from "../contract.ts";
import type { PostgresQuery } from "../keeping/postgres-types.ts";
import { parseCheckpoint } from "./file-checkpoints.ts";
import type { PostgresLink } from "./postgres-link.ts";
import type { TrailTables } from "./postgres-tables.ts";
import { hashRun as hashName } from "./run-index.ts";
import { withoutRepeats } from "./seen-records.ts";

/** Rows that are read at once. */
const PAGE = 500;
/** Rows that are removed at once: others wait for no lock of it. */
const STEP = 2_000;

export class PostgresTrail {
  readonly #link: PostgresLink;
  readonly #tables: TrailTables;

  constructor(link: PostgresLink, tables: TrailTables) {
    this.#link = link;
    this.#tables = tables;
  }

  /**
   * Looks where the chain ends and which records it has, and adds the others if it still ends there. One statement, so that it is done
   * as a whole or not at all, on any connection; whoever is late looks again.
   */
  async write(workspace: string, records: readonly AuditRecord[]): Promise<void> {
    const once = withoutRepeats(records);
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- The next round is for the case that another one was quicker.
      const { head, seen } = await this.#look(workspace, once);
      const fresh = once.filter(({ id }) => !seen.has(hashName(id).toString("hex")));
      // oxlint-disable-next-line no-await-in-loop -- As above.
      if (fresh.length === 0 || (await this.#append(workspace, head, fresh))) return;
    }
  }

  async findEnded(workspace: string, runs: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.#link.ask({
      text:
        `SELECT DISTINCT encode(run, 'hex') AS run FROM ${this.#tables.records} ` +
        `WHERE workspace = $1 AND run = ANY($2::bytea[]) AND is_end`,
      values: [hashName(workspace), runs.map(hashName)],
    });
    const ended = new Set(rows.map(({ run }) => run));
    return runs.filter((run) => ended.has(hashName(run).toString("hex")));
  }

  async workspaces(): Promise<readonly string[]> {
    const { rows } = await this.#link.ask({
      text: `SELECT name FROM ${this.#tables.heads} WHERE size > 0`,
    });
    return rows.map(({ name }) => textOf(name));
  }

  async *read({ workspace, afterSeq = -1, from, to, run }: SinkQuery): AsyncIterable<SealedRecord> {
    const limits = [from, to].map((at) => (at === undefined ? null : new Date(at).toISOString()));
    for (let last: number | undefined = afterSeq; last !== undefined;) {
      const { rows } = await this.#link.ask({
        text:
          `SELECT line FROM ${this.#tables.records} WHERE workspace = $1 AND seq > $2 ` +
          `AND ($3::timestamptz IS NULL OR happened_at >= $3) AND ($4::timestamptz IS NULL OR happened_at < $4) ` +
          `AND ($5::bytea IS NULL OR run = $5) ORDER BY seq LIMIT ${PAGE}`,
        values: [hashName(workspace), last, ...limits, run === undefined ? null : hashName(run)],
      });
      const page = rows.map(({ line }) => sealedOf(line));
      yield* page;
      last = page.length === PAGE ? page.at(-1)?.seq : undefined;
    }
  }

  /** From the oldest on, so that what is left is a chain at any time. */
  async prune(workspace: string, before: string): Promise<number> {
    const { records, contents } = this.#tables;
    const name = literal(hashName(workspace));
    const kept = `happened_at >= '${new Date(before).toISOString()}' OR run IN (SELECT run FROM ${contents} WHERE workspace = ${name} AND is_held)`;
    const text = `${lockHolds(workspace)};
      DELETE FROM ${records} WHERE workspace = ${name} AND seq IN (
        SELECT seq FROM ${records} WHERE workspace = ${name} AND seq < COALESCE(
          (SELECT seq FROM ${records} WHERE workspace = ${name} AND (${kept}) ORDER BY seq LIMIT 1),
          9223372036854775807
        ) ORDER BY seq LIMIT ${STEP}
      )`;
    for (let count = 0; ;) {
      // oxlint-disable-next-line no-await-in-loop -- Small steps are the point of it.
      const { rowCount } = await this.#link.ask({ text });
      count += rowCount ?? 0;
      if (rowCount !== STEP) return count;
    }
  }

  async writeCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const { workspace, size } = checkpoint;
    await this.#link.ask({
      text: `INSERT INTO ${this.#tables.checkpoints} (workspace, size, checkpoint) VALUES ($1, $2, $3)`,
      values: [hashName(workspace), size, Buffer.from(JSON.stringify(checkpoint))],
    });
  }

  async *readCheckpoints(workspace: string): AsyncIterable<Checkpoint> {
    const { rows } = await this.#link.ask({
      text: `SELECT checkpoint FROM ${this.#tables.checkpoints} WHERE workspace = $1 ORDER BY size, id`,
      values: [hashName(workspace)],
    });
    let before = "";
    for (const row of rows) {
      const text = textOf(row["checkpoint"]);
      const checkpoint = parseCheckpoint(text);
      // Twice the same: the answer to the first was lost.
      if (checkpoint !== undefined && text !== before) yield checkpoint;
      before = text;
    }
  }

  async #look(
    workspace: string,
    records: readonly AuditRecord[],
  ): Promise<{ head: ChainHead; seen: ReadonlySet<unknown> }> {
    const { heads, records: table } = this.#tables;
    const { rows } = await this.#link.ask({
      text:
        `SELECT (SELECT size FROM ${heads} WHERE workspace = $1)::text AS size, ` +
        `(SELECT hash FROM ${heads} WHERE workspace = $1) AS hash, ` +
        `ARRAY(SELECT encode(id, 'hex') FROM ${table} WHERE workspace = $1 AND id = ANY($2::bytea[])) AS seen`,
      values: [hashName(workspace), records.map(({ id }) => hashName(id))],
    });
    const [{ size, hash, seen } = {}] = rows;
    const head = typeof hash === "string" ? { size: Number(size), hash } : EMPTY_CHAIN;
    return { head, seen: new Set(Array.isArray(seen) ? seen : []) };
  }

  /** `false`: another one was quicker. */
  async #append(
    workspace: string,
    head: ChainHead,
    records: readonly AuditRecord[],
  ): Promise<boolean> {
    const sealed = seal(head, records);
    const { rowCount } = await this.#link.ask(this.#appending(workspace, head, sealed));
    return (rowCount ?? 0) > 0;
  }

  #appending(workspace: string, before: ChainHead, sealed: readonly SealedRecord[]): PostgresQuery {
    const { heads, records } = this.#tables;
    const after = headOf(sealed, before);
    // A chain that has no head yet gets one, unless others are at it; all others have theirs moved on.
    const move =
      before.size === 0
        ? `INSERT INTO ${heads} AS head (workspace, name, size, hash) VALUES ($1, $2, $3, $4) ON CONFLICT (workspace) ` +
          `DO UPDATE SET size = $3, hash = $4 WHERE head.size = $5::bigint AND head.hash = $6 RETURNING 1`
        : `UPDATE ${heads} SET size = $3, hash = $4 WHERE workspace = $1 AND name = $2 AND size = $5::bigint AND hash = $6 RETURNING 1`;
    return {
      text:
        `WITH moved AS (${move}) INSERT INTO ${records} (workspace, seq, id, run, happened_at, is_end, line) ` +
        `SELECT $1, added.* FROM unnest($7::bigint[], $8::bytea[], $9::bytea[], $10::timestamptz[], $11::boolean[], $12::bytea[]) AS added ` +
        `WHERE EXISTS (SELECT 1 FROM moved)`,
      values: [
        hashName(workspace),
        Buffer.from(workspace),
        after.size,
        after.hash,
        before.size,
        before.hash,
        sealed.map(({ seq }) => seq),
        sealed.map(({ record }) => hashName(record.id)),
        sealed.map(({ record }) => hashName(record.run)),
        sealed.map(({ record }) => momentOf(record.at)),
        sealed.map(({ record }) => record.type === "run.ended"),
        sealed.map((one) => Buffer.from(writeSealedLine(one))),
      ],
    };
  }
}

/** Until the end of its transaction: no hold is placed while records are pruned. */
export function lockHolds(workspace: string): string {
  return `SELECT pg_advisory_xact_lock(${hashName(workspace).readBigInt64BE()})`;
}

/** Hex: for texts of several statements, which take no values. */
export function literal(bytes: Buffer): string {
  return `'\\x${bytes.toString("hex")}'::bytea`;
}

function momentOf(at: string): string | null {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function textOf(bytes: unknown): string {
  return Buffer.isBuffer(bytes) ? bytes.toString() : "";
}

function sealedOf(line: unknown): SealedRecord {
  const sealed = readSealedLine(textOf(line));
  if (sealed !== undefined) return sealed;
  throw new SinkError(
    "SINK_DAMAGED",
    "A row of the audit trail is no record. Put it back from a copy.",
  );
}
