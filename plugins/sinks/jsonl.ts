/** Keeps the audit trail in files of JSON lines, for workers on one machine. The default. */

import { join, resolve } from "node:path";
import type { SealedRecord } from "../../audit/chain.ts";
import type { Checkpoint } from "../../audit/checkpoint.ts";
import type { AuditRecord } from "../../audit/record.ts";
import type { CheckpointStore, Sink, SinkQuery } from "../contract.ts";
import { invalidOption } from "../keeping/journal-options.ts";
import { readFileCheckpoints, writeFileCheckpoint } from "../trails/file-checkpoints.ts";
import { FileContent } from "../trails/file-content.ts";
import { fileFailure, inFiles } from "../trails/file-failure.ts";
import { listWorkspaces, nameWorkspace, workspaceFolder } from "../trails/file-names.ts";
import { FileTrail } from "../trails/file-trail.ts";
import { pruneFileTrail, readFileTrail } from "../trails/read-file-trail.ts";

export interface JsonlSinkOptions {
  /** Where the files are; made when it is needed. Default: `.signalbox/audit`, below the folder that the worker was started in. */
  readonly folder?: string;
  /** Where the keys of what is kept of prompts and replies are: best on another disk. Default: `keys`, below `folder`. */
  readonly keysFolder?: string;
  /** After so many bytes a new file is begun. Default: 8 MiB. */
  readonly segmentBytes?: number;
  /**
   * Whether records are on the disk before they count as written, so that they outlive the machine's power too. `false`: they outlive
   * this process, however that ends. Default: `true`.
   */
  readonly flush?: boolean;
  /** After so many milliseconds it is given up to wait for other processes that write. Default: 5,000. */
  readonly lockTimeoutMs?: number;
  /** Milliseconds since 1970, for when content was kept. Default: the machine's clock. */
  readonly now?: () => number;
}

const DEFAULT_SEGMENT_BYTES = 8 * 1024 * 1024;
const DEFAULT_LOCK_TIMEOUT_MS = 5_000;

/**
 * A folder for each workspace, and in it the chain as files of canonical JSON, a record a line. What belongs to one write is there as a
 * whole or not at all, whenever a process is killed.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function jsonlSink(options: JsonlSinkOptions = {}): Sink {
  for (const name of ["segmentBytes", "lockTimeoutMs"] as const) {
    const { [name]: value = 1 } = options;
    if (!(Number.isFinite(value) && value > 0))
      throw invalidOption(`The option "${name}" is a number above 0.`);
  }
  return new JsonlSink(options);
}

class JsonlSink implements Sink {
  readonly id = "jsonl";
  readonly content: FileContent;
  readonly checkpoints: CheckpointStore = {
    write: (checkpoint) => this.#writeCheckpoint(checkpoint),
    read: (workspace) => this.#readCheckpoints(workspace),
  };
  readonly #options: JsonlSinkOptions;
  readonly #root: string;
  readonly #trails = new Map<string, FileTrail>();

  constructor(options: JsonlSinkOptions) {
    this.#options = options;
    // Now: a process may go to another folder.
    const folder = resolve(options.folder ?? join(".signalbox", "audit"));
    this.#root = join(folder, "trail");
    this.content = new FileContent({
      contentFolder: join(folder, "content"),
      keysFolder: resolve(options.keysFolder ?? join(folder, "keys")),
      holdsFolder: join(folder, "holds"),
      lockTimeoutMs: options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS,
      now: options.now ?? Date.now,
    });
  }

  write(workspace: string, records: readonly AuditRecord[]): Promise<void> {
    return inFiles(async () => {
      await nameWorkspace(this.#root, workspace);
      await this.#trailOf(workspace).write(records);
    });
  }

  findEnded(workspace: string, runs: readonly string[]): Promise<readonly string[]> {
    return inFiles(() => this.#trailOf(workspace).findEnded(runs));
  }

  workspaces(): Promise<readonly string[]> {
    return inFiles(() => listWorkspaces(this.#root));
  }

  async *read(query: SinkQuery): AsyncIterable<SealedRecord> {
    try {
      yield* readFileTrail(this.#trailOf(query.workspace), query);
    } catch (error) {
      throw fileFailure(error);
    }
  }

  prune(workspace: string, before: string): Promise<number> {
    const isHeld = (run: string): Promise<boolean> => this.content.isHeld({ workspace, run });
    return inFiles(() =>
      this.content.whileHoldsStand(workspace, () =>
        pruneFileTrail(this.#trailOf(workspace), before, isHeld),
      ),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#trails.values()].map((trail) => trail.idle()));
  }

  #trailOf(workspace: string): FileTrail {
    let trail = this.#trails.get(workspace);
    if (trail === undefined) {
      const {
        segmentBytes = DEFAULT_SEGMENT_BYTES,
        flush: isFlushed = true,
        lockTimeoutMs = DEFAULT_LOCK_TIMEOUT_MS,
      } = this.#options;
      const options = { segmentBytes, isFlushed, lockTimeoutMs };
      trail = new FileTrail(workspaceFolder(this.#root, workspace), options);
      this.#trails.set(workspace, trail);
    }
    return trail;
  }

  async #writeCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await inFiles(() => writeFileCheckpoint(this.#trailOf(checkpoint.workspace), checkpoint));
  }

  async *#readCheckpoints(workspace: string): AsyncIterable<Checkpoint> {
    yield* await inFiles(() => readFileCheckpoints(this.#trailOf(workspace)));
  }
}
