/** How `signalbox show` draws a run, without a server. */

import type { Attempt, RunStep } from "../../client/run.ts";
import { widthOf } from "../../cli/fit.ts";
import type { WholeRun } from "../../cli/read-run.ts";
import { formatRun } from "../../cli/run-tree.ts";

const AT = "2026-11-25T12:00:00.000Z";

function at(seconds: number): string {
  return new Date(Date.parse(AT) + seconds * 1_000).toISOString();
}

function step(path: string, more: Partial<RunStep> = {}): RunStep {
  const model = { kind: "model", model: "simulated/small", costNanoUsd: 21_000 } as const;
  return { step: path, ...model, status: "completed", startedAt: AT, endedAt: at(1.5), ...more };
}

function attempt(path: string, more: Partial<Attempt> = {}): Attempt {
  return {
    step: path,
    model: "simulated/small",
    fallback: 0,
    status: "completed",
    tries: 1,
    durationMs: 1_400,
    inputTokens: 5,
    outputTokens: 8,
    costNanoUsd: 21_000,
    ...more,
  };
}

function run(more: Partial<WholeRun>): WholeRun {
  return {
    id: "default.support-4711",
    graph: "support",
    version: "2",
    workspace: "default",
    status: "completed",
    startedAt: AT,
    closedAt: at(75),
    attempts: [],
    routes: [],
    steps: [],
    waiting: [],
    spentNanoUsd: 0,
    subRuns: [],
    ...more,
  };
}

function draw(whole: WholeRun, width = Infinity): readonly string[] {
  const options = {
    paint: (_format: unknown, text: string) => text,
    width,
    now: Date.parse(at(80)),
  };
  return formatRun(whole, options).split("\n");
}

const failing = attempt("draft", {
  model: "simulated/large",
  status: "failed",
  kind: "bad_request",
  httpStatus: 400,
  durationMs: 300,
  message: "The model does not exist.",
});

const support = run({
  steps: [step("triage"), step("draft", { model: "simulated/medium", fallbacks: 1 })],
  attempts: [
    attempt("triage", {
      guards: [
        {
          guardrail: "pii",
          direction: "input",
          outcome: "found",
          action: "redact",
          durationMs: 1,
          findings: [{ kind: "email", count: 2, severity: "low" }],
        },
        { guardrail: "secrets", direction: "input", outcome: "passed", durationMs: 1 },
      ],
    }),
    failing,
    attempt("draft", { model: "simulated/medium", fallback: 1 }),
  ],
  result: { text: "Thank you.", words: ["a", "b"] },
});

