import { WorkflowUpdateFailedError, type WorkflowHandle } from "@temporalio/client";
import { Worker } from "@temporalio/worker";
import type { History } from "../../client/trail/history-event.ts";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import type { OpenStep } from "../../workflows/mailbox.ts";
import type { RunState } from "../../workflows/queries.ts";
import { deciding } from "../fixtures/deciding.ts";
import { everyVerb } from "../fixtures/every-verb.ts";
import { openGate } from "../harness/open-gate.ts";
import { lendWorker } from "../harness/lent-worker.ts";
import { simulatedConfig, withWorker, type TestWorker } from "../harness/temporal.ts";

/** The first writer is down, the check asks for the tool twice, the second review is content. */
function replies({ step, model, prompt }: SimulatedCall): SimulatedReply {
  if (model === "first") return { fail: "not_found" };
  if (step === "handling/refund/check") {
    const answers = prompt.match(/balance/g)?.length ?? 0;
    return answers < 4
      ? { calls: [toolCall(`call-${answers}-a`), toolCall(`call-${answers}-b`)] }
      : { value: { fair: true } };
  }
  if (step.endsWith("/review")) {
    return { value: { good: prompt.includes("round 2"), problem: "too short" } };
  }
  if (step.startsWith("summaries")) return { text: `summary of ${step}` };
  return { value: { text: `text of ${step}` } };
}

function toolCall(id: string): { id: string; tool: string; input: unknown } {
  return { id, tool: "findAccount", input: { customer: "Ann" } };
}

const config = simulatedConfig(replies);

/** Has a tool, steps side by side, a map, a branch, rounds of tools and of a refine, fallbacks, an approval and both waits. */
const refund = { customer: "Ann", kind: "refund", lines: ["a", "b", "c"] } as const;
/** Has a sub-graph. */
const question = { customer: "Ann", kind: "question", lines: [] } as const;
/**
 * Never has two local activities at once: without a cache SDK 1.24 loses those, and the run stands still for ten seconds.
 *
 * @see https://github.com/temporalio/sdk-rust/pull/1482
 */
const spam = { customer: "Ann", kind: "spam", lines: [] } as const;

interface Ended {
  readonly id: string;
  readonly result: unknown;
  readonly history: History;
}

async function runToEnd(
  { client, temporal }: TestWorker,
  { lines, ...input }: typeof refund | typeof question | typeof spam,
): Promise<Ended> {
  const id = await client.start(everyVerb, { ...input, lines: [...lines] });
  const result = await client.result(everyVerb, id);
  return { id, result, history: await temporal.client.workflow.getHandle(id).fetchHistory() };
}

function activityIdsOf({ events }: History): readonly string[] {
  return (events ?? []).flatMap(
    (event) => event.activityTaskScheduledEventAttributes?.activityId ?? [],
  );
}

describe("a run of the graph with every verb", () => {
  let refunded: Ended;
  let answered: Ended;
  let dropped: Ended;
  let uncached: Ended;

  beforeAll(async () => {
    await Promise.all([
      // One run is not to learn from another that a model is down.
      withWorker({ config, liveSignals: openGate() }, async (worker) => {
        [refunded, answered, dropped] = await Promise.all([
          runToEnd(worker, refund),
          runToEnd(worker, question),
          runToEnd(worker, spam),
        ]);
      }),
      withWorker({ config, maxCachedWorkflows: 0 }, async (worker) => {
        uncached = await runToEnd(worker, spam);
      }),
    ]);
  });

  it("has an id of its own for every activity: items, rounds, fallbacks and tools", () => {
    const ids = activityIdsOf(refunded.history);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual([
      "account",
      "handling/refund/check#0",
      "handling/refund/check#0.1",
      "handling/refund/check#0.1/0",
      "handling/refund/check#0.1/1",
      "handling/refund/check#0.2",
      "handling/refund/check#0/0",
      "handling/refund/check#0/1",
      "letter[1]/review#0",
      "letter[1]/write#0",
      "letter[1]/write#1",
      "letter[2]/review#0",
      "letter[2]/write#0",
      "letter[2]/write#1",
      "opening#0",
      "summaries[0]/summary#0",
      "summaries[1]/summary#0",
      "summaries[2]/summary#0",
    ]);
  });

  it("runs a sub-graph as a workflow under its own type, with an id that says where", async () => {
    const { events } = answered.history;

    const started = (events ?? []).flatMap(
      (event) => event.childWorkflowExecutionStartedEventAttributes ?? [],
    );

    expect(started).toMatchObject([
      {
        workflowType: { name: "greeting" },
        workflowExecution: { workflowId: `${answered.id}/handling/question/greeting` },
      },
    ]);
  });

  it("gives the same when the worker keeps no workflows between tasks", () => {
    expect(uncached.result).toEqual(dropped.result);
    expect(activityIdsOf(uncached.history)).toEqual(activityIdsOf(dropped.history));
  });

  it.each([
    ["with everything side by side", () => refunded],
    ["with a sub-graph", () => answered],
    ["of a worker without a cache", () => uncached],
  ])("replays, %s", async (_name, ended) => {
    const workflowBundle = { codePath: process.env["SIGNALBOX_TEST_BUNDLE"] ?? "" };

    const { id, history } = ended();
    // The id of a child is made of that of its parent.
    const replayed = Worker.runReplayHistory({ workflowBundle }, history, id);

    await expect(replayed).resolves.toBeUndefined();
  });
});

