/**
 * What the work of a process comes to, counted where it is done: in activities, which Temporal may have done twice, and at the end of
 * runs. No label holds the id of a run, a prompt or a key.
 */

import { CancelledFailure } from "@temporalio/common";
import { Counter, Histogram, Registry } from "prom-client";
import type { AttemptRequest, Charge, GuardReply, GuardVerdict } from "../../activities/contract.ts";
import { fallbackOf } from "../../graph/attempt-id.ts";
import { NANO_USD } from "../../graph/money.ts";
import { DEFAULT_WORKSPACE } from "../../graph/search-attributes.ts";
import type { EndedRun } from "../../workflows/tracing/span-data.ts";
import { nameModel } from "./gen-ai.ts";
import { FewNames, withoutIndexes } from "./label-values.ts";
import type { SeenActivity } from "./seen-activity.ts";
import { detailsOf } from "./trace-activity.ts";

/** How an activity ended. */
export type ActivityEnd =
  | { readonly result: unknown }
  | { readonly error: unknown };

type AttemptEnd = Partial<Charge> & {
  readonly outcome: string;
  readonly durationMs: number;
  readonly guards: readonly GuardVerdict[];
  readonly wasCalled: boolean;
};

export class WorkMetrics {
  readonly registry = new Registry();
  readonly #metrics = createMetrics(this.registry);
  readonly #workspaces = new FewNames();

  /** Gives what is to be told of its end. */
  beginActivity(seen: SeenActivity): (end: ActivityEnd) => void {
    const startedAt = performance.now();
    if (!seen.isLocal) {
      const queue = /\/([^/]+)$/.exec(seen.taskQueue)?.[1] ?? "runs";
      this.#metrics.queued.observe({ queue }, seen.waitedMs / 1_000);
    }
    return (end) => this.#count(seen, end, performance.now() - startedAt);
  }

  endRun({ startedAt, endedAt, failure, part, figures }: EndedRun, graph: string): void {
    if (part !== undefined) return;
    const { runs, runDuration, budgetUsed } = this.#metrics;
    const workspace = this.#workspaces.name(figures?.workspace ?? DEFAULT_WORKSPACE);
    runs.inc({ graph, workspace, status: failure ?? "completed" });
    runDuration.observe({ graph }, Math.max(0, endedAt - startedAt) / 1_000);
    for (const [limit, share] of Object.entries(figures?.budgetUse ?? {})) {
      budgetUsed.observe({ graph, limit }, share);
    }
  }

  #count(seen: SeenActivity, end: ActivityEnd, tookMs: number): void {
    const [request] = seen.args;
    if (seen.type === "signalbox.attempt") {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What workflows/ asks of that activity.
      this.#countAttempt(request as AttemptRequest, seen, readEnd(end, tookMs));
    } else if (seen.type === "signalbox.guard" && "result" in end) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What that activity gives.
      this.#countLook((end.result as GuardReply).verdict);
    } else if (seen.isTool) {
      const outcome = "error" in end ? "failed" : "completed";
      this.#metrics.tools.observe({ tool: seen.type, outcome }, tookMs / 1_000);
    }
  }

  #countAttempt(request: AttemptRequest, { id, graph }: SeenActivity, end: AttemptEnd): void {
    const { model } = request;
    const step = withoutIndexes(request.step);
    const place = { graph, step, model };
    this.#metrics.attempts.inc({ ...place, outcome: end.outcome });
    if (fallbackOf(request.local?.id ?? id) > 0 && request.plan === undefined) {
      this.#metrics.fallbacks.inc(place);
    }
    if (end.costNanoUsd) {
      const workspace = this.#workspaces.name(request.workspace ?? DEFAULT_WORKSPACE);
      this.#metrics.cost.inc({ workspace, ...place }, end.costNanoUsd / NANO_USD);
    }
    if (end.wasCalled) this.#countCall(model, end);
    // Those that the request brought along were counted by whoever made them.
    const brought = request.guards?.length ?? 0;
    for (const verdict of end.guards.slice(brought)) this.#countLook(verdict);
  }

  #countCall(name: string, { outcome, durationMs, inputTokens, outputTokens }: AttemptEnd): void {
    const { provider, model } = nameModel(name);
    const call = {
      gen_ai_operation_name: "chat",
      gen_ai_provider_name: provider,
      gen_ai_request_model: model,
    };
    const failed = outcome === "completed" ? {} : { error_type: outcome };
    this.#metrics.duration.observe({ ...call, ...failed }, durationMs / 1_000);
    if (inputTokens !== undefined) {
      this.#metrics.tokens.observe({ ...call, gen_ai_token_type: "input" }, inputTokens);
    }
    if (outputTokens !== undefined) {
      this.#metrics.tokens.observe({ ...call, gen_ai_token_type: "output" }, outputTokens);
    }
  }

  #countLook({ guardrail, direction, outcome, action, findings = [] }: GuardVerdict): void {
    this.#metrics.looks.inc({ guardrail, direction, outcome, action: action ?? "none" });
    for (const { kind, count } of findings) {
      this.#metrics.findings.inc({ guardrail, direction, kind }, count);
    }
  }
}

