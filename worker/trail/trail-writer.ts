/**
 * Writes the trails of runs as they end, beside the work of the worker: it keeps no run waiting, and fails none. What it does not come
 * to, the reconciler finds.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { mapSome } from "../../client/map-some.ts";
import type { PatientSink } from "./patient-sink.ts";
import type { ReadTrailOfRun, TrailOfRun } from "./read-run.ts";

/** More than end in a minute: whoever has that many to wait for is better served by the reconciler. */
const MOST_WAITING = 10_000;
/** So many runs are written at once, where that many have ended. */
const BATCH = 64;
const READ_AT_ONCE = 4;
/** Runs that end together are written together; and Temporal has heard of their ends by then. */
const GATHER_MS = 250;

export interface TrailWriterOptions {
  readonly sinks: readonly PatientSink[];
  readonly read: ReadTrailOfRun;
  /** Resolves when Temporal knows that the run has ended; or after a while, if it does not. */
  readonly untilEnded: (run: string) => Promise<unknown>;
  /** Told once that runs are left out. */
  readonly onWarning: (message: string) => void;
  /** Default: 10,000. */
  readonly mostWaiting?: number;
  /** Default: 250. */
  readonly gatherMs?: number;
}

export class TrailWriter {
  readonly #options: TrailWriterOptions;
  readonly #waiting = new Set<string>();
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;
  #hasWarned = false;

  constructor(options: TrailWriterOptions) {
    this.#options = options;
  }

  /** Never throws, and takes no time. */
  add(run: string): void {
    const { mostWaiting = MOST_WAITING } = this.#options;
    if (this.#waiting.size >= mostWaiting) {
      this.#warn(`More than ${mostWaiting} runs wait for their trails to be written.`);
      return;
    }
    this.#waiting.add(run);
    this.#working ??= this.#work();
  }

  /** Writes what there is. After `graceMs` it gives up. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const inTime = new AbortController();
    const working = this.#working?.finally(() => inTime.abort());
    await Promise.race([working, sleepUnless(inTime.signal, working ? graceMs : 0)]);
    this.#waiting.clear();
  }

  async #work(): Promise<void> {
    while (this.#waiting.size > 0) {
      const { gatherMs = GATHER_MS } = this.#options;
      if (this.#waiting.size < BATCH) await sleepUnless(this.#stopping.signal, gatherMs);
      const runs = [...this.#waiting].slice(0, BATCH);
      for (const run of runs) this.#waiting.delete(run);
      const trails = await this.#readAll(runs);
      if (trails.length > 0) {
        await Promise.all(this.#options.sinks.map((sink) => sink.write(trails)));
      }
    }
    this.#working = undefined;
  }

  async #readAll(runs: readonly string[]): Promise<readonly TrailOfRun[]> {
    const trails = await mapSome(runs, READ_AT_ONCE, (run) => this.#readOne(run));
    return trails.filter((trail) => trail !== undefined);
  }

  async #readOne(run: string): Promise<TrailOfRun | undefined> {
    const { read, untilEnded } = this.#options;
    try {
      const trail = await read(run);
      if (trail !== undefined) return trail;
      // The workflow has said so, and Temporal does not know it yet.
      await untilEnded(run);
      return await read(run);
    } catch {
      // Temporal is away, or what is there cannot be read: what cannot be read for good is told by the reconciler.
      return undefined;
    }
  }

  #warn(what: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.onWarning(`${what} They are written by the next look for what is missing.`);
  }
}

/** Never rejects. */
async function sleepUnless(signal: AbortSignal, durationMs: number): Promise<void> {
  await sleep(durationMs, undefined, { signal }).catch(() => {});
}
