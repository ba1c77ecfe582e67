/** How the audit trail is kept beyond Temporal's retention. Third parties write against this, see contract.ts. */

import type { SealedRecord } from "../audit/chain.ts";
import type { Checkpoint } from "../audit/checkpoint.ts";
import type { AuditRecord } from "../audit/record.ts";

/**
 * Keeps the trail. Written by workers, several at a time and on several machines where the sink is for that, at least once for each
 * record. `sinkContract()` of `signalbox/testing` checks all that is said here.
 */
export interface Sink {
  /** Such as `"jsonl"`. Unique per worker. */
  readonly id: string;
  /**
   * Adds records to the end of their workspace's chain, in their order, without those whose ids it has. All or nothing. Resolves
   * once they outlive this process.
   *
   * Rejects, within seconds, with a {@link SinkError} where it cannot: it is called with them again later.
   */
  write(workspace: string, records: readonly AuditRecord[]): Promise<void>;
  /** Of these runs of one workspace, those of which it has a `run.ended`. Default: it cannot tell, and is given what others lack. */
  findEnded?(workspace: string, runs: readonly string[]): Promise<readonly string[]>;
  /** The workspaces that have records. Default, as of all below: it only takes. */
  workspaces?(): Promise<readonly string[]>;
  /** Records in the order of the chain. What comes in meanwhile may be among them. */
  read?(query: SinkQuery): AsyncIterable<SealedRecord>;
  /** Signed marks of the chain. */
  readonly checkpoints?: CheckpointStore;
  /** What is kept of prompts and replies, apart from the chain. */
  readonly content?: ContentStore;
  /**
   * Drops the oldest records, as far as all are older than `before` (ISO 8601) and of runs that are not held. The chain goes on from
   * where they end: see {@link SealedRecord.previous} of the first that is left.
   *
   * @returns how many were dropped.
   */
  prune?(workspace: string, before: string): Promise<number>;
  /** Frees files, sockets and timers. Called once, when the worker stops. Default: nothing to free. */
  close?(): Promise<void>;
}

export interface SinkQuery {
  readonly workspace: string;
  /** Only records behind this one. Default: all. */
  readonly afterSeq?: number;
  /** By when things happened; ISO 8601; inclusive. */
  readonly from?: string;
  /** ISO 8601; exclusive. */
  readonly to?: string;
  /** Only of this run. */
  readonly run?: string;
}

export interface CheckpointStore {
  write(checkpoint: Checkpoint): Promise<void>;
  /** In the order of their sizes. */
  read(workspace: string): AsyncIterable<Checkpoint>;
}

export interface RunName {
  readonly workspace: string;
  readonly run: string;
}

/** Encrypted, and the key that opens it: they are to be kept apart, so that a copy of the one is of no use without the other. */
export interface KeptContent {
  /** AES-256. */
  readonly key: Uint8Array;
  readonly sealed: Uint8Array;
}

/** What is kept of the prompts and replies of runs, each run with a key of its own. */
export interface ContentStore {
  /** Takes the place of what is there. Does nothing once the run's content was erased. */
  keep(run: RunName, content: KeptContent): Promise<void>;
  find(run: RunName): Promise<KeptContent | undefined>;
  /**
   * Destroys key and content, for good. `false`: the run is held, and nothing is done. `true` also where there is nothing.
   */
  erase(run: RunName): Promise<boolean>;
  /** Erases what was kept before then (ISO 8601) and is not held. */
  prune(workspace: string, before: string): Promise<number>;
  /** Nothing of the run is erased or pruned until it is released. Twice is once. */
  hold(run: RunName): Promise<void>;
  release(run: RunName): Promise<void>;
  isHeld(run: RunName): Promise<boolean>;
}

export const SINK_ERROR_CODES = ["SINK_AWAY", "SINK_REFUSES", "SINK_DAMAGED"] as const;

export type SinkErrorCode = (typeof SINK_ERROR_CODES)[number];

/** What a sink could not do. Its message shows no address, password, key or record. See docs/errors.md. */
export class SinkError extends Error {
  override readonly name = "SinkError";
  readonly code: SinkErrorCode;

  constructor(code: SinkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
