import type { AnyGraph } from "signalbox";
import type { RunEvent } from "../../client/run-event.ts";
import type { Run } from "../../client/run.ts";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import { timeOf, type History } from "../../client/trail/history-event.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import { defineTool } from "../../worker/config.ts";
import type { OpenStep } from "../../workflows/mailbox.ts";
import type { RunCost, RunState } from "../../workflows/queries.ts";
import { findAccount } from "../fixtures/every-verb.ts";
import {
  longBudget,
  longFailure,
  longMap,
  longRefine,
  longSubs,
  longWaits,
  unfitForLong,
} from "../fixtures/graphs.ts";
import { readAllAttempts, toComparable } from "../harness/compare-attempts.ts";
import { deferred } from "../harness/deferred.ts";
import { readExecutions, replayAll } from "../harness/executions.ts";
import { lendWorker } from "../harness/lent-worker.ts";
import { answerLong } from "../harness/long-replies.ts";
import { openGate } from "../harness/open-gate.ts";
import { withShortHistories } from "../harness/short-histories.ts";
import { simulatedConfig, type TestWorker } from "../harness/temporal.ts";

const config = {
  ...simulatedConfig(reply),
  tools: {
    findAccount: defineTool({
      ...findAccount,
      run: async ({ customer }) => {
        if (customer === "nobody") throw new Error("there is no such customer");
        return { balance: customer.length };
      },
    }),
  },
};

/** The step whose call stalls, and who is to hear of it. */
let held: { readonly step: string; readonly isCalled: () => void } | undefined;

/** Has the next call of a step stall; resolves once it is made. */
function hold(step: string): Promise<void> {
  const { promise, resolve } = deferred();
  held = { step, isCalled: () => resolve() };
  return promise;
}

function reply(call: SimulatedCall): SimulatedReply {
  if (call.step === held?.step) {
    held.isCalled();
    held = undefined;
    return { stall: true };
  }
  return answerLong(call);
}

let worker: TestWorker;
lendWorker({ config, liveSignals: openGate() }, (lent) => (worker = lent));

interface LongRun {
  readonly id: string;
  readonly run: Run;
  readonly executions: number;
}

/** Runs a graph in executions of so many events, reads it, and replays all of them. */
async function runLong(graph: AnyGraph, input: object, events: number): Promise<LongRun> {
  const id = await withShortHistories(worker, events).start(graph, input);
  await worker.client.waitUntilClosed(id);
  const histories = await readExecutions(worker, id);
  await replayAll(histories, id);
  return { id, run: await worker.client.get(id), executions: histories.length };
}

function query<T>(id: string, name: string): Promise<T> {
  return worker.temporal.client.workflow.getHandle(id).query<T>(name);
}

describe("a run that continues as new", () => {
  it.each([
    ["a refine", longRefine, { rounds: 8 }, 20],
    ["maps in a map", longMap, { outer: 3, inner: 5 }, 30],
    ["sub-graphs that continue too", longSubs, { outer: 8, inner: 3 }, 12],
    ["a failure at the end", longFailure, { outer: 12, inner: 0 }, 20],
    ["a budget that is spent exactly", longBudget, { calls: 24 }, 30],
  ] as const)("comes to the same as one long execution: %s", async (_name, graph, input, limit) => {
    const { id, run, executions } = await runLong(graph, input, limit);
    const inProcess = await runInProcess(graph as AnyGraph, input, {
      ...config,
      liveSignals: openGate(),
    });
    const cost = await query<RunCost>(id, "cost");

    expect(executions).toBeGreaterThan(1);
    expect(run.error?.code).toBe(inProcess.error?.code);
    expect(run.result).toEqual(inProcess.result);
    const attempts = await readAllAttempts(worker, id);
    expect(toComparable(attempts)).toEqual(toComparable(inProcess.attempts));
    const { callMs: _here, ...expected } = inProcess.cost;
    expect(cost).toMatchObject({ ...expected, models: expect.any(Array) });
    expect(run.costUsd).toBeCloseTo(expected.spentNanoUsd / 1e9, 12);
    expect(run.spentNanoUsd).toBe(expected.spentNanoUsd);
  });

  it("stops at its budget, however many executions have spent it", async () => {
    const { run, executions } = await runLong(longBudget, { calls: 25 }, 30);

    expect(executions).toBeGreaterThan(2);
    expect(run.error).toMatchObject({ code: "RUN_BUDGET_EXCEEDED", step: "items[24]/call" });
    expect(run.attempts).toHaveLength(24);
  });

  it("stays in one execution where a value cannot be handed on, and says so", async () => {
    const { id, run, executions } = await runLong(unfitForLong, { outer: 12, inner: 0 }, 30);
    const details = await query<{ currentDetails?: string }>(id, "__temporal_workflow_metadata");

    expect(executions).toBe(1);
    expect(run.result).toBe(13);
    expect(details.currentDetails).toContain('step "table" gave what is no plain data');
  });
});

