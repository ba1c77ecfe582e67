/** Tests of the support graph, as its author would write them: on simulated and on recorded replies. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recorded } from "signalbox/providers/recorded";
import { simulated } from "signalbox/providers/simulated";
import { runInProcess } from "signalbox/testing";
import { support } from "./graphs.ts";
import { answerAsSimulated } from "./simulated-answers.ts";

const ticket = { id: "1", body: "What's the phone number to freeze a card?" };

const models = { small: ["simulated/small"], writer: ["simulated/large", "simulated/medium"] };

describe("the support graph", () => {
  it("asks a model that is busy once more, then the next one", async () => {
    const provider = simulated({
      replies: (call) => {
        if (call.model !== "large") return answerAsSimulated(call);
        return [
          { fail: "rate_limited", httpStatus: 429, retryAfterMs: 2_000 },
          { fail: "overloaded", httpStatus: 529 },
        ];
      },
    });

    const run = await runInProcess(support, ticket, { providers: [provider], models });

    const drafts = run.attempts.filter(({ step }) => step === "draft");
    expect(run.status).toBe("completed");
    expect(drafts.map(({ model }) => model)).toEqual(["simulated/large", "simulated/medium"]);
    expect(run.durationMs).toBeGreaterThanOrEqual(2_000);
  });
});

describe("the support graph on slow and shaky models", () => {
  it("completes nearly every run", async () => {
    const provider = simulated({
      replies: (call) => answerAsSimulated({ ...call, model: "medium" }),
      latency: { medianMs: 800, p95Ms: 4_000 },
      failures: { rate_limited: 0.1, unavailable: 0.05 },
      seed: 7,
    });
    const tickets = Array.from({ length: 40 }, (_, index) => ({
      ...ticket,
      body: `${ticket.body} (${index})`,
    }));

    const runs = await Promise.all(
      tickets.map((input) => runInProcess(support, input, { providers: [provider], models })),
    );

    const attempts = runs.flatMap((run) => run.attempts);
    expect(attempts.some(({ kind }) => kind === "rate_limited")).toBe(true);
    expect(runs.filter(({ status }) => status === "completed").length).toBeGreaterThan(35);
    expect(runs[0]?.durationMs).toBeGreaterThan(500);
  });
});

describe("the support graph on recordings", () => {
  it("runs on what a provider answered once", async () => {
    const directory = await mkdtemp(join(tmpdir(), "support-recordings-"));
    // Stands for one that needs a key: openaiCompatible({ … }).
    const provider = simulated({ replies: answerAsSimulated });

    const recording = recorded({ directory, mode: "record", provider });
    const first = await runInProcess(support, ticket, { providers: [recording], models });
    const playing = recorded({ directory });
    const again = await runInProcess(support, ticket, { providers: [playing], models });

    expect(again.result).toEqual(first.result);
    expect(again.attempts).toEqual(first.attempts);
    await rm(directory, { recursive: true });
  });
});
