/** How the API does, in the text form that Prometheus reads. */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Exchange } from "./exchange.ts";

export interface ApiMetrics {
  /** Counts a request that is over. */
  count(method: string, status: number, seconds: number, exchange: Exchange): void;
  /** For exporters. */
  readonly registry: Registry;
  /** What a scrape gets. */
  write(): Promise<string>;
}

/** Requests that wait for a run take up to a minute. */
const BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

/** Any other word that a caller sends for a method would be a series of its own. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "OPTIONS"]);

/** The metrics of one app. `openStreams` gives how many event streams are open. */
export function createApiMetrics(openStreams: () => number): ApiMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "signalbox_api_requests_total",
    help: "Requests that are over, by the pattern of their path and by status. Those of /healthz are not counted.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "signalbox_api_request_duration_seconds",
    help: "Times from a request to the end of its answer; event streams left out.",
    labelNames: ["method", "route"],
    buckets: BUCKETS_SECONDS,
    registers,
  });
  const streams = new Gauge({
    name: "signalbox_api_open_event_streams",
    help: "Event streams that are open.",
    registers: [],
    collect() {
      this.set(openStreams());
    },
  });
  registry.registerMetric(streams);
  return {
    count(sent, status, seconds, { route, isStream }) {
      const labels = { method: METHODS.has(sent) ? sent : "other", route: route?.path ?? "none" };
      requests.inc({ ...labels, status: `${status}` });
      if (!isStream) durations.observe(labels, seconds);
    },
    registry,
    write: () => registry.metrics(),
  };
}
