/** The client against a real Temporal server and worker; only the models are simulated. */

import { EventEmitter, once } from "node:events";
import { WorkflowFailedError } from "@temporalio/client";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import type { Temporal } from "../../worker/temporal.ts";
import { startWorker } from "../../worker/signalbox-worker.ts";
import { diamond, handWritten, impatient, threeSteps } from "../fixtures/graphs.ts";
import { codeOf } from "../harness/refusal.ts";
import {
  openTestTemporal,
  simulatedConfig,
  withWorker,
  type TestWorker,
} from "../harness/temporal.ts";
import { answerWell, TICKET } from "../harness/three-steps.ts";

type Replies = (call: SimulatedCall) => SimulatedReply;

const stall: Replies = () => ({ stall: true });
const stallThenSayNothing: Replies = ({ model }) =>
  model === "first" ? { stall: true } : { text: " " };
const refuseLeftStallRight: Replies = ({ step }) =>
  step === "left" ? { fail: "bad_request" } : { stall: true };
const refuse: Replies = () => ({ fail: "bad_request", httpStatus: 400 });

function withReplies<T>(replies: Replies, body: (worker: TestWorker) => Promise<T>): Promise<T> {
  return withWorker({ config: simulatedConfig(replies) }, body);
}

/** A run of `threeSteps` in the middle of a call that never ends by itself. */
function withStalledRun<T>(body: (worker: TestWorker, id: string) => Promise<T>): Promise<T> {
  const calls = new EventEmitter();
  const replies: Replies = () => {
    calls.emit("call");
    return { stall: true };
  };
  return withReplies(replies, async (worker) => {
    const called = once(calls, "call");
    const id = await worker.client.start(threeSteps, TICKET);
    await called;
    try {
      return await body(worker, id);
    } finally {
      await cancel(worker, id);
    }
  });
}

/** Cancels a run, unless it is closed already, and waits for its end: a worker that stops waits for calls in flight. */
async function cancel({ client, temporal }: TestWorker, id: string): Promise<void> {
  if ((await client.get(id)).status !== "running") return;
  await temporal.client.workflow.getHandle(id).cancel();
  await client.waitUntilClosed(id);
}

describe("start", () => {
  it("gives the id it was given", async () => {
    await withReplies(answerWell, async ({ client, taskQueue }) => {
      const id = await client.start(threeSteps, TICKET, { id: `mine-${taskQueue}` });

      expect(id).toBe(`mine-${taskQueue}`);
      expect(await client.get(id)).toMatchObject({ id, graph: "threeSteps", version: "1" });
    });
  });

  it("makes up an id that begins with the workspace and the graph, and is new every time", async () => {
    await withReplies(answerWell, async ({ client }) => {
      const ids = [
        await client.start(threeSteps, TICKET),
        await client.start(threeSteps, TICKET),
      ] as const;

      expect(ids[0]).toMatch(/^default\.threeSteps-./);
      expect(ids[1]).toMatch(/^default\.threeSteps-./);
      expect(ids[0]).not.toBe(ids[1]);
    });
  });

  it("refuses an id that is taken, while the run goes on and after its end", async () => {
    await withReplies(answerWell, async ({ client, taskQueue }) => {
      const options = { id: `taken-${taskQueue}` };
      const id = await client.start(threeSteps, TICKET, options);

      const during = await codeOf(client.start(threeSteps, TICKET, options));
      await client.waitUntilClosed(id);
      const after = await codeOf(client.start(diamond, TICKET, options));

      expect([during, after]).toEqual(["CLIENT_RUN_EXISTS", "CLIENT_RUN_EXISTS"]);
    });
  });
});

describe("result", () => {
  it("is the value of the last step, typed", async () => {
    await withReplies(answerWell, async ({ client }) => {
      const id = await client.start(threeSteps, TICKET);

      const result: { fit: boolean } = await client.result(threeSteps, id);

      expect(result).toEqual({ fit: true });
    });
  });

  it("of a failed run rejects with Temporal's own error, whose cause has our code", async () => {
    await withReplies(refuse, async ({ client }) => {
      const id = await client.start(threeSteps, TICKET);

      const error = await client.result(threeSteps, id).catch((reason: unknown) => reason);

      expect(error).toBeInstanceOf(WorkflowFailedError);
      expect(error).toMatchObject({ cause: { type: "RUN_NO_CANDIDATE_LEFT" } });
    });
  });
});