describe("a run as a tree", () => {
  it("has a line for each step, and beneath it what failed and what guardrails found", () => {
    expect(draw(support)).toEqual([
      "✔ support version 2: completed after 1 min 15 s",
      "  default.support-4711",
      "  started 2026-11-25 12:00:00 UTC in workspace default",
      "",
      "├─ ✔ triage  simulated/small                1.5 s  $0.000021",
      "│     ▲ guardrail pii found 2 email in the prompt, redacted",
      "└─ ✔ draft   simulated/medium (fallback 1)  1.5 s  $0.000021",
      "      ✖ simulated/large  bad_request, HTTP 400, after 300 ms: The model does not exist.",
      "",
      "2 steps, 3 calls, 1 fallback, $0.000063, 3.1 s of calls",
      "",
      `Result {"text":"Thank you.","words":["a","b"]}`,
    ]);
  });

  it("puts items under their map, in their order, and steps of sub-graphs under what started them", () => {
    const sub = run({ id: "default.support-4711/notify", graph: "notice", steps: [step("write")] });
    const whole = run({
      steps: [
        step("files[10]/gist"),
        step("files[2]/gist"),
        step("files[2]/check"),
        step("handling/refund/amount"),
        step("notify", { kind: "sub", run: sub.id, model: undefined, costNanoUsd: undefined }),
      ],
      subRuns: [sub],
    });

    expect(draw(whole).slice(4, -4)).toEqual([
      "├─ ◦ files                   2 parts",
      "│  ├─ ◦ [2]                  2 parts",
      "│  │  ├─ ✔ gist              simulated/small                  1.5 s  $0.000021",
      "│  │  └─ ✔ check             simulated/small                  1.5 s  $0.000021",
      "│  └─ ✔ [10]/gist            simulated/small                  1.5 s  $0.000021",
      "├─ ✔ handling/refund/amount  simulated/small                  1.5 s  $0.000021",
      "└─ ✔ notify                  run default.support-4711/notify  1.5 s",
      "   └─ ✔ write                simulated/small                  1.5 s  $0.000021",
    ]);
  });

  it("says who is waited for, what that shows and how to go on", () => {
    const whole = run({
      status: "running",
      closedAt: undefined,
      steps: [
        step("files[2]/check", {
          kind: "approval",
          status: "waiting",
          endedAt: undefined,
          model: undefined,
          costNanoUsd: undefined,
        }),
      ],
      waiting: [
        {
          kind: "approval",
          step: "files[2]/check",
          since: AT,
          until: at(3_600),
          reminders: 2,
          show: { text: "Send\nit?" },
        },
      ],
    });

    expect(draw(whole)).toEqual([
      "▸ support version 2: running for 1 min 20 s",
      "  default.support-4711",
      "  started 2026-11-25 12:00:00 UTC in workspace default",
      "",
      "└─ ● files[2]/check  waits for a decision  1 min 20 s",
      "      waits since 2026-11-25 12:00:00, until 2026-11-25 13:00:00, reminded 2 times",
      `      shows {"text":"Send\\nit?"}`,
      "      signalbox approve default.support-4711 'files[2]/check' --decision JSON",
      "",
      "1 step, 0 calls, $0.00, 0 ms of calls",
    ]);
  });

  it("ends with why it failed, in whole", () => {
    const message = "No model answered.\n1. simulated/large: bad_request\u001B[2J";
    const error = { code: "RUN_STEP_FAILED", message, step: "draft" };

    const lines = draw(
      run({ status: "failed", error, steps: [step("draft", { status: "failed" })] }),
      40,
    );

    expect(lines[0]).toBe("✖ support version 2: failed after 1 min 15 s");
    expect(lines.slice(-2)).toEqual([
      `RUN_STEP_FAILED in step "draft": No model answered.`,
      "1. simulated/large: bad_request",
    ]);
  });

  it("tells calls in flight, replies that were not used and prices that are not known", () => {
    const whole = run({
      status: "running",
      closedAt: undefined,
      steps: [
        step("draft", {
          status: "running",
          model: undefined,
          endedAt: undefined,
          costNanoUsd: undefined,
        }),
        step("title", { costNanoUsd: undefined }),
      ],
      attempts: [
        attempt("draft", { isUsed: false, rejected: "too short" }),
        attempt("draft?judge", {
          status: "running",
          fallback: 0,
          model: "simulated/judge",
          inputTokens: undefined,
          costNanoUsd: undefined,
          durationMs: undefined,
        }),
        attempt("title", { costNanoUsd: undefined }),
      ],
    });

    expect(draw(whole).slice(4)).toEqual([
      "├─ ▸ draft  simulated/judge  1 min 20 s  $0.000021",
      "│     ○ simulated/small  answered, not used: too short",
      "└─ ✔ title  simulated/small       1.5 s  ?",
      "",
      "2 steps, 3 calls, $0.000021, 1 call at a price not known, 2.8 s of calls",
    ]);
  });

  it.each([80, 60, 40])("is no wider than a terminal of %i columns", (width) => {
    const long = "x".repeat(200);
    const whole = run({
      steps: [step(`${long}[0]/${long}`, { model: `vendor/${long}` }), step("s", { fallbacks: 1 })],
      attempts: [{ ...failing, step: "s", message: long }],
      result: { long },
    });

    const lines = draw(whole, width);

    // What is above the tree are words, which a terminal may break, as are the sums.
    const drawn = lines.slice(4).filter((line) => !line.includes("of calls"));
    expect(drawn.filter((line) => widthOf(line) > width)).toEqual([]);
    expect(lines[4]).toMatch(/…/);
  });
});
