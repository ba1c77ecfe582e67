/** Telemetry of a worker that is somebody else's: whether it is on is known at once, and it is open while the worker runs. */

import { Runtime } from "@temporalio/worker";
import { openTelemetry, type Telemetry } from "./open-telemetry.ts";
import type { Tracing } from "./open-tracing.ts";
import type { ReadModels } from "./process-metrics.ts";
import { isWatched, readTelemetrySettings, type TelemetryOptions } from "./settings.ts";

export class RunningTelemetry {
  readonly isOn: boolean;
  readonly #options: TelemetryOptions | undefined;
  readonly #models: ReadModels;
  #opening: Promise<Telemetry | undefined> | undefined;
  #tracing: Tracing | undefined;
  #unwatch = (): void => {};

  /** @throws {SetupError} VARIABLE_INVALID */
  constructor(options: TelemetryOptions | undefined, models: ReadModels) {
    this.isOn = isWatched(readTelemetrySettings(options));
    this.#options = options;
    this.#models = models;
  }

  get tracing(): Tracing | undefined {
    return this.#tracing;
  }

  /** Never rejects: the work goes on without. */
  async begin(): Promise<void> {
    this.#opening = openTelemetry(this.#options, { role: "worker" }).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : typeof error;
      Runtime.instance().logger.warn(`There is no telemetry: ${reason}`);
      return undefined;
    });
    const opened = await this.#opening;
    if (opened === undefined) return;
    this.#tracing = opened.tracing;
    this.#unwatch = opened.watchModels(this.#models);
  }

  async end(): Promise<void> {
    const opened = await this.#opening;
    this.#tracing = undefined;
    this.#unwatch();
    await opened?.close();
  }
}
