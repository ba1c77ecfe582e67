import type { Run } from "../../client/run.ts";
import type { RunEvent } from "../../client/run-event.ts";
import { longRefine } from "../fixtures/graphs.ts";
import { awaitList } from "../harness/await-list.ts";
import { readExecutions } from "../harness/executions.ts";
import { lendWorker } from "../harness/lent-worker.ts";
import { answerLong } from "../harness/long-replies.ts";
import { codeOf } from "../harness/refusal.ts";
import { withShortHistories } from "../harness/short-histories.ts";
import { simulatedConfig, type TestWorker } from "../harness/temporal.ts";

const config = simulatedConfig(answerLong);
const input = { rounds: 6 };
const start = { idempotencyKey: "the-long-one", by: "ann" };

let worker: TestWorker;
let id: string;
/** As it was read while Temporal had all of it. */
let whole: { readonly run: Run; readonly events: readonly RunEvent[] };
lendWorker({ config }, (lent) => (worker = lent));

beforeAll(async () => {
  id = await withShortHistories(worker, 20).start(longRefine, input, start);
  await worker.client.result(longRefine, id);
  whole = { run: await worker.client.get(id), events: await worker.client.audit(id) };
});

async function follow(after?: string): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of worker.client.events(id, { after })) events.push(event);
  return events;
}

describe("a run that has continued as new", () => {
  it("is listed once, as begun when its first execution was", async () => {
    const filters = { graph: "longRefine", startedFrom: whole.run.startedAt };
    const runs = await awaitList(worker.client, { ...filters, status: "completed" }, 1);
    const { runs: all } = await worker.client.list(filters);
    const [first] = await readExecutions(worker, id);

    const startedAt = new Date(
      Number(first?.events?.[0]?.eventTime?.seconds) * 1_000 +
        Math.floor((first?.events?.[0]?.eventTime?.nanos ?? 0) / 1e6),
    ).toISOString();
    expect(runs.filter((run) => run.id === id)).toMatchObject([{ status: "completed", startedAt }]);
    expect(all.filter((run) => run.id === id)).toHaveLength(1);
    expect(await worker.client.summary(id)).toMatchObject({ status: "completed", startedAt });
    expect(whole.run.startedAt).toBe(startedAt);
  });

  it("is the run that its idempotency key has started", async () => {
    const again = await worker.client.start(longRefine, input, start);
    const other = codeOf(worker.client.start(longRefine, { rounds: 1 }, start));

    expect(again).toBe(id);
    expect(await other).toBe("CLIENT_KEY_REUSED");
  });

  it("tells who asked for it, and no event that it does not have", async () => {
    expect(whole.events[0]).toMatchObject({ type: "run.started", by: "ann" });
    expect(whole.run.isIncomplete).toBeUndefined();
    expect(await codeOf(follow("99-1") as Promise<unknown>)).toBe("CLIENT_INVALID_CURSOR");
    expect(await codeOf(follow("2-9999") as Promise<unknown>)).toBe("CLIENT_INVALID_CURSOR");
  });

  it("is known to be over when its last execution is, and is over once", async () => {
    expect(await worker.client.waitUntilClosed(id, 10_000)).toBe(true);
    expect(whole.events.filter(({ type }) => type === "run.ended")).toHaveLength(1);
    expect(whole.run.steps.map(({ step }) => step)).toContain("essay[6]/review");
  });

  it("is told as far as Temporal keeps it, and says that something is missing", async () => {
    const before = await readExecutions(worker, id);
    await deleteFirst(before.length);

    const run = await worker.client.get(id);
    const events = await worker.client.audit(id);
    const followed = await follow();
    const rest = await follow(events[3]?.id);

    expect(run).toMatchObject({
      isIncomplete: true,
      status: "completed",
      result: whole.run.result,
      spentNanoUsd: whole.run.spentNanoUsd,
      startedAt: whole.run.startedAt,
    });
    expect(run.attempts).toEqual(whole.run.attempts.slice(-run.attempts.length));
    expect(run.attempts.length).toBeLessThan(whole.run.attempts.length);
    expect(events[0]).toMatchObject({ type: "run.started", isIncomplete: true });
    expect(events.slice(1)).toEqual(whole.events.slice(1 - events.length));
    expect(followed).toEqual(events);
    expect(rest).toEqual(events.slice(4));
  });
});

/** What retention does in time. Resolves once it is done. */
async function deleteFirst(executions: number): Promise<void> {
  const { client } = worker.temporal;
  const [first] = await readExecutions(worker, id);
  const started = first?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const workflowExecution = { workflowId: id, runId: started?.originalExecutionRunId };
  const { namespace } = client.options;
  await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
  for (;;) {
    if ((await readExecutions(worker, id)).length < executions) return;
  }
}
