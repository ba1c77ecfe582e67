/** Keeps prompts and replies in PostgreSQL, and the keys that open them in a table of their own, which may be in another database. */

import { randomUUID } from "node:crypto";
import { SinkError, type ContentStore, type KeptContent, type RunName } from "../contract.ts";
import type { PostgresLink } from "./postgres-link.ts";
import type { KeyTable, TrailTables } from "./postgres-tables.ts";
import { literal, lockHolds } from "./postgres-trail.ts";
import { hashRun as hashName } from "./run-index.ts";

export interface PostgresContentOptions {
  readonly link: PostgresLink;
  readonly tables: TrailTables;
  readonly keyLink: PostgresLink;
  readonly keyTable: KeyTable;
}

/**
 * All that is known of a run's content is one row, and each change one statement: whether it is held or erased is looked at where it is
 * changed. The row names the version of the key that it needs.
 */
export class PostgresContent implements ContentStore {
  readonly #options: PostgresContentOptions;

  constructor(options: PostgresContentOptions) {
    this.#options = options;
  }

  async keep(run: RunName, { key, sealed }: KeptContent): Promise<void> {
    const { link, keyLink, tables, keyTable } = this.#options;
    const [names, version] = [namesOf(run), randomUUID()];
    await keyLink.ask({
      text: `INSERT INTO ${keyTable.keys} (workspace, run, version, key) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      values: [...names, version, Buffer.from(key)],
    });
    const { rows } = await link.ask({
      text:
        `WITH before AS (SELECT key_version FROM ${tables.contents} WHERE workspace = $1 AND run = $2 FOR UPDATE) ` +
        `INSERT INTO ${tables.contents} AS content (workspace, run, sealed, key_version, kept_at) VALUES ($1, $2, $3, $4, now()) ` +
        `ON CONFLICT (workspace, run) DO UPDATE SET sealed = $3, key_version = $4, kept_at = now() WHERE NOT content.is_erased ` +
        `RETURNING (SELECT key_version FROM before) AS old`,
      values: [...names, Buffer.from(sealed), version],
    });
    const [kept] = rows;
    // Asked twice, it finds its own version as the one before.
    const useless = kept === undefined ? version : kept["old"];
    if (typeof useless !== "string" || (kept !== undefined && useless === version)) return;
    await keyLink.ask({
      text: `DELETE FROM ${keyTable.keys} WHERE workspace = $1 AND run = $2 AND version = $3`,
      values: [...names, useless],
    });
  }

  async find(run: RunName): Promise<KeptContent | undefined> {
    const { keyLink, keyTable } = this.#options;
    for (let missed: unknown; ;) {
      // oxlint-disable-next-line no-await-in-loop -- The next round is for the case that others have changed it between.
      const row = await this.#findRow(run);
      if (row === undefined) return undefined;
      // oxlint-disable-next-line no-await-in-loop -- As above.
      const { rows } = await keyLink.ask({
        text: `SELECT key FROM ${keyTable.keys} WHERE workspace = $1 AND run = $2 AND version = $3`,
        values: [...namesOf(run), row.version],
      });
      const [{ key } = {}] = rows;
      if (Buffer.isBuffer(key)) return { key, sealed: row.sealed };
      if (missed === row.version) throw keyMissing();
      missed = row.version;
    }
  }

  async erase(run: RunName): Promise<boolean> {
    const { link, tables } = this.#options;
    const { rowCount } = await link.ask({
      text:
        `INSERT INTO ${tables.contents} AS content (workspace, run, is_erased) VALUES ($1, $2, true) ON CONFLICT (workspace, run) ` +
        `DO UPDATE SET is_erased = true, sealed = NULL WHERE NOT content.is_held`,
      values: namesOf(run),
    });
    if (rowCount === 0) return false;
    await this.#destroyKeys(run.workspace, [hashName(run.run)]);
    return true;
  }

  async prune(workspace: string, before: string): Promise<number> {
    const { link, tables } = this.#options;
    const { rowCount } = await link.ask({
      text:
        `UPDATE ${tables.contents} SET is_erased = true, sealed = NULL ` +
        `WHERE workspace = $1 AND kept_at < $2 AND NOT is_held AND NOT is_erased`,
      values: [hashName(workspace), new Date(before).toISOString()],
    });
    const { rows } = await link.ask({
      text: `SELECT run FROM ${tables.contents} WHERE workspace = $1 AND is_erased AND key_version IS NOT NULL`,
      values: [hashName(workspace)],
    });
    const runs = rows.map(({ run }) => run);
    if (runs.length > 0) await this.#destroyKeys(workspace, runs);
    return rowCount ?? 0;
  }

  async hold({ workspace, run }: RunName): Promise<void> {
    const { link, tables } = this.#options;
    const names = [workspace, run].map((name) => literal(hashName(name))).join(", ");
    await link.ask({
      text: `${lockHolds(workspace)};
        INSERT INTO ${tables.contents} (workspace, run, is_held) VALUES (${names}, true)
        ON CONFLICT (workspace, run) DO UPDATE SET is_held = true`,
    });
  }

  async release(run: RunName): Promise<void> {
    const { link, tables } = this.#options;
    await link.ask({
      text: `UPDATE ${tables.contents} SET is_held = false WHERE workspace = $1 AND run = $2`,
      values: namesOf(run),
    });
  }

  async isHeld(run: RunName): Promise<boolean> {
    const { link, tables } = this.#options;
    const { rows } = await link.ask({
      text: `SELECT 1 FROM ${tables.contents} WHERE workspace = $1 AND run = $2 AND is_held`,
      values: namesOf(run),
    });
    return rows.length > 0;
  }

  /** Rows that are erased name a version until its key is gone: should this end half-way, pruning finds them. */
  async #destroyKeys(workspace: string, runs: readonly unknown[]): Promise<void> {
    const { link, keyLink, tables, keyTable } = this.#options;
    const values = [hashName(workspace), [...runs]];
    await keyLink.ask({
      text: `DELETE FROM ${keyTable.keys} WHERE workspace = $1 AND run = ANY($2::bytea[])`,
      values,
    });
    await link.ask({
      text: `UPDATE ${tables.contents} SET key_version = NULL WHERE workspace = $1 AND run = ANY($2::bytea[]) AND is_erased`,
      values,
    });
  }

  async #findRow(
    run: RunName,
  ): Promise<{ readonly sealed: Buffer; readonly version: unknown } | undefined> {
    const { link, tables } = this.#options;
    const { rows } = await link.ask({
      text: `SELECT sealed, key_version AS version FROM ${tables.contents} WHERE workspace = $1 AND run = $2`,
      values: namesOf(run),
    });
    const [{ sealed, version } = {}] = rows;
    return Buffer.isBuffer(sealed) ? { sealed, version } : undefined;
  }
}

function namesOf({ workspace, run }: RunName): Buffer[] {
  return [hashName(workspace), hashName(run)];
}

function keyMissing(): SinkError {
  return new SinkError(
    "SINK_DAMAGED",
    "The key of what was kept of a run is gone, though it was not erased. Put it back from a copy.",
  );
}
