import { array, assert, constantFrom, nat, property, record } from "fast-check";
import { RunRecord, type Attempt } from "../../workflows/run-record.ts";

const attempts = array(
  record({
    step: constantFrom(...Array.from({ length: 40 }, (_, index) => `step${index}`)),
    model: constantFrom("a/1", "a/2", "b/1"),
    fallback: nat({ max: 2 }),
    status: constantFrom("completed" as const, "failed" as const, "cancelled" as const),
    tries: nat({ max: 2 }),
    durationMs: nat({ max: 1_000 }),
    inputTokens: nat({ max: 1_000 }),
    outputTokens: nat({ max: 1_000 }),
    costNanoUsd: nat({ max: 1_000_000 }),
  }),
  { maxLength: 900, size: "max" },
);

function handOn(run: RunRecord, done: readonly string[] = []): RunRecord {
  const carried = JSON.parse(JSON.stringify(run.carry(new Set(done))));
  return new RunRecord(undefined, { carried });
}

function recordOf(made: readonly Attempt[]): RunRecord {
  const run = new RunRecord();
  for (const attempt of made) run.beginAttempt(attempt)({});
  return run;
}

describe("the record of a run that is handed on", () => {
  it("has the same sums, however often it is", () => {
    const staysExact = property(attempts, attempts, (before, after) => {
      // A step is never part of two executions.
      const later = after.map((attempt) => ({ ...attempt, step: `later-${attempt.step}` }));

      const carried = handOn(handOn(recordOf(before)));
      for (const attempt of later) carried.beginAttempt(attempt)({});

      const { models, ...sums } = recordOf([...before, ...later]).totals();
      expect(carried.totals()).toEqual({ ...sums, models: expect.any(Array) });
      expect(new Set(carried.totals().models)).toEqual(new Set(models));
    });

    assert(staysExact, { seed: 20_261_126, numRuns: 100 });
  });

  it("keeps the newest attempts, and parts those of no step", () => {
    const made = Array.from({ length: 1_000 }, (_, index) => ({
      step: `step${Math.floor(index / 3)}`,
      model: "a/1",
      fallback: index % 3,
      status: "completed" as const,
      tries: 1,
    }));

    const carried = handOn(recordOf(made));

    expect(carried.attempts.length).toBeGreaterThanOrEqual(200);
    expect(carried.attempts.length).toBeLessThan(203);
    expect(carried.attempts[0]?.fallback).toBe(0);
    expect(carried.totals().attempts).toBe(1_000);
    expect(carried.totals().fallbacks).toBe(334 - 1);
  });

  it("keeps the sums of sub-graphs, and the answers that may still be asked about", () => {
    const run = new RunRecord();
    run.addSub(recordOf([]).totals());
    run.addSub({ ...recordOf([]).totals(), spentNanoUsd: 5, models: ["a/1"] });
    run.setAnswer("draft", "a/1");
    run.setAnswer("files[0]/gist", "a/2");

    const carried = handOn(run, ["draft", "files"]);

    expect(carried.totals()).toMatchObject({ spentNanoUsd: 5, models: ["a/1"] });
    expect(carried.answerOf("draft")).toBe("a/1");
    expect(carried.answerOf("files[0]/gist")).toBeUndefined();
  });

  it("keeps decisions as they were, dates included", () => {
    const run = new RunRecord();
    const decision = { step: "signoff", kind: "approval", how: "received", at: "2026" } as const;
    run.addDecision({ ...decision, value: { day: new Date(0) }, by: "ann" });

    expect(handOn(run).decisions).toEqual(run.decisions);
  });
});