describe("waitUntilClosed", () => {
  it("is false when the time is over before the run, and true once the run has failed", async () => {
    await withReplies(stall, async ({ client }) => {
      const id = await client.start(impatient, TICKET);

      const soon = await client.waitUntilClosed(id, 10);
      const atLast = await client.waitUntilClosed(id);

      expect([soon, atLast]).toEqual([false, true]);
      expect((await client.get(id)).status).toBe("failed");
    });
  });

  it("does not wait for the answer of a poll that outlasts the time", async () => {
    await withStalledRun(async ({ client }, id) => {
      const startedAt = performance.now();

      const closed = await client.waitUntilClosed(id, 100.5);

      expect(closed).toBe(false);
      // A poll that finds nothing takes the server 20 s.
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    });
  });

  it("is true for a run that completed, before and during the wait", async () => {
    await withReplies(answerWell, async ({ client }) => {
      const id = await client.start(threeSteps, TICKET);

      const during = await client.waitUntilClosed(id, 30_000);
      const before = await client.waitUntilClosed(id, 30_000);

      expect([during, before]).toEqual([true, true]);
    });
  });
});

describe("an id that no run has", () => {
  let temporal: Temporal;

  beforeAll(async () => {
    temporal = await openTestTemporal();
  });

  afterAll(() => temporal.close());

  it.each([
    ["of a usual form", "threeSteps-nobody-started-this"],
    ["that is empty", ""],
    ["with a line break", "a\r\nb"],
    ["with a null character", "a\0b"],
    ["beyond ASCII and longer than Temporal allows, in bytes", "é".repeat(600)],
    ["so long that the server's answer would not fit", "x".repeat(20_000)],
  ])("is unknown to get, result and waitUntilClosed: one %s", async (_what, id) => {
    const client = new SignalboxClient({ temporal: temporal.client });

    const codes = await Promise.all([
      codeOf(client.get(id)),
      codeOf(client.result(threeSteps, id)),
      codeOf(client.waitUntilClosed(id)),
      codeOf(client.waitUntilClosed(id, 30_000)),
    ]);

    expect(new Set(codes)).toEqual(new Set(["CLIENT_UNKNOWN_RUN"]));
  });
});

