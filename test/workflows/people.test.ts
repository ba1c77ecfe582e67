import type { RunCost, RunState } from "../../workflows/queries.ts";
import { budgeted, reminding } from "../fixtures/graphs.ts";
import { lendWorker } from "../harness/lent-worker.ts";
import { simulatedConfig, type TestWorker } from "../harness/temporal.ts";

const config = simulatedConfig(() => ({ text: "here" }));
const priced = {
  ...config,
  prices: {
    "simulated/first": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
    "simulated/second": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
  },
};

let worker: TestWorker;
// Without a cache: every decision meets a run that has just been replayed.
lendWorker({ config: priced, maxCachedWorkflows: 0 }, (lent) => (worker = lent));

function stateOf(id: string): Promise<RunState> {
  return worker.temporal.client.workflow.getHandle(id).query<RunState>("state");
}

/** Asks again until the run says so: it moves on by itself. */
async function untilState(id: string, isSo: (state: RunState) => boolean): Promise<RunState> {
  for (;;) {
    const state = await stateOf(id);
    if (isSo(state)) return state;
  }
}

/** A run whose approval is open: the query is answered once the first workflow task is done. */
async function startReminding(): Promise<string> {
  const id = await worker.client.start(reminding, { say: "Send it?" });
  await untilState(id, ({ waiting }) => waiting.length > 0);
  return id;
}

describe("an approval", () => {
  it("has who decided, when and with which comment on record", async () => {
    const id = await startReminding();

    await worker.client.decide(id, "signoff", { ok: true }, { by: "ann@bank", comment: "fine" });
    await worker.client.waitUntilClosed(id);
    const { decisions } = await stateOf(id);

    expect(decisions).toEqual([
      {
        step: "signoff",
        kind: "approval",
        value: { ok: true },
        how: "received",
        by: "ann@bank",
        comment: "fine",
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
      {
        step: "late",
        kind: "approval",
        value: { ok: false },
        how: "timeout",
        at: expect.any(String),
      },
    ]);
  });

  it("reminds for as long as nobody decides, in timers that the history shows", async () => {
    const id = await startReminding();

    const { waiting } = await untilState(id, (state) => (state.waiting[0]?.reminders ?? 0) >= 2);
    await worker.client.decide(id, "signoff", { ok: true });
    await worker.client.waitUntilClosed(id);
    const { events } = await worker.temporal.client.workflow.getHandle(id).fetchHistory();

    expect(waiting).toMatchObject([{ step: "signoff", show: { say: "Send it?" } }]);
    const summaries = (events ?? [])
      .filter((event) => event.timerStartedEventAttributes)
      .map((event) => new TextDecoder().decode(event.userMetadata?.summary?.data ?? undefined));
    expect(summaries).toEqual(
      expect.arrayContaining([
        '"signoff · waiting for a decision"',
        '"signoff · waiting for a decision · reminder 1"',
        '"signoff · waiting for a decision · reminder 2"',
      ]),
    );
  });

  it("refuses a decision that comes after its deadline", async () => {
    const id = await startReminding();
    await worker.client.decide(id, "signoff", { ok: true });
    await worker.client.waitUntilClosed(id);

    const late = worker.client.decide(id, "late", { ok: true });

    await expect(late).rejects.toMatchObject({ code: "CLIENT_STEP_NOT_OPEN" });
  });

  it("takes one of two decisions that come at once, and no more", async () => {
    const id = await startReminding();

    const both = await Promise.allSettled([
      worker.client.decide(id, "signoff", { ok: true }, { by: "ann" }),
      worker.client.decide(id, "signoff", { ok: false }, { by: "bob" }),
    ]);
    await worker.client.waitUntilClosed(id);
    const { decisions } = await stateOf(id);

    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(decisions.filter(({ step }) => step === "signoff")).toHaveLength(1);
  });
});

describe("a budget that asks", () => {
  it("stops before the call that might pass it, and goes on once it is raised", async () => {
    const id = await worker.client.start(budgeted, { say: "hello" });
    const { waiting } = await untilState(id, (state) => state.waiting.length > 0);

    await worker.client.decide(id, "$budget", { raise: true, calls: 1 }, { by: "ann" });
    const result = await worker.client.result(budgeted, id);
    const cost = await worker.temporal.client.workflow.getHandle(id).query<RunCost>("cost");

    expect(waiting).toMatchObject([
      {
        kind: "approval",
        step: "$budget",
        show: { limit: "calls", allowed: "1 call", left: "0 calls", step: "two" },
      },
    ]);
    expect(result).toBe("here");
    expect(cost).toMatchObject({ attempts: 2, left: { calls: 0 } });
  });

  it("ends the run when it is not raised, and says why", async () => {
    const id = await worker.client.start(budgeted, { say: "hello" });
    await untilState(id, (state) => state.waiting.length > 0);

    await worker.client.decide(id, "$budget", { raise: false });
    await worker.client.waitUntilClosed(id);
    const { error, attempts } = await worker.client.get(id);

    expect(error).toMatchObject({
      code: "RUN_BUDGET_EXCEEDED",
      step: "two",
      message: expect.stringContaining("the run may use 1 call, has 0 calls left"),
    });
    expect(attempts).toHaveLength(1);
  });
});
