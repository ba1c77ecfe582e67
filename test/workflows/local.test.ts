/** Attempts as local activities, on a real Temporal server. */

import { WorkflowFailedError } from "@temporalio/client";
import { CancelledFailure } from "@temporalio/common";
import { historyToJson } from "../../worker/history-json.ts";
import {
  askingLocally,
  callingLocally,
  guardedLocally,
  waitingLocally,
} from "../fixtures/graphs.ts";
import { deferred } from "../harness/deferred.ts";
import type { FakeAnswer } from "../harness/fake-openai.ts";
import { guardedConfig } from "../harness/guarded-world.ts";
import { simulatedConfig, withWorker, type TestWorker } from "../harness/temporal.ts";
import { startUpstreams } from "../harness/upstreams.ts";

async function beside(
  primary: (index: number) => FakeAnswer,
  body: (worker: TestWorker) => Promise<void>,
): Promise<void> {
  const upstreams = await startUpstreams((_word, index) => primary(index));
  try {
    await withWorker({ config: upstreams.config }, body);
  } finally {
    await upstreams.server.stop();
  }
}

async function historyOf({ temporal }: TestWorker, id: string) {
  return historyToJson(await temporal.client.workflow.getHandle(id).fetchHistory());
}

it("tries again what cost nothing, as long as the provider asks to wait, and is one attempt", () =>
  beside(
    (index) => (index === 0 ? { status: 429, headers: { "retry-after": "1" } } : { content: "Hi" }),
    async (worker) => {
      const { client } = worker;
      const id = await client.start(askingLocally, { say: "hello" });
      const result = await client.result(askingLocally, id);
      const { attempts } = await client.get(id);
      const events = await client.audit(id);

      expect(result).toBe("Hi");
      expect(attempts).toMatchObject([{ status: "completed", tries: 2, fallback: 0 }]);
      expect(Object.keys(attempts[0] ?? {})).not.toContain("of");
      expect(events.map(({ type }) => type)).toEqual([
        "run.started",
        "route.decided",
        "attempt.started",
        "attempt.ended",
        "run.ended",
      ]);
    },
  ));

it("keeps no prompt in the history, and takes one workflow task", () =>
  beside(
    () => ({ content: "Hi" }),
    async (worker) => {
      const { client } = worker;
      // A worker's first route counts tokens with tables that it has to read, for which a workflow task may be too short.
      await client.run(askingLocally, { say: "hello" });
      const id = await client.start(askingLocally, { say: "hello" });
      await client.result(askingLocally, id);
      const { events } = await historyOf(worker, id);

      const [start, ...later] = events.map((event) => JSON.stringify(event));
      const words = Buffer.from("hello").toString("base64").slice(0, -1);
      expect(later.join("\n")).not.toContain("hello");
      expect(later.join("\n")).not.toContain(words);
      expect(start).toBeDefined();
      expect(later.filter((event) => event.includes("workflowTaskStarted"))).toHaveLength(1);
      expect(later.some((event) => event.includes("activityTaskScheduled"))).toBe(false);
    },
  ));

it("makes no more calls when the run is cancelled between two tries, and owes nothing", async () => {
  const bothRefused = deferred();
  const refusing = (index: number): FakeAnswer => {
    if (index === 1) bothRefused.resolve();
    return { status: 429, headers: { "retry-after": "120" } };
  };

  await beside(refusing, async ({ client }) => {
    const id = await client.start(waitingLocally, { say: "hello" });
    await bothRefused.promise;
    await client.cancel(id);
    const error = await client.result(waitingLocally, id).catch((reason: unknown) => reason);
    const { attempts } = await client.get(id);

    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect(error).toMatchObject({ cause: expect.any(CancelledFailure) });
    const told = attempts.map(({ status, costNanoUsd, tries }) => [status, costNanoUsd, tries]);
    expect(told).toEqual([
      ["cancelled", undefined, 1],
      ["cancelled", undefined, 1],
    ]);
  });
});

it("works in a hand-written workflow", async () => {
  const config = simulatedConfig(({ prompt }) => ({ text: `on ${prompt}` }));

  await withWorker({ config }, async (worker) => {
    const { client, temporal, taskQueue } = worker;
    const workflowId = `calling-${taskQueue}`;
    const options = { args: ["cards"] as [string], workflowId, taskQueue };
    const handle = await temporal.client.workflow.start(callingLocally, options);
    const result = await handle.result();
    const { attempts } = await client.get(workflowId);

    expect(result).toBe("on cards / on cards again");
    expect(attempts.map(({ step, status }) => `${step} ${status}`)).toEqual([
      "answer completed",
      "answer[2] completed",
    ]);
  });
});

it("has its guardrails redact, judge, block and leave to a person", () =>
  withWorker({ config: guardedConfig() }, async ({ client }) => {
    const id = await client.start(guardedLocally, { say: "xyzzy" });
    // Each look is a query, which the run answers once it has come to its next stop.
    while ((await client.openSteps(id)).length === 0);
    await client.decide(id, "asked/$guard", { allow: true });
    const result = await client.result(guardedLocally, id);
    const { attempts } = await client.get(id);

    expect(result).toEqual({
      redacted: { text: "say xyzzy" },
      judged: { text: "by two" },
      served: { text: "[MAGIC_WORD_1]" },
      asked: { text: "xyzzy" },
    });
    expect(attempts.map(({ step, model, kind }) => `${step} ${model} ${kind ?? "ok"}`)).toEqual([
      "redacted simulated/one ok",
      "judged simulated/one guardrail_blocked",
      "judged?guard.tone simulated/small ok",
      "judged simulated/two ok",
      "judged?guard.tone[2] simulated/small ok",
      "served simulated/one ok",
      "asked simulated/one ok",
    ]);
  }));
