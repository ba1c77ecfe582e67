/** The metrics of the work that a process does, by name: docs/reference/metrics.md tells of each. */

import { Counter, Histogram, type Registry } from "prom-client";

/** As the conventions advise. @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/ */
const CALL_SECONDS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const WAIT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const RUN_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 86_400];
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.25];

const CALL = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"];
const PLACE = ["graph", "step", "model"];

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

const COUNTERS = {
  attempts: {
    name: "signalbox_attempts_total",
    help: "Tries of attempts that are over, by how they ended.",
    labels: [...PLACE, "outcome"],
  },
  fallbacks: {
    name: "signalbox_fallbacks_total",
    help: "Of these, calls to a model that stands in for one that failed.",
    labels: PLACE,
  },
  cost: {
    name: "signalbox_cost_usd_total",
    help: "What calls cost, in USD, as far as prices are known.",
    labels: ["workspace", ...PLACE],
  },
  looks: {
    name: "signalbox_guardrail_looks_total",
    help: "Looks of guardrails, by what came of them.",
    labels: ["guardrail", "direction", "outcome", "action"],
  },
  findings: {
    name: "signalbox_guardrail_findings_total",
    help: "What guardrails found, by kind.",
    labels: ["guardrail", "direction", "kind"],
  },
  runs: {
    name: "signalbox_runs_total",
    help: "Runs that have ended, by how.",
    labels: ["graph", "workspace", "status"],
  },
  trailsMissing: {
    name: "signalbox_audit_runs_missing_total",
    help: "Runs that had ended, and whose audit trail a look found missing and wrote.",
    labels: [],
  },
  sinkFailures: {
    name: "signalbox_audit_sink_failures_total",
    help: "Times that a sink did not keep what it was given.",
    labels: ["sink"],
  },
} as const satisfies Record<string, Described>;

const HISTOGRAMS = {
  duration: {
    name: "gen_ai_client_operation_duration_seconds",
    help: "Times of calls of models, from the request to the whole answer or the failure.",
    labels: [...CALL, "error_type"],
    buckets: CALL_SECONDS,
  },
  tokens: {
    name: "gen_ai_client_token_usage",
    help: "Tokens of calls of models, input and output apart.",
    labels: [...CALL, "gen_ai_token_type"],
    buckets: TOKENS,
  },
  queued: {
    name: "signalbox_queue_seconds",
    help: "How long activities waited for a worker: in the queue of the runs, or of a provider.",
    labels: ["queue"],
    buckets: WAIT_SECONDS,
  },
  tools: {
    name: "signalbox_tool_duration_seconds",
    help: "Times of calls of tools.",
    labels: ["tool", "outcome"],
    buckets: CALL_SECONDS,
  },
  runDuration: {
    name: "signalbox_run_duration_seconds",
    help: "Times of runs, waits included.",
    labels: ["graph"],
    buckets: RUN_SECONDS,
  },
  budgetUsed: {
    name: "signalbox_run_budget_used_ratio",
    help: "Share of its budget that a run had used at its end, by limit.",
    labels: ["graph", "limit"],
    buckets: SHARES,
  },
} as const satisfies Record<string, Described & { readonly buckets: readonly number[] }>;

export type WorkMetricsList = Readonly<Record<keyof typeof COUNTERS, Counter>> &
  Readonly<Record<keyof typeof HISTOGRAMS, Histogram>>;

/** Makes them anew, in a registry. */
export function createWorkMetrics(registry: Registry): WorkMetricsList {
  const registers = [registry];
  const counter = ({ name, help, labels }: Described): Counter =>
    new Counter({ name, help, labelNames: [...labels], registers });
  const histogram = ({
    name,
    help,
    labels,
    buckets,
  }: Described & { readonly buckets: readonly number[] }): Histogram =>
    new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- One for each that is listed above.
  return {
    ...mapValues(COUNTERS, counter),
    ...mapValues(HISTOGRAMS, histogram),
  } as WorkMetricsList;
}

function mapValues<Value, Made>(
  values: Readonly<Record<string, Value>>,
  make: (value: Value) => Made,
): Record<string, Made> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, make(value)]));
}
