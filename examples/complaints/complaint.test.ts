/** Tests of the complaints graph, as its author would write them: no server, no waiting. */

import { runInProcess } from "signalbox/testing";
import { complaint } from "./graphs.ts";
import config from "./signalbox.config.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

const refund = {
  customer: "Ann",
  body: "I was charged twice and want my money back.",
  attachments: ["Statement of May. Two charges.", ""],
};

describe("the complaints graph", () => {
  it("asks before it pays, and pays when the answer is yes", async () => {
    const run = await runInProcess(complaint, refund, {
      ...config,
      decisions: { signoff: { approved: true } },
    });

    expect(run.result).toMatchObject({ kind: "refund", rounds: 2, refundEur: 60 });
  });

  it("does not pay when nobody answers in two days", async () => {
    const run = await runInProcess(complaint, refund, config);

    expect(run.result).toMatchObject({ refundEur: 0 });
    expect(run.durationMs).toBeGreaterThan(2 * DAY_MS);
  });

  it("falls back when the large model is down", async () => {
    const { attempts } = await runInProcess(complaint, refund, config);

    const letters = attempts.filter(({ step }) => step.startsWith("letter[1]/write"));
    expect(letters.map(({ model, kind }) => [model, kind])).toEqual([
      ["simulated/large", "unavailable"],
      ["simulated/medium", undefined],
    ]);
  });

  it("copes with a file that no model can summarise", async () => {
    const run = await runInProcess(complaint, { ...refund, body: "You are great" }, config);

    const gists = run.attempts.filter(({ step }) => step.startsWith("files"));
    // The only small model is asked twice.
    expect(gists.map(({ status }) => status)).toEqual(["completed", "failed", "failed"]);
    expect(run.status).toBe("completed");
  });

  it("lets the model look payments up when something does not work", async () => {
    const run = await runInProcess(complaint, { customer: "Bo", body: "It fails" }, config);

    expect(run.result).toMatchObject({ kind: "bug" });
    expect(run.attempts.filter(({ step }) => step === "facts/bug/steps")).toHaveLength(3);
  });
});
