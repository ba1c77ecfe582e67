/** Sends what a process counts to a collector: reads it where Prometheus would, and says it in OpenTelemetry's words. */

import { ValueType, type Attributes, type HrTime } from "@opentelemetry/api";
import { millisToHrTime } from "@opentelemetry/core";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type CollectionResult,
  type DataPoint,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import type { Registry } from "prom-client";
import { processMetrics } from "./process-metrics.ts";
import { resourceOf } from "./resource.ts";
import type { TelemetrySettings } from "./settings.ts";
import type { Closable } from "./shared-part.ts";

/** Starts to send, as often as `OTEL_METRIC_EXPORT_INTERVAL` says: every minute by default. */
export function exportMetrics(settings: TelemetrySettings): Closable {
  const { endpoint } = settings;
  const url = endpoint === undefined ? {} : { url: `${endpoint}/v1/metrics` };
  const startedAt = millisToHrTime(Date.now());
  const resource = resourceOf(settings);
  const producer: MetricProducer = {
    async collect(): Promise<CollectionResult> {
      const lists = processMetrics()
        .registries()
        .map((registry) => read(registry, startedAt));
      const metrics = (await Promise.all(lists)).flat();
      const scopeMetrics = [{ scope: { name: "signalbox" }, metrics }];
      return { resourceMetrics: { resource, scopeMetrics }, errors: [] };
    },
  };
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(url),
    metricProducers: [producer],
    ...timing(),
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return { close: () => provider.shutdown() };
}

/** The SDK's own package for that would bring every exporter there is. */
function timing(): { readonly exportIntervalMillis: number; readonly exportTimeoutMillis: number } {
  const exportIntervalMillis = Number(process.env["OTEL_METRIC_EXPORT_INTERVAL"]) || 60_000;
  const wanted = Number(process.env["OTEL_METRIC_EXPORT_TIMEOUT"]) || 30_000;
  return { exportIntervalMillis, exportTimeoutMillis: Math.min(wanted, exportIntervalMillis) };
}

/** What prom-client gives; its own types say less. */
interface Told {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number>>;
    readonly metricName?: string;
  }[];
}

async function read(registry: Registry, since: HrTime): Promise<readonly MetricData[]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- See `Told`.
  const told = (await registry.getMetricsAsJSON()) as unknown as readonly Told[];
  const times = { startTime: since, endTime: millisToHrTime(Date.now()) };
  return told.filter(({ values }) => values.length > 0).flatMap((one) => convert(one, times));
}

type Times = Pick<DataPoint<number>, "startTime" | "endTime">;

function convert(told: Told, times: Times): readonly MetricData[] {
  const { help: description, type, values } = told;
  const points = (): DataPoint<number>[] =>
    values.map(({ value, labels }) => ({ ...times, value, attributes: attributesOf(labels) }));
  const aggregationTemporality = AggregationTemporality.CUMULATIVE;
  const valueType = ValueType.DOUBLE;
  const descriptor = { ...nameOf(told.name, type), description, valueType };
  switch (type) {
    case "counter": {
      const sum = { dataPointType: DataPointType.SUM, isMonotonic: true } as const;
      return [{ descriptor, aggregationTemporality, ...sum, dataPoints: points() }];
    }
    case "gauge": {
      const dataPointType = DataPointType.GAUGE;
      return [{ descriptor, aggregationTemporality, dataPointType, dataPoints: points() }];
    }
    case "histogram": {
      const dataPointType = DataPointType.HISTOGRAM;
      const dataPoints = histogramsOf(told, times);
      return [{ descriptor, aggregationTemporality, dataPointType, dataPoints }];
    }
    default:
      return [];
  }
}

/** One for each set of labels: Prometheus has a value for each of its buckets, which counts all below it too. */
function histogramsOf({ name, values }: Told, times: Times): DataPoint<Histogram>[] {
  const bySet = new Map<
    string,
    { labels: Told["values"][number]["labels"]; of: Told["values"][number][] }
  >();
  for (const one of values) {
    const { le: _le, ...labels } = one.labels;
    const key = JSON.stringify(labels);
    const known = bySet.get(key) ?? { labels, of: [] };
    known.of.push(one);
    bySet.set(key, known);
  }
  return [...bySet.values()].map(({ labels, of }) => {
    const valueOf = (end: string): number =>
      of.find(({ metricName }) => metricName === `${name}_${end}`)?.value ?? 0;
    const below = of.filter(({ metricName }) => metricName === `${name}_bucket`);
    const boundaries = below.map(({ labels: { le } }) => Number(le)).filter(Number.isFinite);
    const counts = below.map(({ value }, index) => value - (below[index - 1]?.value ?? 0));
    const value = { buckets: { boundaries, counts }, sum: valueOf("sum"), count: valueOf("count") };
    return { ...times, attributes: attributesOf(labels), value };
  });
}

/** Names of the conventions, which Prometheus cannot say. */
const CONVENTIONAL: Readonly<Record<string, { readonly name: string; readonly unit: string }>> = {
  gen_ai_client_operation_duration_seconds: { name: "gen_ai.client.operation.duration", unit: "s" },
  gen_ai_client_token_usage: { name: "gen_ai.client.token.usage", unit: "{token}" },
};

/** Ours keep their names, without the end that Prometheus wants of a counter. */
function nameOf(name: string, type: string): { readonly name: string; readonly unit: string } {
  const unit = /_seconds(?:_total)?$/.test(name) ? "s" : /_usd/.test(name) ? "USD" : "";
  const plain = { name: type === "counter" ? name.replace(/_total$/, "") : name, unit };
  return CONVENTIONAL[name] ?? plain;
}

const DOTTED: Readonly<Record<string, string>> = {
  gen_ai_operation_name: "gen_ai.operation.name",
  gen_ai_provider_name: "gen_ai.provider.name",
  gen_ai_request_model: "gen_ai.request.model",
  gen_ai_token_type: "gen_ai.token.type",
  error_type: "error.type",
};

function attributesOf(labels: Readonly<Record<string, string | number>>): Attributes {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [DOTTED[name] ?? name, value]),
  );
}
