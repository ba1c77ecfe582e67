import { describeProgress, textWhenAsked } from "../../workflows/current-details.ts";
import type { OpenStep } from "../../workflows/mailbox.ts";
import type { RunCost, RunState } from "../../workflows/queries.ts";
import { RunRecord, type Attempt } from "../../workflows/run-record.ts";

/** Stands for a prompt, a reply, a decision or what a person is shown: details are not encrypted. */
const CANARY = "canary";

const NOTHING_HELD = { usd: 0, tokens: 0, calls: 0, seconds: 0 };

function stateOf(record: RunRecord, waiting: readonly OpenStep[] = []): RunState {
  const { steps, decisions } = record;
  return { graph: "support", version: "1", steps: [...steps.values()], waiting, decisions };
}

function costOf(record: RunRecord, left?: RunCost["left"]): RunCost {
  return { ...record.totals(), held: NOTHING_HELD, ...(left && { left }) };
}

/** A run in which two steps are done, the second by a fallback. */
function halfDone(): RunRecord {
  const record = new RunRecord();
  record.beginStep("triage", "step");
  attempt(record, { step: "triage", model: "openai/gpt-5-mini" }, { costNanoUsd: 1_200_000 });
  record.endStep("triage", "completed");
  record.beginStep("draft", "step");
  const failed = {
    status: "failed",
    kind: "malformed",
    costNanoUsd: 300_000,
    message: CANARY,
  } as const;
  attempt(record, { step: "draft", model: "openai/gpt-5" }, failed);
  attempt(
    record,
    { step: "draft", model: "anthropic/claude-haiku-4.5", fallback: 1 },
    { costNanoUsd: 500_000 },
  );
  record.endStep("draft", "completed");
  return record;
}

function attempt(
  record: RunRecord,
  begun: Pick<Attempt, "step" | "model"> & Partial<Attempt>,
  end: Partial<Attempt>,
): void {
  const close = record.beginAttempt({ fallback: 0, status: "running", tries: 1, ...begun });
  close({ status: "completed", inputTokens: 10, outputTokens: 2, durationMs: 5, ...end });
}

function text(...lines: readonly string[]): string {
  return lines.join("\n");
}

