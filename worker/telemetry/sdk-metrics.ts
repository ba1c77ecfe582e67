/** The metrics that Temporal's SDK counts in its native part: it serves them by itself, at a port behind ours. */

import { once } from "node:events";
import { createServer } from "node:net";
import type { TelemetryOptions as SdkTelemetry } from "@temporalio/worker";
import type { TelemetrySettings } from "./settings.ts";

type SdkMetrics = NonNullable<SdkTelemetry["metrics"]>;

const HOST = "127.0.0.1";
const TIMEOUT_MS = 2_000;

let address: string | undefined;

/** For the runtime, of which a process has one. `undefined`: nobody would see them. */
export async function sdkMetricsFor(settings: TelemetrySettings): Promise<SdkMetrics | undefined> {
  const { metricsServer, otlpMetrics, endpoint } = settings;
  const common = { attachServiceName: false };
  if (metricsServer !== undefined) {
    const bindAddress = `${HOST}:${await findPort()}`;
    address = bindAddress;
    const prometheus = {
      bindAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
    };
    return { ...common, prometheus };
  }
  const collector = endpoint ?? process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  if (!otlpMetrics || !collector) return undefined;
  const url = `${collector.replace(/\/+$/, "")}/v1/metrics`;
  return { ...common, otel: { url, http: true, useSecondsForDurations: true } };
}

/** As it serves them; `""` where it does not, or does not answer. */
export async function readSdkMetrics(): Promise<string> {
  if (address === undefined) return "";
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`http://${address}/metrics`, { signal });
    return response.ok ? await response.text() : "";
  } catch {
    // What is ours is worth telling all the same.
    return "";
  }
}

/** The SDK does not say which one it took, so it cannot choose by itself. */
async function findPort(): Promise<number> {
  const server = createServer();
  server.listen(0, HOST);
  await once(server, "listening");
  const found = server.address();
  server.close();
  await once(server, "close");
  return typeof found === "object" && found !== null ? found.port : 0;
}
