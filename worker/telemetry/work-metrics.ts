/**
 * What the work of a process comes to, counted where it is done: in activities, which Temporal may have done twice, and at the end of
 * runs. No label holds the id of a run, a prompt or a key.
 */

import { CancelledFailure } from "@temporalio/common";
import { Registry } from "prom-client";
import type {
  AttemptRequest,
  Charge,
  GuardReply,
  GuardVerdict,
} from "../../activities/contract.ts";
import { fallbackOf } from "../../graph/attempt-id.ts";
import { NANO_USD } from "../../graph/money.ts";
import { DEFAULT_WORKSPACE } from "../../graph/search-attributes.ts";
import type { EndedRun } from "../../workflows/tracing/span-data.ts";
import { nameModel } from "../../graph/gen-ai-names.ts";
import { FewNames, withoutIndexes } from "./label-values.ts";
import type { SeenActivity } from "./seen-activity.ts";
import { detailsOf } from "./trace-activity.ts";
import { createWorkMetrics } from "./work-metrics-list.ts";

/** How an activity ended. */
export type ActivityEnd = { readonly result: unknown } | { readonly error: unknown };

type AttemptEnd = Partial<Charge> & {
  readonly outcome: string;
  readonly durationMs: number;
  readonly guards: readonly GuardVerdict[];
  readonly wasCalled: boolean;
};

export class WorkMetrics {
  readonly registry = new Registry();
  readonly #metrics = createWorkMetrics(this.registry);
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

  /** Of the audit trail: what a look found, of which it then wrote what it could. */
  countMissingTrails(runs: number): void {
    this.#metrics.trailsMissing.inc(runs);
  }

  /** @param sink - its id. */
  countSinkFailure(sink: string): void {
    this.#metrics.sinkFailures.inc({ sink });
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
