/** Keeps the audit trail in a bucket of S3, or of what speaks like it, for workers on several machines. */

import { randomUUID } from "node:crypto";
import type { SealedRecord } from "../../audit/chain.ts";
import type { Checkpoint } from "../../audit/checkpoint.ts";
import type { AuditRecord } from "../../audit/record.ts";
import { SinkError, type CheckpointStore, type Sink, type SinkQuery } from "../contract.ts";
import { invalidOption } from "../keeping/journal-options.ts";
import { parseCheckpoint } from "../trails/file-checkpoints.ts";
import { fileNameOf, workspaceFolder } from "../trails/file-names.ts";
import {
  checkSinkTimeout,
  DEFAULT_SINK_TIMEOUT_MS,
  type RemoteSinkOptions,
} from "../trails/remote-options.ts";
import { S3Bucket } from "../trails/s3-bucket.ts";
import { S3Content } from "../trails/s3-content.ts";
import { pruneS3Trail } from "../trails/s3-prune.ts";
import { S3Records } from "../trails/s3-records.ts";
import { S3Trail } from "../trails/s3-trail.ts";

export interface S3SinkOptions extends RemoteSinkOptions {
  readonly bucket: string;
  /** Begins the names of all objects. Default: `"signalbox-audit/"`. */
  readonly prefix?: string;
  /** Where the keys of what is kept of prompts and replies are: best where others have the rights. Default: `bucket`. */
  readonly keysBucket?: string;
  /** Of what is not Amazon's, such as `http://127.0.0.1:9000`. Default: as AWS's own configuration says. */
  readonly endpoint?: string;
  /** Default: as AWS's own configuration says. */
  readonly region?: string;
}

const DEFAULT_PREFIX = "signalbox-audit/";
/** Says what a workspace is called whose name cannot stand in a key. */
const NAME = "workspace.json";

/**
 * Credentials come from where AWS's own tools have them. The bucket has to honour `If-None-Match` and `If-Match` of writes, which is
 * tried out before the first.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS, PLUGIN_MISSING_PACKAGE
 */
export function s3Sink(options: S3SinkOptions): Sink {
  checkSinkTimeout(options);
  for (const name of [options.bucket, options.keysBucket ?? options.bucket]) {
    if (typeof name !== "string" || name === "")
      throw invalidOption('The options "bucket" and "keysBucket" are names of buckets.');
  }
  return new S3Sink(options);
}

class S3Sink implements Sink {
  readonly id = "s3";
  readonly content: S3Content;
  readonly checkpoints: CheckpointStore = {
    write: (checkpoint) => this.#writeCheckpoint(checkpoint),
    read: (workspace) => this.#readCheckpoints(workspace),
  };
  readonly #bucket: S3Bucket;
  readonly #keyBucket: S3Bucket;
  readonly #prefix: string;
  readonly #trails = new Map<string, S3Trail>();
  #probing: Promise<void> | undefined;

  constructor({
    prefix = DEFAULT_PREFIX,
    timeoutMs = DEFAULT_SINK_TIMEOUT_MS,
    ...options
  }: S3SinkOptions) {
    const { bucket, keysBucket = bucket } = options;
    this.#prefix = prefix;
    this.#bucket = new S3Bucket({ ...options, timeoutMs });
    this.#keyBucket = new S3Bucket({ ...options, bucket: keysBucket, timeoutMs });
    this.content = new S3Content({
      bucket: this.#bucket,
      keyBucket: this.#keyBucket,
      prefix,
      folderOf: (workspace) => workspaceFolder("", workspace),
    });
  }

  async write(workspace: string, records: readonly AuditRecord[]): Promise<void> {
    await (this.#probing ??= this.#probe());
    await this.#nameFolder(workspace);
    await this.#trailOf(workspace).write(records);
  }

  async findEnded(workspace: string, runs: readonly string[]): Promise<readonly string[]> {
    return this.#trailOf(workspace).findEnded(runs);
  }

  async workspaces(): Promise<readonly string[]> {
    const folders = await this.#bucket.listFolders(`${this.#prefix}trail/`);
    return Promise.all(
      folders.map(async (folder) => {
        if (!folder.startsWith("~")) return folder;
        const found = await this.#bucket.get(`${this.#prefix}trail/${folder}/${NAME}`);
        return found === undefined ? folder : String(JSON.parse(found.body.toString()));
      }),
    );
  }

  read(query: SinkQuery): AsyncIterable<SealedRecord> {
    return this.#recordsOf(query.workspace).query(query);
  }

  async prune(workspace: string, before: string): Promise<number> {
    const held = await this.content.listHeld(workspace);
    return pruneS3Trail(this.#recordsOf(workspace), before, (run) => held.has(fileNameOf(run)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#trails.values()].map((trail) => trail.idle()));
    await Promise.all([this.#bucket.close(), this.#keyBucket.close()]);
  }

  /** What takes no notice of conditions lets one worker write over another's records. */
  async #probe(): Promise<void> {
    try {
      const key = `${this.#prefix}conditional-writes`;
      await this.#bucket.put(key, "Tells whether writes may have conditions.");
      const isAbsent = await this.#bucket.put(key, "", "absent");
      const isOther = await this.#bucket.put(key, "", { etag: `"${"0".repeat(32)}"` });
      if (isAbsent || isOther) throw noConditions();
    } catch (error) {
      this.#probing = undefined;
      throw error;
    }
  }

  async #nameFolder(workspace: string): Promise<void> {
    const folder = this.#folderOf(workspace);
    if (this.#trails.has(workspace) || folder.endsWith(`/${workspace}/`)) return;
    await this.#bucket.put(`${folder}${NAME}`, JSON.stringify(workspace));
  }

  #trailOf(workspace: string): S3Trail {
    let trail = this.#trails.get(workspace);
    if (trail === undefined) {
      trail = new S3Trail(this.#recordsOf(workspace));
      this.#trails.set(workspace, trail);
    }
    return trail;
  }

  #recordsOf(workspace: string): S3Records {
    return new S3Records(this.#bucket, this.#folderOf(workspace));
  }

  #folderOf(workspace: string): string {
    return `${this.#prefix}trail/${workspaceFolder("", workspace)}/`;
  }

  async #writeCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const folder = `${this.#folderOf(checkpoint.workspace)}checkpoints/`;
    const name = `${String(checkpoint.size).padStart(15, "0")}-${randomUUID()}`;
    await this.#bucket.put(`${folder}${name}`, JSON.stringify(checkpoint));
  }

  async *#readCheckpoints(workspace: string): AsyncIterable<Checkpoint> {
    for await (const key of this.#bucket.list(`${this.#folderOf(workspace)}checkpoints/`)) {
      const checkpoint = parseCheckpoint((await this.#bucket.get(key))?.body.toString() ?? "");
      if (checkpoint !== undefined) yield checkpoint;
    }
  }
}

function noConditions(): SinkError {
  return new SinkError(
    "SINK_REFUSES",
    'The bucket takes no notice of "If-None-Match" and "If-Match", so workers would write over each other. Use a store that honours them.',
  );
}