describe("a run that waits", () => {
  let worker: TestWorker;
  lendWorker({ config }, (lent) => (worker = lent));

  /** A run that waits for its decision. */
  async function startDeciding(): Promise<WorkflowHandle> {
    const id = await worker.client.start(deciding, { letter: "Dear Ann" });
    const handle = worker.temporal.client.workflow.getHandle(id);
    // Is answered once the first workflow task is done, after which the step waits.
    await openStepsOf(handle);
    return handle;
  }

  const approved = { kind: "approval", step: "signoff", value: { approved: true } };
  const paid = { kind: "event", step: "paid", value: { cents: 7 } };

  it("lists the steps that wait, and what to show, but not those of an item that has failed", async () => {
    const handle = await startDeciding();

    const open = await openStepsOf(handle);

    expect(open).toMatchObject([
      { kind: "approval", step: "signoff", show: { letter: "Dear Ann" }, reminders: 0 },
    ]);
  });

  it("takes a decision, then an event, as their schemas leave them", async () => {
    const handle = await startDeciding();

    await deliver(handle, approved);
    await deliver(handle, paid);

    const last = { approved: true, note: "none", cents: 7, items: [false] };
    await expect(handle.result()).resolves.toEqual(last);
  });

  it.each([
    ["for a step that has not begun to wait", paid, "MAIL_STEP_NOT_OPEN"],
    ["for a step that is not there", { ...approved, step: "nowhere" }, "MAIL_STEP_NOT_OPEN"],
    ["for an item that has failed", { ...approved, step: "items[0]/check" }, "MAIL_STEP_NOT_OPEN"],
    ["of the other kind", { ...approved, kind: "event" }, "MAIL_STEP_NOT_OPEN"],
    ["that does not fit", { ...approved, value: { approved: 1 } }, "MAIL_INVALID_VALUE"],
  ])("refuses a letter %s, and leaves no trace of it", async (_name, letter, code) => {
    const handle = await startDeciding();

    const refused = deliver(handle, letter);

    await expect(refused).rejects.toThrow(WorkflowUpdateFailedError);
    await expect(refused).rejects.toMatchObject({ cause: { type: code } });
    expect(await countUpdates(handle)).toBe(0);
  });

  it("refuses a second decision", async () => {
    const handle = await startDeciding();
    await deliver(handle, approved);

    const second = deliver(handle, { ...approved, value: { approved: false } });

    await expect(second).rejects.toMatchObject({ cause: { type: "MAIL_STEP_NOT_OPEN" } });
  });

  it("takes one of two decisions that come at once", async () => {
    const handle = await startDeciding();

    const both = await Promise.allSettled([
      deliver(handle, approved),
      deliver(handle, { ...approved, value: { approved: false } }),
    ]);

    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it.each([
    ["that does not fit", { ...paid, value: { cents: 0 } }, "MAIL_INVALID_VALUE"],
    ["of the other kind", { ...paid, kind: "approval" }, "MAIL_STEP_NOT_OPEN"],
  ])("refuses an event %s, and takes one that is right", async (_name, letter, code) => {
    const handle = await startDeciding();
    await deliver(handle, approved);

    await expect(deliver(handle, letter)).rejects.toMatchObject({ cause: { type: code } });
    await deliver(handle, paid);

    await expect(handle.result()).resolves.toMatchObject({ cents: 7 });
  });
});

async function openStepsOf(handle: WorkflowHandle): Promise<readonly OpenStep[]> {
  return (await handle.query<RunState>("state")).waiting;
}

function deliver(handle: WorkflowHandle, letter: object): Promise<void> {
  return handle.executeUpdate<void, [object]>("signalbox.deliver", { args: [letter] });
}

async function countUpdates(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)
    .length;
}