/** Resolves once a run has told such an event. */
async function untilTold(id: string, isIt: (event: RunEvent) => boolean): Promise<void> {
  for await (const event of worker.client.events(id)) if (isIt(event)) return;
  throw new Error("the run has ended without that");
}

/** Resolves once a run is in that execution. */
function untilExecution(id: string, execution: number): Promise<void> {
  if (execution === 1) return untilTold(id, () => true);
  return untilTold(id, (event) => event.id.startsWith(`${execution}-`));
}

/** Resolves once somebody was reminded of a step so often. */
function untilReminded(id: string, step: string, reminders: number): Promise<void> {
  return untilTold(
    id,
    (event) =>
      event.type === "step.waiting" && event.step === step && event.reminders === reminders,
  );
}

async function openStep(id: string, step: string): Promise<OpenStep | undefined> {
  return (await worker.client.openSteps(id)).find((open) => open.step === step);
}

/** Of each timer of a step: when it ends, and when it was set, as the workflow has it. */
function timerEnds(
  executions: readonly History[],
  step: string,
): readonly { readonly endsAt: number; readonly now: number }[] {
  const decoder = new TextDecoder();
  return executions.flatMap(({ events }) => {
    let now = 0;
    return (events ?? []).flatMap((event) => {
      if (event.workflowTaskStartedEventAttributes) now = Date.parse(timeOf(event));
      const timeout = event.timerStartedEventAttributes?.startToFireTimeout;
      const summary = decoder.decode(event.userMetadata?.summary?.data ?? undefined);
      if (!timeout || !summary.startsWith(`"${step} `)) return [];
      const durationMs = Number(timeout.seconds ?? 0) * 1_000 + (timeout.nanos ?? 0) / 1e6;
      return [{ endsAt: now + durationMs, now }];
    });
  });
}

