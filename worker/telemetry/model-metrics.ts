/** How the models are, in the text form that Prometheus reads. */

import { Gauge, Registry } from "prom-client";
import type { BreakerState, ModelHealth, ModelStatus, Percentiles } from "../model-status.ts";

export interface ModelMetrics {
  /** Gives the registry, with how the models are now and nothing else. */
  filled(models: readonly ModelStatus[]): Registry;
}

type Labels = Readonly<Record<string, string>>;

/** A metric of one model. All are gauges: calls are weighed by their age, so each may fall. */
interface Metric {
  readonly name: string;
  readonly help: string;
  /** Besides `model` and `provider`. */
  readonly labels?: readonly string[];
  /** Its values with their further labels; none where nothing is known. */
  readonly read: (health: ModelHealth) => readonly (readonly [value: number, labels: Labels])[];
}

const STATES: Readonly<Record<BreakerState, number>> = { closed: 0, "half-open": 1, open: 2 };
const STATES_IN_WORDS = "0 closed, 1 half-open, 2 open";

const METRICS: readonly Metric[] = [
  {
    name: "signalbox_model_breaker_state",
    help: `Circuit breaker of the model, or of its provider where that is worse: ${STATES_IN_WORDS}.`,
    read: ({ breaker }) => [[STATES[breaker.state], {}]],
  },
  {
    name: "signalbox_model_calls",
    help: "Recent calls, each by the weight that its age leaves it.",
    read: ({ calls }) => [[calls, {}]],
  },
  {
    name: "signalbox_model_success_ratio",
    help: "Share of recent calls that went well, of those that say something about the model's health.",
    read: ({ successRate }) => one(successRate),
  },
  {
    name: "signalbox_model_failures",
    help: "Recent calls that failed, by kind of failure, each by the weight that its age leaves it.",
    labels: ["kind"],
    read: ({ failures }) => Object.entries(failures).map(([kind, weight]) => [weight, { kind }]),
  },
  {
    name: "signalbox_model_first_token_seconds",
    help: "Recent times from the request to the first part of an answer.",
    labels: ["quantile"],
    read: ({ firstTokenMs }) => quantiles(firstTokenMs, 1_000),
  },
  {
    name: "signalbox_model_latency_seconds",
    help: "Recent times from the request to the whole answer.",
    labels: ["quantile"],
    read: ({ durationMs }) => quantiles(durationMs, 1_000),
  },
  {
    name: "signalbox_model_tokens_per_second",
    help: "Recent output tokens a second, over the whole call.",
    labels: ["quantile"],
    read: ({ tokensPerSecond }) => quantiles(tokensPerSecond, 1),
  },
  {
    name: "signalbox_model_headroom_ratio",
    help: "Share of the provider's own limits that was left when it last said so.",
    read: ({ headroom }) => one(headroom),
  },
  {
    name: "signalbox_model_cost_usd",
    help: "Mean cost of a recent call that was answered.",
    read: ({ costNanoUsd }) => one(costNanoUsd, 1e9),
  },
];

/** In a registry of their own: prom-client's is one for the whole process. */
export function createModelMetrics(): ModelMetrics {
  const registry = new Registry();
  const ofModels = METRICS.map(({ name, help, labels = [], read }) => {
    const labelNames = ["model", "provider", ...labels];
    return { gauge: new Gauge({ name, help, labelNames, registers: [registry] }), read };
  });
  const ofProviders = new Gauge({
    name: "signalbox_provider_breaker_state",
    help: `Circuit breaker of the whole provider: ${STATES_IN_WORDS}.`,
    labelNames: ["provider"],
    registers: [registry],
  });
  return {
    filled(models) {
      // Models come and go: what is not there any more must not stay.
      registry.resetMetrics();
      for (const { model, provider, health, providerBreaker } of models) {
        ofProviders.set({ provider }, STATES[providerBreaker.state]);
        for (const { gauge, read } of ofModels) {
          for (const [value, labels] of read(health))
            gauge.set({ model, provider, ...labels }, value);
        }
      }
      return registry;
    },
  };
}

function one(value: number | undefined, unit = 1): readonly (readonly [number, Labels])[] {
  return value === undefined ? [] : [[value / unit, {}]];
}

function quantiles(
  percentiles: Percentiles | undefined,
  unit: number,
): readonly (readonly [number, Labels])[] {
  if (percentiles === undefined) return [];
  const { p50, p95 } = percentiles;
  return [
    [p50 / unit, { quantile: "0.5" }],
    [p95 / unit, { quantile: "0.95" }],
  ];
}
