/** A sink that is left alone for a while once it has failed, so that one that is away costs nothing. */

import type { Sink } from "../../plugins/sink.ts";
import { countedWork } from "../telemetry/process-metrics.ts";
import type { TrailOfRun } from "./read-run.ts";
import { describeSinkFailure, writeTrails } from "./write-trails.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export interface PatientSinkOptions {
  /** Told once, until it works again. */
  readonly onWarning: (message: string) => void;
  /** In milliseconds; never goes back. */
  readonly now: () => number;
}

export class PatientSink {
  readonly #sink: Sink;
  readonly #options: PatientSinkOptions;
  #failures = 0;
  #asleepUntil = 0;

  constructor(sink: Sink, options: PatientSinkOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Never rejects. `false`: it does not have them, and somebody else is to write them later. */
  async write(trails: readonly TrailOfRun[]): Promise<boolean> {
    if (this.#options.now() < this.#asleepUntil) return false;
    try {
      await writeTrails(this.#sink, trails);
      this.#failures = 0;
      return true;
    } catch (error) {
      this.#sleep(error);
      return false;
    }
  }

  #sleep(error: unknown): void {
    countedWork()?.countSinkFailure(this.#sink.id);
    const { now, onWarning } = this.#options;
    if (this.#failures === 0) {
      onWarning(
        `Sink "${this.#sink.id}" does not keep the trails of runs (${describeSinkFailure(error)}). ` +
          `They are written to it by the next look for what is missing that finds it well.`,
      );
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#failures += 1;
    this.#asleepUntil = now() + pauseMs;
  }
}