describe("what a run waits for while it continues as new", () => {
  it("is since when it was, until when it was, and reminds as if nothing had been", async () => {
    const id = await withShortHistories(worker, 25).start(longWaits, { rounds: 8 });
    await untilReminded(id, "signoff", 0);
    const first = await openStep(id, "signoff");
    await untilExecution(id, 3);
    await untilReminded(id, "signoff", 3);
    const last = await openStep(id, "signoff");
    await worker.client.decide(id, "signoff", { ok: true, day: "2026-11-26" }, { by: "ann" });
    await worker.client.sendEvent(id, "paid", { cents: 5 });

    const result = await worker.client.result(longWaits, id);
    const { decisions } = await query<RunState>(id, "state");
    const executions = await readExecutions(worker, id);
    await replayAll(executions, id);

    expect(result).toEqual({ rounds: 8, ok: true, year: 2026, cents: 5, checks: 2 });
    expect(last).toMatchObject({ since: first?.since, until: first?.until });
    expect(decisions.map(({ step, how }) => `${step} ${how}`).toSorted()).toEqual([
      "checks[0]/late timeout",
      "checks[1]/late timeout",
      "paid received",
      "signoff received",
    ]);
    const ends = timerEnds(executions, "checks[0]/late");
    expect(ends.length).toBeGreaterThan(1);
    // One that is set again after its time is up fires at once.
    const until = Date.parse(first?.since ?? "") + 2_000;
    expect(ends.map(({ endsAt, now }) => Math.max(endsAt, now + 1))).toEqual(
      ends.map(({ now }) => Math.max(until, now + 1)),
    );
  });

  it("takes every decision and event that comes, whenever it comes", async () => {
    const client = withShortHistories(worker, 20);
    const decided = [1, 2, 3, 4].map(async (number) => {
      const id = await client.start(longWaits, { rounds: 8 });
      await untilReminded(id, "signoff", 0);
      // In different executions, and while these change.
      await untilExecution(id, number);
      await client.decide(id, "signoff", { ok: true, day: "2026-11-26" });
      await client.sendEvent(id, "paid", { cents: number });
      return client.result(longWaits, id);
    });

    const results = await Promise.all(decided);

    expect(results.map(({ ok, cents }) => ({ ok, cents }))).toEqual(
      [1, 2, 3, 4].map((cents) => ({ ok: true, cents })),
    );
  });

  it("is told once, by events with ids of their own, and so is the run's start and end", async () => {
    const client = withShortHistories(worker, 20);
    const id = await client.start(longWaits, { rounds: 6 });
    const followed: RunEvent[] = [];
    const following = (async () => {
      for await (const event of client.events(id)) followed.push(event);
    })();
    await untilExecution(id, 3);
    await client.decide(id, "signoff", { ok: true, day: "2026-11-26" });
    await client.sendEvent(id, "paid", { cents: 1 });
    await following;

    const events = await client.audit(id);
    const names = events.map(nameOf);
    const middle = events.findIndex(({ id: event }) => event.startsWith("2-")) + 2;
    const rest = [];
    for await (const event of client.events(id, { after: events[middle]?.id })) rest.push(event);

    expect(followed).toEqual(events);
    expect(new Set(events.map(({ id: event }) => event)).size).toBe(events.length);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([
        "run.started",
        "step.waiting signoff 0",
        "step.started pause",
        "step.ended pause",
        "run.ended",
      ]),
    );
    expect(names.at(-1)).toBe("run.ended");
    expect(rest).toEqual(events.slice(middle + 1));
  });
});

function nameOf(event: RunEvent): string {
  const step = "step" in event ? ` ${event.step}` : "";
  const attempt = "attemptId" in event ? ` ${event.attemptId}` : "";
  const route = "route" in event ? ` ${event.route.step}` : "";
  const reminders = "reminders" in event ? ` ${event.reminders}` : "";
  return `${event.type}${step}${attempt}${route}${reminders}`;
}

describe("a run that is cancelled", () => {
  it("ends as cancelled, also while it lets its calls end to continue as new", async () => {
    const stalls = hold("items[2]/call");
    const id = await withShortHistories(worker, 20).start(longBudget, { calls: 24 });
    await stalls;
    // The other items go on until the history is long. Then they wait at the gate.
    await untilLong(id, 20);
    await worker.client.cancel(id);

    await worker.client.waitUntilClosed(id);
    const { status, attempts } = await worker.client.get(id);
    const executions = await readExecutions(worker, id);
    await replayAll(executions, id);

    expect(status).toBe("cancelled");
    expect(executions).toHaveLength(1);
    expect(attempts.filter((attempt) => attempt.status === "cancelled")).toMatchObject([
      { step: "items[2]/call" },
    ]);
    expect(attempts.length).toBeLessThan(24);
  });
});

/** Resolves once the run has so many events, and has stopped there: it has none that come by themselves. */
async function untilLong(id: string, events: number): Promise<void> {
  for (;;) {
    const { historyLength } = await worker.temporal.client.workflow.getHandle(id).describe();
    if (historyLength >= events) return;
  }
}
