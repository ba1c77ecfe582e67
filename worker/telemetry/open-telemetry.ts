/** Opens what of telemetry is on, for whoever needs it in this process. OpenTelemetry's SDK is loaded only where it is. */

import type { Closable } from "./shared-part.ts";
import type { MetricsServer } from "./metrics-server.ts";
import type { Tracing } from "./open-tracing.ts";
import { processMetrics, type ReadModels } from "./process-metrics.ts";
import { readTelemetrySettings, type TelemetryOptions, type TelemetrySettings } from "./settings.ts";
import { SharedPart, type Share } from "./shared-part.ts";
import type { Watching } from "./watch-work.ts";

export interface Telemetry extends Closable {
  readonly watching: Watching;
  /** Where a scrape goes. `undefined`: no port was opened for it. */
  readonly metricsUrl: string | undefined;
  /** How the models are becomes a part of the metrics; gives what ends that. */
  watchModels(read: ReadModels): () => void;
  /** Sends what there is. Closing does too. */
  flush(): Promise<void>;
}

const tracing = new SharedPart<Tracing, TelemetrySettings>(async (settings) =>
  (await import("./open-tracing.ts")).openTracing(settings),
);
const otlpMetrics = new SharedPart<Closable, TelemetrySettings>(async (settings) =>
  (await import("./otlp-metrics.ts")).exportMetrics(settings),
);
const servers = new SharedPart<MetricsServer, NonNullable<TelemetrySettings["metricsServer"]>>(
  async (place) => (await import("./metrics-server.ts")).serveMetrics(place),
);

/**
 * Begins to send what is on: by the standard variables of OpenTelemetry, or by `options`. To be called before the first run is
 * started, and closed at the end of the process, as what was not sent by then is lost. Where nothing is on, it does nothing.
 *
 * `startWorker`, `startApi` and the commands do it by themselves.
 *
 * @throws {SetupError} VARIABLE_INVALID, PORT_IN_USE
 */
export async function openTelemetry(
  options: TelemetryOptions = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Telemetry> {
  const settings = readTelemetrySettings(options, env);
  const { metricsServer } = settings;
  const shares: Share<Closable>[] = [];
  const keep = <Part extends Closable>(share: Share<Part>): Part => {
    shares.push(share);
    return share.part;
  };
  try {
    const opened = settings.traces ? keep(await tracing.share(settings)) : undefined;
    if (settings.otlpMetrics) keep(await otlpMetrics.share(settings));
    const server = metricsServer && keep(await servers.share(metricsServer));
    const isCounting = settings.otlpMetrics || server !== undefined;
    return {
      watching: { tracing: opened, ...(isCounting && { metrics: processMetrics().work }) },
      metricsUrl: server?.url,
      watchModels: (read) => (isCounting ? processMetrics().watchModels(read) : () => {}),
      flush: async () => opened?.flush(),
      close: () => releaseAll(shares),
    };
  } catch (error) {
    await releaseAll(shares);
    throw error;
  }
}

/** A collector that is away is no reason to fail at the end. */
async function releaseAll(shares: readonly Share<Closable>[]): Promise<void> {
  await Promise.allSettled(shares.map((share) => share.release()));
}
