import { ApplicationFailure, CancelledFailure } from "@temporalio/common";
import type { AttemptRequest, GuardVerdict } from "../../activities/contract.ts";
import { FewNames, withoutIndexes } from "../../worker/telemetry/label-values.ts";
import type { SeenActivity } from "../../worker/telemetry/seen-activity.ts";
import { WorkMetrics } from "../../worker/telemetry/work-metrics.ts";

const FOUND: GuardVerdict = {
  guardrail: "pii",
  direction: "input",
  outcome: "found",
  action: "redact",
  findings: [{ kind: "email", count: 2, severity: "medium" }],
  durationMs: 1,
};

const REPLY = { value: 1, durationMs: 500, inputTokens: 100, outputTokens: 20, costNanoUsd: 2_000 };

function seen(
  request: Partial<AttemptRequest> = {},
  more: Partial<SeenActivity> = {},
): SeenActivity {
  const asked = {
    step: "files[2]/gist",
    model: "google/gemini",
    messages: [],
    output: {},
    deadlineMs: 1,
  };
  return {
    type: "signalbox.attempt",
    args: [{ ...asked, ...request }],
    id: "files[2]/gist#0",
    tries: 1,
    isLocal: false,
    isTool: false,
    graph: "support",
    workflowId: "secret-run-id",
    runId: "secret-execution-id",
    taskQueue: "signalbox",
    waitedMs: 40,
    ...more,
  };
}

function failed(details: object): ApplicationFailure {
  const told = [{ durationMs: 80, tries: 1, ...details }];
  return ApplicationFailure.create({ type: "timeout", details: told });
}

/** The lines that begin with `name`. */
async function linesOf({ registry }: WorkMetrics, name: string): Promise<readonly string[]> {
  return (await registry.metrics()).split("\n").filter((line) => line.startsWith(name));
}

describe("an attempt", () => {
  it("is counted by its place, its cost by workspace too, and its call as the conventions say", async () => {
    const metrics = new WorkMetrics();

    metrics.beginActivity(seen({ workspace: "acme" }))({ result: REPLY });

    const place = `graph="support",step="files/gist",model="google/gemini"`;
    expect(await linesOf(metrics, "signalbox_attempts_total")).toEqual([
      `signalbox_attempts_total{${place},outcome="completed"} 1`,
    ]);
    expect(await linesOf(metrics, "signalbox_cost_usd_total")).toEqual([
      `signalbox_cost_usd_total{workspace="acme",${place}} 0.000002`,
    ]);
    const call = `gen_ai_operation_name="chat",gen_ai_provider_name="gcp.gemini",gen_ai_request_model="gemini"`;
    expect(await linesOf(metrics, "gen_ai_client_operation_duration_seconds_sum")).toEqual([
      `gen_ai_client_operation_duration_seconds_sum{${call}} 0.5`,
    ]);
    expect(await linesOf(metrics, "gen_ai_client_token_usage_sum")).toEqual([
      `gen_ai_client_token_usage_sum{${call},gen_ai_token_type="input"} 100`,
      `gen_ai_client_token_usage_sum{${call},gen_ai_token_type="output"} 20`,
    ]);
    expect(await linesOf(metrics, "signalbox_queue_seconds_sum")).toEqual([
      `signalbox_queue_seconds_sum{queue="runs"} 0.04`,
    ]);
  });

  it("that failed is counted by the kind, with what it may cost; one that was not called is no call", async () => {
    const metrics = new WorkMetrics();

    metrics.beginActivity(seen())({
      error: failed({ kind: "timeout", costNanoUsd: 1_000_000_000 }),
    });
    metrics.beginActivity(seen())({ error: failed({ kind: "unavailable", notCalled: true }) });
    metrics.beginActivity(seen())({ error: new CancelledFailure("", [{ inputTokens: 7 }]) });

    const outcomes = (await linesOf(metrics, "signalbox_attempts_total")).map(
      (line) => /outcome="(\w+)"/.exec(line)?.[1],
    );
    expect(outcomes).toEqual(["timeout", "unavailable", "cancelled"]);
    expect(await linesOf(metrics, "signalbox_cost_usd_total")).toEqual([
      expect.stringMatching(/ 1$/),
    ]);
    const calls = await linesOf(metrics, "gen_ai_client_operation_duration_seconds_count");
    expect(calls).toEqual([
      expect.stringContaining(`error_type="timeout"`),
      expect.stringContaining(`error_type="cancelled"`),
    ]);
  });

  it("with a model that stands in for another is a fallback; of a plan it is none", async () => {
    const metrics = new WorkMetrics();

    metrics.beginActivity(seen({}, { id: "draft#1" }))({ result: REPLY });
    metrics.beginActivity(seen({ plan: "cascade" }, { id: "draft#1" }))({ result: REPLY });
    metrics.beginActivity(seen({ local: { id: "draft#2", timeLeftMs: 1 } }, { id: "7" }))({
      result: REPLY,
    });

    expect(await linesOf(metrics, "signalbox_fallbacks_total")).toEqual([
      expect.stringMatching(/ 2$/),
    ]);
  });

  it("brings what its guardrails said, but not what the request had brought along", async () => {
    const metrics = new WorkMetrics();

    metrics.beginActivity(seen({ guards: [FOUND] }))({
      result: { ...REPLY, guards: [FOUND, FOUND] },
    });

    expect(await linesOf(metrics, "signalbox_guardrail_looks_total")).toEqual([
      `signalbox_guardrail_looks_total{guardrail="pii",direction="input",outcome="found",action="redact"} 1`,
    ]);
    expect(await linesOf(metrics, "signalbox_guardrail_findings_total")).toEqual([
      `signalbox_guardrail_findings_total{guardrail="pii",direction="input",kind="email"} 2`,
    ]);
  });
});