describe("a run that is read", () => {
  it("has result, times and cost once it has completed", async () => {
    await withReplies(answerWell, async ({ client }) => {
      const id = await client.start(threeSteps, TICKET);
      await client.waitUntilClosed(id);

      const run = await client.get(id);

      expect(run).toMatchObject({ status: "completed", result: { fit: true } });
      expect(run.error).toBeUndefined();
      expect(Date.parse(run.closedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(run.startedAt));
      // By the tokenizer of OpenAI's newer models, for 1 USD in and 2 USD out per million tokens.
      expect(run.attempts[0]).toMatchObject({
        inputTokens: 7,
        outputTokens: 5,
        costNanoUsd: 17_000,
      });
    });
  });

  it("has no cost where the price is not known", async () => {
    await withReplies(answerWell, async ({ client }) => {
      const id = await client.start(threeSteps, TICKET);
      await client.waitUntilClosed(id);

      const { attempts } = await client.get(id);

      expect(attempts[1]).toMatchObject({ model: "simulated/first", status: "completed" });
      expect(attempts[1]).not.toHaveProperty("costNanoUsd");
    });
  });

  it("has the attempt that is under way and no end while it goes on", async () => {
    await withStalledRun(async ({ client }, id) => {
      const run = await client.get(id);

      expect(run).toMatchObject({
        status: "running",
        attempts: [{ step: "triage", model: "simulated/small", fallback: 0, status: "running" }],
      });
      expect(run.closedAt).toBeUndefined();
      expect(run).not.toHaveProperty("result");
      expect(run).not.toHaveProperty("error");
    });
  });

  it("has attempts in order, with kinds, statuses, tries and fallbacks", async () => {
    let calls = 0;
    const replies: Replies = (call) => {
      if (call.step === "triage") {
        calls += 1;
        return calls === 1 ? { fail: "rate_limited", httpStatus: 429 } : answerWell(call);
      }
      return call.model === "first" ? { fail: "auth", httpStatus: 401 } : answerWell(call);
    };

    await withReplies(replies, async ({ client }) => {
      const id = await client.start(threeSteps, TICKET);
      await client.waitUntilClosed(id);
      const { status, attempts } = await client.get(id);

      expect(status).toBe("completed");
      expect(attempts).toMatchObject([
        { step: "triage", model: "simulated/small", fallback: 0, status: "completed", tries: 2 },
        { step: "draft", model: "simulated/first", fallback: 0, status: "failed", tries: 1 },
        { step: "draft", model: "simulated/second", fallback: 1, status: "completed", tries: 1 },
        { step: "review", model: "simulated/small", fallback: 0, status: "completed", tries: 1 },
      ]);
      expect(attempts[1]).toMatchObject({
        kind: "auth",
        httpStatus: 401,
        message: 'simulated/first: simulated failure "auth"',
        durationMs: expect.any(Number),
      });
      expect(attempts[2]).not.toHaveProperty("kind");
    });
  });

  it("says why it failed, and has the attempts that did", async () => {
    await withReplies(stallThenSayNothing, async ({ client }) => {
      const id = await client.start(impatient, TICKET);
      await client.waitUntilClosed(id);
      const run = await client.get(id);

      expect(run).toMatchObject({
        status: "failed",
        error: {
          code: "RUN_NO_CANDIDATE_LEFT",
          message: expect.stringMatching(/1\. simulated\/first: .*2\. simulated\/second: /),
        },
        attempts: [
          { model: "simulated/first", kind: "timeout", fallback: 0, tries: 1 },
          { model: "simulated/second", kind: "malformed", fallback: 1, tries: 1 },
          { model: "simulated/second", kind: "malformed", fallback: 1, tries: 1 },
        ],
      });
      expect(run).not.toHaveProperty("result");
    });
  });

  it("is cancelled, and so is its attempt, when it was cancelled in the middle of a call", async () => {
    await withStalledRun(async (worker, id) => {
      await cancel(worker, id);

      const run = await worker.client.get(id);

      expect(run).toMatchObject({
        status: "cancelled",
        error: { code: "CancelledFailure" },
        attempts: [{ step: "triage", status: "cancelled", kind: "cancelled" }],
      });
    });
  });

  it("is terminated, and its attempt no longer running, when it was terminated in the middle of a call", async () => {
    await withStalledRun(async ({ client, temporal }, id) => {
      await temporal.client.workflow.getHandle(id).terminate("no longer wanted");

      const run = await client.get(id);

      expect(run).toMatchObject({
        status: "terminated",
        error: { code: "TerminatedFailure", message: "no longer wanted" },
        attempts: [{ step: "triage", status: "cancelled", kind: "cancelled" }],
      });
    });
  });
});

describe("a run that fails in the middle", () => {
  it("leaves no attempt running: that of a step beside the failed one is cancelled", async () => {
    await withReplies(refuseLeftStallRight, async ({ client }) => {
      const id = await client.start(diamond, TICKET);
      await client.waitUntilClosed(id);

      const { status, attempts } = await client.get(id);

      expect(status).toBe("failed");
      expect(attempts).toMatchObject([
        { step: "left", status: "failed", kind: "bad_request" },
        { step: "right", status: "cancelled", kind: "cancelled" },
      ]);
    });
  });

  it("names the alias that the worker's configuration does not have", async () => {
    const temporal = await openTestTemporal();
    const taskQueue = `test-${crypto.randomUUID()}`;
    const { models, ...config } = simulatedConfig(answerWell);
    const worker = await startWorker({
      config: { ...config, models: { small: models["small"] ?? [] } },
      // It knows of one graph, but its bundle, which another worker's configuration goes with, has more.
      graphs: { diamond },
      graphsUrl: new URL("file:///not/read/graphs.ts"),
      bundle: { codePath: process.env["SIGNALBOX_TEST_BUNDLE"] ?? "" },
      temporal,
      taskQueue,
    });
    const client = new SignalboxClient({ temporal: temporal.client, taskQueue });

    const id = await client.start(threeSteps, TICKET);
    await client.waitUntilClosed(id);
    const { error } = await client.get(id);
    await worker.stop();
    await temporal.close();

    expect(error).toEqual({
      code: "CONFIG_UNKNOWN_ALIAS",
      message: expect.stringContaining('"writer"'),
    });
  });
});

describe("a run that Temporal's own client started", () => {
  it("is typed by its graph and read like any other", async () => {
    await withReplies(answerWell, async ({ client, temporal, taskQueue }) => {
      const handle = await temporal.client.workflow.start(threeSteps, {
        args: [TICKET],
        taskQueue,
        workflowId: `plain-${taskQueue}`,
      });

      const result: { fit: boolean } = await handle.result();
      const run = await client.get(handle.workflowId);

      expect(result).toEqual({ fit: true });
      expect(run).toMatchObject({ graph: "threeSteps", status: "completed", result });
      expect(run.version).toBe("1");
      expect(run.attempts.map(({ step }) => step)).toEqual(["triage", "draft", "review"]);
    });
  });

  it("of a workflow that is no graph tells what its activity failed with", async () => {
    await withReplies(refuse, async ({ client, temporal, taskQueue }) => {
      const { workflowId } = await temporal.client.workflow.start(handWritten, {
        args: [],
        taskQueue,
        workflowId: `hand-written-${taskQueue}`,
      });
      await client.waitUntilClosed(workflowId);

      const { error } = await client.get(workflowId);

      expect(error).toEqual({
        code: "bad_request",
        message: 'simulated/small: simulated failure "bad_request"',
      });
    });
  });
});
