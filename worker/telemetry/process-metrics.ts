/** All that a process counts, in one place: of memory, event loop and work there is one a process, whoever asks. */

import { collectDefaultMetrics, Registry } from "prom-client";
import type { ModelStatus } from "../model-status.ts";
import { createModelMetrics } from "./model-metrics.ts";
import { readSdkMetrics } from "./sdk-metrics.ts";
import { WorkMetrics } from "./work-metrics.ts";

export type ReadModels = () => readonly ModelStatus[];

export class ProcessMetrics {
  readonly work = new WorkMetrics();
  readonly contentType = this.work.registry.contentType;
  readonly #ofProcess = new Registry();
  readonly #ofModels = createModelMetrics();
  readonly #models = new Set<ReadModels>();
  readonly #others = new Set<Registry>();

  constructor() {
    collectDefaultMetrics({ register: this.#ofProcess });
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
   * @param models - besides those that are watched: of an API that was handed them.
   */
  async write(models: readonly ModelStatus[] = []): Promise<string> {
    const texts = this.#own(models).map((registry) => registry.metrics());
    return (await Promise.all([...texts, readSdkMetrics()])).filter(Boolean).join("\n");
  }

  #own(given: readonly ModelStatus[] = []): readonly Registry[] {
    const watched = [...this.#models].flatMap((read) => read());
    return [this.#ofProcess, this.work.registry, this.#ofModels.fill([...watched, ...given])];
  }
}

let ofProcess: ProcessMetrics | undefined;

/** Made when it is first asked for. */
export function processMetrics(): ProcessMetrics {
  return (ofProcess ??= new ProcessMetrics());
}