describe("what the Temporal UI shows of a run", () => {
  it("whose calls failed: which model how, and which answered in the end", () => {
    const record = halfDone();

    const details = describeProgress(stateOf(record), costOf(record), record.attempts);

    expect(details).toContain(
      text(
        "**Failed calls**",
        "",
        "- `draft`: openai/gpt-5 malformed, then anthropic/claude-haiku-4.5 completed",
        "",
      ),
    );
    expect(details).not.toContain(CANARY);
  });

  it("that has just begun", () => {
    const record = new RunRecord();

    const details = describeProgress(stateOf(record), costOf(record));

    expect(details).toBe(text("**support** version 1: 0 steps done.", "Cost: 0.00 USD spent.", ""));
  });

  it("that is going on", () => {
    const record = halfDone();
    record.beginStep("review", "step");

    const details = describeProgress(stateOf(record), costOf(record, { usd: 248_000_000 }));

    expect(details).toBe(
      text(
        "**support** version 1: 2 steps done, 1 going on.",
        "Cost: 0.002 USD spent, 0.0003 of it on calls that failed, 0.248 USD left.",
        "3 attempts, 1 failed, 1 step answered by a fallback. Answered by openai/gpt-5-mini, anthropic/claude-haiku-4.5.",
        "",
        "| step | verb | |",
        "| --- | --- | --- |",
        "| `review` | step | going on |",
        "| `draft` | step | done |",
        "| `triage` | step | done |",
      ),
    );
  });

  it("that waits for people", () => {
    const record = halfDone();
    record.beginStep("signoff", "approval");
    record.beginStep("payment", "wait");
    const waiting: readonly OpenStep[] = [
      {
        kind: "approval",
        step: "signoff",
        show: CANARY,
        since: "2026-03-01T09:30:12.345Z",
        until: "2026-03-03T09:30:12.345Z",
        reminders: 1,
      },
      {
        kind: "event",
        step: "payment",
        show: undefined,
        since: "2026-03-01T09:31:00.000Z",
        until: "2026-03-31T09:31:00.000Z",
        reminders: 0,
      },
    ];

    const details = describeProgress(stateOf(record, waiting), costOf(record));

    expect(details).toContain(
      text(
        "**support** version 1: 2 steps done, 2 going on.",
        "",
        "**Waiting for**",
        "",
        "- `signoff`: a decision, since 2026-03-01 09:30 UTC, until 2026-03-03 09:30 UTC, reminded 1 time",
        "- `payment`: an event, since 2026-03-01 09:31 UTC, until 2026-03-31 09:31 UTC",
        "",
        "Cost: ",
      ),
    );
  });

  it("that has failed", () => {
    const record = halfDone();
    record.beginStep("review", "step");
    attempt(
      record,
      { step: "review", model: "openai/gpt-5-mini" },
      {
        status: "failed",
        kind: "timeout",
        costNanoUsd: 700_000,
        isEstimate: true,
        mayBeBilled: true,
      },
    );
    record.endStep("review", "failed");

    const details = describeProgress(stateOf(record), costOf(record));

    expect(details).toBe(
      text(
        "**support** version 1: 2 steps done, 1 failed.",
        "Cost: 0.0027 USD spent, 0.001 of it on calls that failed, 0.0007 of it at most, for calls that were cut off.",
        "4 attempts, 2 failed, 1 step answered by a fallback. Answered by openai/gpt-5-mini, anthropic/claude-haiku-4.5.",
        "",
        "| step | verb | |",
        "| --- | --- | --- |",
        "| `review` | step | **failed** |",
        "| `draft` | step | done |",
        "| `triage` | step | done |",
      ),
    );
  });

  it("that is done", () => {
    const record = new RunRecord();
    record.beginStep("triage", "step");
    attempt(record, { step: "triage", model: "ollama/llama" }, {});
    record.endStep("triage", "completed");

    const details = describeProgress(stateOf(record), costOf(record));

    expect(details).toBe(
      text(
        "**support** version 1: 1 step done.",
        "Cost: 0.00 USD spent, 1 call without a known price.",
        "1 attempt. Answered by ollama/llama.",
        "",
        "| step | verb | |",
        "| --- | --- | --- |",
        "| `triage` | step | done |",
      ),
    );
  });

  it("with limits says what is left of each", () => {
    const record = new RunRecord();
    const left = { usd: 0, tokens: 500, calls: 1, seconds: 1_500 };

    const details = describeProgress(stateOf(record), costOf(record, left));

    expect(details).toContain(
      "Cost: 0.00 USD spent, 0.00 USD left, 500 tokens left, 1 call left, 1.5 seconds left.",
    );
  });

  it("that is written by hand has no version", () => {
    const record = new RunRecord();
    const { version: _version, ...state } = stateOf(record);

    expect(describeProgress(state, costOf(record))).toMatch(/^\*\*support\*\*: 0 steps done\./);
  });

  it("with hundreds of steps is no more than a screenful, what goes on and what failed first", () => {
    const record = new RunRecord();
    for (let item = 0; item < 300; item++) {
      record.beginStep(`all[${item}]/ask`, "step");
      if (item !== 3) record.endStep(`all[${item}]/ask`, item === 5 ? "failed" : "completed");
    }

    const lines = describeProgress(stateOf(record), costOf(record)).split("\n");

    expect(lines.length).toBeLessThan(30);
    expect(lines[0]).toBe("**support** version 1: 298 steps done, 1 going on, 1 failed.");
    expect(lines.slice(5, 8)).toEqual([
      "| `all[3]/ask` | step | going on |",
      "| `all[5]/ask` | step | **failed** |",
      "| `all[299]/ask` | step | done |",
    ]);
    expect(lines.at(-1)).toBe("and 280 more.");
  });

  it("with hundreds of steps that wait is no more than a screenful, and says how many there are", () => {
    const waiting = Array.from({ length: 50 }, (_, item): OpenStep => ({
      kind: "approval",
      step: `all[${item}]/signoff`,
      show: CANARY,
      since: "2026-03-01T09:30:00.000Z",
      until: "2026-03-03T09:30:00.000Z",
      reminders: 0,
    }));
    const record = new RunRecord();

    const details = describeProgress(stateOf(record, waiting), costOf(record));

    expect(details.split("\n").length).toBeLessThan(30);
    expect(details).toContain("- and 30 more");
  });

  it("never holds what a model was asked, what it said, or what people are shown and say", () => {
    const record = halfDone();
    const decision = { step: "signoff", kind: "approval", value: CANARY, how: "received" } as const;
    record.addDecision({
      ...decision,
      by: CANARY,
      comment: CANARY,
      at: "2026-03-01T09:30:00.000Z",
    });
    const open = {
      kind: "approval",
      step: "signoff",
      show: { text: CANARY },
      reminders: 0,
    } as const;
    const times = { since: "2026-03-01T09:30:00.000Z", until: "2026-03-03T09:30:00.000Z" };

    const details = describeProgress(stateOf(record, [{ ...open, ...times }]), costOf(record));

    expect(details).not.toContain(CANARY);
  });
});

describe("textWhenAsked", () => {
  it("is the text of the moment when it is read", () => {
    let steps = 0;
    const details = textWhenAsked(() => `${steps} done`);

    steps = 3;

    expect(JSON.stringify({ currentDetails: details })).toBe('{"currentDetails":"3 done"}');
    expect(String(details)).toBe("3 done");
  });
});