it("counts tools and queues of providers", async () => {
  const metrics = new WorkMetrics();

  metrics.beginActivity(seen({}, { type: "findAccount", isTool: true }))({
    error: new Error("no"),
  });
  metrics.beginActivity(seen({}, { taskQueue: "signalbox/openai" }))({ result: REPLY });

  expect(await linesOf(metrics, "signalbox_tool_duration_seconds_count")).toEqual([
    `signalbox_tool_duration_seconds_count{tool="findAccount",outcome="failed"} 1`,
  ]);
  expect(await linesOf(metrics, "signalbox_queue_seconds_count")).toContain(
    `signalbox_queue_seconds_count{queue="openai"} 1`,
  );
});

it("counts the ends of runs, and no parts of them", async () => {
  const metrics = new WorkMetrics();
  const trace = { traceId: "", runSpan: "" };
  const figures = {
    costNanoUsd: 1,
    inputTokens: 1,
    outputTokens: 1,
    attempts: 1,
    fallbacks: 0,
    workspace: "acme",
    budgetUse: { usd: 0.5 },
  };
  const run = { trace, startedAt: 1_000, endedAt: 3_000, isSub: false, figures };

  metrics.endRun(run, "support");
  metrics.endRun({ ...run, failure: "RUN_BUDGET_EXCEEDED" }, "support");
  metrics.endRun({ ...run, part: "files[200]" }, "support");

  expect(await linesOf(metrics, "signalbox_runs_total")).toEqual([
    `signalbox_runs_total{graph="support",workspace="acme",status="completed"} 1`,
    `signalbox_runs_total{graph="support",workspace="acme",status="RUN_BUDGET_EXCEEDED"} 1`,
  ]);
  expect(await linesOf(metrics, "signalbox_run_duration_seconds_sum")).toEqual([
    `signalbox_run_duration_seconds_sum{graph="support"} 4`,
  ]);
  expect(await linesOf(metrics, "signalbox_run_budget_used_ratio_sum")).toEqual([
    `signalbox_run_budget_used_ratio_sum{graph="support",limit="usd"} 1`,
  ]);
});

it("has no label for a run", async () => {
  const metrics = new WorkMetrics();

  metrics.beginActivity(seen())({ result: REPLY });

  expect(await metrics.registry.metrics()).not.toContain("secret");
});

describe("labels", () => {
  it.each([
    ["draft", "draft"],
    ["rows[3]/cells[12]/call", "rows/cells/call"],
    ["draft?judge[2]", "draft?judge"],
  ])("make of the path %s the step %s", (path, step) => {
    expect(withoutIndexes(path)).toBe(step);
  });

  it("are few, whatever names there are", () => {
    const names = new FewNames();

    const given = Array.from({ length: 1_000 }, (_, index) => names.name(`tenant-${index}`));

    expect(new Set(given).size).toBe(201);
    expect(names.name("tenant-0")).toBe("tenant-0");
    expect(names.name("tenant-999")).toBe("other");
  });
});
