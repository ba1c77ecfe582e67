/** All that a process counts, in one place: of memory, event loop and work there is one a process, whoever asks. */

import { collectDefaultMetrics, Registry } from "prom-client";
import type { ModelStatus } from "../model-status.ts";
import { createModelMetrics } from "./model-metrics.ts";
import { readSdkMetrics } from "./sdk-metrics.ts";
import { WorkMetrics } from "./work-metrics.ts";

export type ReadModels = () => readonly ModelStatus[];

export class ProcessMetrics {
  /** Read where somebody counts, and written where it is done. */
  readonly work = new WorkMetrics();
  readonly contentType = this.work.registry.contentType;
  #ofProcess: Registry | undefined;
  readonly #ofModels = createModelMetrics();
  readonly #models = new Set<ReadModels>();
  readonly #others = new Set<Registry>();
  #readers = 0;

  /** Whether somebody reads: otherwise nothing is counted. */
  get isCounting(): boolean {
    return this.#readers > 0;
  }

  /** Gives what ends it. */
  beginCounting(): () => void {
    this.#readers += 1;
    let isOver = false;
    return () => {
      if (!isOver) this.#readers -= 1;
      isOver = true;
    };
  }

  /** Tells of these models too; gives what ends that. */
  watchModels(read: ReadModels): () => void {
    this.#models.add(read);
    return () => void this.#models.delete(read);
  }

  /** Exports these too, such as the API's own, which writes them by itself; gives what ends that. */
  include(registry: Registry): () => void {
    this.#others.add(registry);
    return () => void this.#others.delete(registry);
  }

  /** For an exporter. */
  registries(): readonly Registry[] {
    return [...this.#own(), ...this.#others];
  }

  /**
   * What a scrape gets, those of Temporal's SDK included.
   *
   * @param models - of an API that was handed them, as metrics. Default: those that are watched.
   */
  async write(models?: Registry): Promise<string> {
    const texts = this.#own(models).map((registry) => registry.metrics());
    return (await Promise.all([...texts, readSdkMetrics()])).filter(Boolean).join("\n");
  }

  /** It has a timer of its own, to watch the event loop: where nobody reads, there is none. */
  #process(): Registry {
    if (this.#ofProcess !== undefined) return this.#ofProcess;
    this.#ofProcess = new Registry();
    collectDefaultMetrics({ register: this.#ofProcess });
    return this.#ofProcess;
  }

  #own(models = this.#watched()): readonly Registry[] {
    return [this.#process(), this.work.registry, models];
  }

  #watched(): Registry {
    return this.#ofModels.filled([...this.#models].flatMap((read) => read()));
  }
}

let ofProcess: ProcessMetrics | undefined;

/** What is counted now. `undefined`: nobody would read it. */
export function countedWork(): WorkMetrics | undefined {
  return ofProcess?.isCounting ? ofProcess.work : undefined;
}

/** Made when it is first asked for. */
export function processMetrics(): ProcessMetrics {
  return (ofProcess ??= new ProcessMetrics());
}
