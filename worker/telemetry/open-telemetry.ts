/** Opens what of telemetry is on, for whoever needs it in this process. OpenTelemetry's SDK is loaded only where it is. */

import type { MetricsServer } from "./metrics-server.ts";
import type { Tracing } from "./open-tracing.ts";
import { processMetrics, type ReadModels } from "./process-metrics.ts";
import {
  isWatched,
  readTelemetrySettings,
  type TelemetryOptions,
  type TelemetrySettings,
} from "./settings.ts";
import { SharedPart, type Closable, type Share } from "./shared-part.ts";

export interface Telemetry extends Closable {
  /** Absent: there are no traces. */
  readonly tracing: Tracing | undefined;
  /** Whether runs and steps are to be told of. */
  readonly isWatched: boolean;
  /** Where a scrape goes. `undefined`: no port was opened for it. */
  readonly metricsUrl: string | undefined;
  /** How the models are becomes a part of the metrics; gives what ends that. */
  watchModels(read: ReadModels): () => void;
  /** Sends what there is. Closing does too. */
  flush(): Promise<void>;
}

export interface OpenTelemetryOptions {
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * What the process does: a `"worker"` serves metrics at a port where one is set, an `"api"` at its own `/metrics`; a `"client"` has
   * none, only traces. Default: `"client"`.
   */
  readonly role?: "worker" | "api" | "client";
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
  { env = process.env, role = "client" }: OpenTelemetryOptions = {},
): Promise<Telemetry> {
  const settings = readTelemetrySettings(options, env);
  const shares: Share<Closable>[] = [];
  const keep = <Part extends Closable>(share: Share<Part>): Part => {
    shares.push(share);
    return share.part;
  };
  const isCounting = role === "api" || (role === "worker" && isCounted(settings));
  const stopCounting = isCounting ? processMetrics().beginCounting() : () => {};
  const close = async (): Promise<void> => {
    stopCounting();
    // A collector that is away is no reason to fail at the end.
    await Promise.allSettled(shares.map((share) => share.release()));
  };
  try {
    const opened = settings.traces ? keep(await tracing.share(settings)) : undefined;
    if (isCounting && settings.otlpMetrics) keep(await otlpMetrics.share(settings));
    const place = role === "worker" ? settings.metricsServer : undefined;
    const server = place && keep(await servers.share(place));
    return {
      tracing: opened,
      isWatched: isWatched(settings),
      metricsUrl: server?.url,
      watchModels: (read) => processMetrics().watchModels(read),
      flush: async () => opened?.flush(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function isCounted({ otlpMetrics: isSent, metricsServer }: TelemetrySettings): boolean {
  return isSent || metricsServer !== undefined;
}