function readEnd(end: ActivityEnd, tookMs: number): AttemptEnd {
  if ("result" in end) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What that activity gives.
    const reply = end.result as Charge & { durationMs: number; guards?: readonly GuardVerdict[] };
    return { ...reply, guards: reply.guards ?? [], outcome: "completed", wasCalled: true };
  }
  const { error } = end;
  const details = detailsOf(error);
  if (details) {
    const { kind, guards = [], notCalled } = details;
    return { ...details, guards, outcome: kind, wasCalled: notCalled === undefined };
  }
  const isCancelled = error instanceof CancelledFailure;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by activities/attempt.ts.
  const charge = ((isCancelled ? error.details?.[0] : undefined) ?? {}) as Charge;
  const outcome = isCancelled ? "cancelled" : "error";
  return { ...charge, guards: [], outcome, durationMs: tookMs, wasCalled: isCancelled };
}

/** As the conventions advise. @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/ */
const CALL_SECONDS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const WAIT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const RUN_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 86_400];
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.25];
const CALL = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"];

// oxlint-disable-next-line typescript/explicit-function-return-type -- Its type is the list below.
function createMetrics(registry: Registry) {
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[]): Counter =>
    new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, labelNames: string[], buckets: number[]): Histogram =>
    new Histogram({ name, help, labelNames, buckets, registers });
  return {
    duration: histogram(
      "gen_ai_client_operation_duration_seconds",
      "Times of calls of models, from the request to the whole answer or the failure.",
      [...CALL, "error_type"],
      CALL_SECONDS,
    ),
    tokens: histogram(
      "gen_ai_client_token_usage",
      "Tokens of calls of models, input and output apart.",
      [...CALL, "gen_ai_token_type"],
      TOKENS,
    ),
    attempts: counter(
      "signalbox_attempts_total",
      "Attempts that are over, tries of Temporal's apart, by how they ended.",
      ["graph", "step", "model", "outcome"],
    ),
    fallbacks: counter(
      "signalbox_fallbacks_total",
      "Attempts with a model that stands in for one that failed.",
      ["graph", "step", "model"],
    ),
    cost: counter("signalbox_cost_usd_total", "What calls cost, in USD, as far as prices are known.", [
      "workspace",
      "graph",
      "step",
      "model",
    ]),
    queued: histogram(
      "signalbox_queue_seconds",
      "How long activities waited for a worker: in the queue of the runs, or of a provider.",
      ["queue"],
      WAIT_SECONDS,
    ),
    looks: counter("signalbox_guardrail_looks_total", "Looks of guardrails, by what came of them.", [
      "guardrail",
      "direction",
      "outcome",
      "action",
    ]),
    findings: counter("signalbox_guardrail_findings_total", "What guardrails found, by kind.", [
      "guardrail",
      "direction",
      "kind",
    ]),
    tools: histogram("signalbox_tool_duration_seconds", "Times of calls of tools.", ["tool", "outcome"], CALL_SECONDS),
    runs: counter("signalbox_runs_total", "Runs that have ended, by how.", ["graph", "workspace", "status"]),
    runDuration: histogram("signalbox_run_duration_seconds", "Times of runs, waits included.", ["graph"], RUN_SECONDS),
    budgetUsed: histogram(
      "signalbox_run_budget_used_ratio",
      "Share of its budget that a run had used at its end, by limit.",
      ["graph", "limit"],
      SHARES,
    ),
  };
}
