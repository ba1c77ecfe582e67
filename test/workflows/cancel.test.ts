import { WorkflowFailedError, type Client } from "@temporalio/client";
import { CancelledFailure } from "@temporalio/common";
import { startApi } from "../../api/start-api.ts";
import type { RunCost } from "../../workflows/queries.ts";
import { reminding, waiting } from "../fixtures/graphs.ts";
import { deferred } from "../harness/deferred.ts";
import type { FakeAnswer, FakeRequest } from "../harness/fake-openai.ts";
import { startUpstreams, type Upstreams } from "../harness/upstreams.ts";
import { withWorker, type TestWorker } from "../harness/temporal.ts";

/** Runs `body` beside a worker whose first model answers like this. */
async function beside(
  primary: (index: number, request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>,
  body: (worker: TestWorker, upstreams: Upstreams) => Promise<void>,
): Promise<void> {
  const upstreams = await startUpstreams((_word, index, request) => primary(index, request));
  try {
    await withWorker({ config: upstreams.config }, (worker) => body(worker, upstreams));
  } finally {
    await upstreams.server.stop();
  }
}

async function endOf({ client }: TestWorker, id: string): Promise<unknown> {
  const ended = await client.result(waiting, id).catch((reason: unknown) => reason);
  return ended instanceof WorkflowFailedError ? ended.cause : ended;
}

describe("a run that is cancelled", () => {
  it("hangs up on its calls in flight, and says what may still be billed", async () => {
    const bothAsked = deferred();
    const hungUp: Promise<void>[] = [];
    const stalling = (index: number, request: FakeRequest): FakeAnswer => {
      hungUp.push(request.disconnected);
      if (index === 1) bothAsked.resolve();
      return { stall: true };
    };

    await beside(stalling, async (worker) => {
      const { client, temporal } = worker;
      const id = await client.start(waiting, { say: "hello" });
      await bothAsked.promise;
      await temporal.client.workflow.getHandle(id).cancel();
      // How soon is measured by bench/cancel.ts.
      await Promise.all(hungUp);

      expect(await endOf(worker, id)).toBeInstanceOf(CancelledFailure);
      const { status, attempts } = await client.get(id);
      const cost = await temporal.client.workflow.getHandle(id).query<RunCost>("cost");

      expect(status).toBe("cancelled");
      expect(attempts).toMatchObject([
        { status: "cancelled", kind: "cancelled", mayBeBilled: true, isEstimate: true },
        { status: "cancelled", kind: "cancelled", mayBeBilled: true, isEstimate: true },
      ]);
      expect(cost.mayBeBilledNanoUsd).toBeGreaterThan(0);
      expect(cost.mayBeBilledNanoUsd).toBe(cost.spentNanoUsd);
      expect(cost.mayBeBilledNanoUsd).toBe(
        attempts.reduce((sum, { costNanoUsd = 0 }) => sum + costNanoUsd, 0),
      );
    });
  });

  it("while Temporal waits to try again makes no more calls, and owes nothing", async () => {
    const bothRefused = deferred();
    const refusing = (index: number): FakeAnswer => {
      if (index === 1) bothRefused.resolve();
      return { status: 429, headers: { "retry-after": "120" } };
    };

    await beside(refusing, async (worker, upstreams) => {
      const { client, temporal } = worker;
      const id = await client.start(waiting, { say: "hello" });
      await bothRefused.promise;
      await temporal.client.workflow.getHandle(id).cancel();

      expect(await endOf(worker, id)).toBeInstanceOf(CancelledFailure);
      const { attempts } = await client.get(id);
      expect(attempts.map(({ status, costNanoUsd }) => [status, costNanoUsd])).toEqual([
        ["cancelled", undefined],
        ["cancelled", undefined],
      ]);
      expect(upstreams.seen("hello")).toHaveLength(2);
    });
  });

  it("while it waits for a person waits no more", async () => {
    await beside(
      () => ({ status: 500 }),
      async (worker) => {
        const { client, temporal } = worker;
        const id = await client.start(reminding, { say: "hello" });
        await client.openSteps(id);
        await temporal.client.workflow.getHandle(id).cancel();

        expect(await endOf(worker, id)).toBeInstanceOf(CancelledFailure);
        expect(await client.openSteps(id)).toEqual([]);
        await expect(client.decide(id, "signoff", { ok: true })).rejects.toMatchObject({
          code: "CLIENT_STEP_NOT_OPEN",
        });
      },
    );
  });
});

describe("a run that fails in one place", () => {
  it("hangs up on its calls elsewhere, and has their cost on record before it ends", async () => {
    const stalled = deferred();
    const answers = (index: number): FakeAnswer | Promise<FakeAnswer> => {
      if (index > 0) return stalled.promise.then(() => ({ status: 401 }));
      stalled.resolve();
      return { stall: true };
    };
    const upstreams = await startUpstreams(
      (_word, index) => answers(index),
      () => ({ status: 401 }),
    );

    await withWorker({ config: upstreams.config }, async ({ client }) => {
      const id = await client.start(waiting, { say: "hello" });
      await client.waitUntilClosed(id);
      const { status, attempts } = await client.get(id);

      expect(status).toBe("failed");
      expect(attempts.map((attempt) => [attempt.status, attempt.mayBeBilled ?? false])).toEqual([
        ["cancelled", true],
        ["failed", false],
        ["failed", false],
      ]);
    });
    await upstreams.server.stop();
  });
});

describe("a caller that hangs up", () => {
  it.each([
    ["cancel", "cancelled"],
    ["leave", "running"],
  ])("and has asked to %s leaves a run that is %s", async (onDisconnect, expected) => {
    const bothAsked = deferred();
    const hungUp: Promise<void>[] = [];
    const stalling = (index: number, request: FakeRequest): FakeAnswer => {
      hungUp.push(request.disconnected);
      if (index === 1) bothAsked.resolve();
      return { stall: true };
    };

    await beside(stalling, async ({ client, temporal, taskQueue }) => {
      const api = await startApi({ client, graphs: new Map([["waiting", waiting]]), port: 0 });
      const caller = new AbortController();
      const asked = fetch(
        `${api.url}/v1/graphs/waiting/runs?wait=30&onDisconnect=${onDisconnect}`,
        {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ say: "hello" }),
          signal: caller.signal,
        },
      ).catch(() => undefined);
      await bothAsked.promise;
      const [run] = await listRuns(temporal.client, taskQueue);
      caller.abort();
      await asked;
      const isWanted = onDisconnect === "leave";
      await (isWanted ? undefined : Promise.all(hungUp));
      await (isWanted ? undefined : client.waitUntilClosed(run!));
      const { status } = await client.get(run!);
      await api.stop();
      // So that the worker need not wait for it.
      if (isWanted) await temporal.client.workflow.getHandle(run!).terminate();

      expect(status).toBe(expected);
    });
  });
});

/** The runs of a task queue. Lists lag behind a little. */
async function listRuns(client: Client, taskQueue: string): Promise<readonly string[]> {
  for (;;) {
    const ids: string[] = [];
    for await (const { workflowId } of client.workflow.list({
      query: `TaskQueue = '${taskQueue}'`,
    })) {
      ids.push(workflowId);
    }
    if (ids.length > 0) return ids;
  }
}
