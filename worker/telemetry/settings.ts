/** What of telemetry is on: as OpenTelemetry's variables say, or the configuration, which wins. By default nothing is. */

import type { SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { SetupError } from "../setup-error.ts";

/** In a configuration: `telemetry`. */
export interface TelemetryOptions {
  /** An OpenTelemetry collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318`. Default: `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint?: string;
  /** Default: `OTEL_SERVICE_NAME`, else `"signalbox"`. */
  readonly serviceName?: string;
  /**
   * Whether spans hold prompts and replies, in plain text. Default: `SIGNALBOX_TELEMETRY_CONTENT=true`, else `false`.
   */
  readonly content?: boolean;
  /** Where spans go besides, such as to a vendor's own exporter. They turn traces on too. */
  readonly spanProcessors?: readonly SpanProcessor[];
  /** A port for `GET /metrics`. Default: `SIGNALBOX_METRICS_PORT`, else none is opened. 0: a free one. */
  readonly metricsPort?: number;
  /** Default: `SIGNALBOX_METRICS_HOST`, else `"127.0.0.1"`. */
  readonly metricsHost?: string;
}

/** What is to be done. */
export interface TelemetrySettings {
  readonly traces: boolean;
  /** To a collector, by OTLP. */
  readonly otlpTraces: boolean;
  readonly otlpMetrics: boolean;
  readonly endpoint: string | undefined;
  readonly serviceName: string | undefined;
  readonly content: boolean;
  readonly spanProcessors: readonly SpanProcessor[];
  readonly metricsServer: { readonly host: string; readonly port: number } | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** @throws {SetupError} VARIABLE_INVALID */
export function readTelemetrySettings(
  given: TelemetryOptions = {},
  env: Env = process.env,
): TelemetrySettings {
  const isOff = env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true";
  const { spanProcessors = [], content = env["SIGNALBOX_TELEMETRY_CONTENT"] === "true" } = given;
  const hasCollector = (signal: Signal): boolean => !isOff && isExported(signal, given, env);
  const otlpTraces = hasCollector("TRACES");
  return {
    traces: otlpTraces || (!isOff && spanProcessors.length > 0),
    otlpTraces,
    otlpMetrics: hasCollector("METRICS"),
    endpoint: given.endpoint?.replace(/\/+$/, ""),
    serviceName: given.serviceName,
    content,
    spanProcessors,
    metricsServer: readServer(given, env),
  };
}

/** Whether spans come out of workflows and activities, or counts. */
export function isWatched({ traces, otlpMetrics, metricsServer }: TelemetrySettings): boolean {
  return traces || otlpMetrics || metricsServer !== undefined;
}

type Signal = "TRACES" | "METRICS";

function isExported(signal: Signal, { endpoint }: TelemetryOptions, env: Env): boolean {
  const exporter = env[`OTEL_${signal}_EXPORTER`]?.trim() || undefined;
  if (exporter === "none") return false;
  const own = env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
  const isOn =
    Boolean(endpoint || own || env["OTEL_EXPORTER_OTLP_ENDPOINT"]) || exporter === "otlp";
  if (!isOn) return false;
  assertKnown(`OTEL_${signal}_EXPORTER`, exporter, ["otlp"]);
  for (const name of [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, "OTEL_EXPORTER_OTLP_PROTOCOL"]) {
    assertKnown(name, env[name]?.trim() || undefined, ["http/protobuf"]);
  }
  return true;
}

function assertKnown(name: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new SetupError(
    "VARIABLE_INVALID",
    `${name} is "${value}", which Signalbox does not speak. Set it to "${known.join('" or "')}", or unset it; a collector takes that at port 4318.`,
  );
}

function readServer(
  { metricsPort, metricsHost }: TelemetryOptions,
  env: Env,
): TelemetrySettings["metricsServer"] {
  const port = metricsPort ?? readPort(env["SIGNALBOX_METRICS_PORT"]?.trim());
  if (port === undefined) return undefined;
  return { port, host: metricsHost ?? (env["SIGNALBOX_METRICS_HOST"] || "127.0.0.1") };
}

function readPort(text: string | undefined): number | undefined {
  if (!text) return undefined;
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new SetupError(
    "VARIABLE_INVALID",
    `SIGNALBOX_METRICS_PORT is "${text}". Give a whole number from 0 to 65535, or unset it.`,
  );
}
