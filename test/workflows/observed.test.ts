import { defineSearchAttributeKey } from "@temporalio/common";
import { SEARCH_ATTRIBUTES } from "../../graph/search-attributes.ts";
import type { Attempt } from "../../workflows/run-record.ts";
import type { RunCost, RunState } from "../../workflows/queries.ts";
import { asking, callingSteps, threeSteps } from "../fixtures/graphs.ts";
import { simulatedConfig, withWorker, type TestWorker } from "../harness/temporal.ts";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";

function replies({ step, model, prompt }: SimulatedCall): SimulatedReply {
  if (prompt.includes("hopeless")) return { fail: "auth" };
  if (model === "first") return { fail: "unavailable" };
  if (step === "triage" || step === "classify") return { value: { kind: "card" } };
  if (step === "review") return { value: { fit: true } };
  return step === "draft" ? { value: { text: "Freeze it." } } : { text: `on ${prompt}` };
}

/** What a run is asked, and what lists and the UI say of it. */
async function observe({ temporal }: TestWorker, id: string) {
  const handle = temporal.client.workflow.getHandle(id);
  // One after the other: of several queries at once about a run that has just ended, one may never reach the worker.
  // https://github.com/temporalio/sdk-rust/issues/438
  const state = await handle.query<RunState>("state");
  const attempts = await handle.query<readonly Attempt[]>("attempts");
  const cost = await handle.query<RunCost>("cost");
  const graph = await handle.query<unknown>("graph");
  const { typedSearchAttributes: attributes } = await handle.describe();
  const read = (name: keyof typeof SEARCH_ATTRIBUTES): unknown => {
    const { name: key, type } = SEARCH_ATTRIBUTES[name];
    return attributes.get(defineSearchAttributeKey(key, type));
  };
  return { state, attempts, cost, graph, read, details: await readDetails(handle) };
}

type Handle = ReturnType<TestWorker["temporal"]["client"]["workflow"]["getHandle"]>;

async function readDetails(handle: Handle): Promise<string> {
  const metadata = await handle.query<{ readonly currentDetails?: string }>(
    "__temporal_workflow_metadata",
  );
  return metadata.currentDetails ?? "";
}

async function runToEnd(
  graph: typeof threeSteps | typeof asking,
  input: { body: string } | { say: string },
): Promise<Awaited<ReturnType<typeof observe>>> {
  return withWorker({ config: simulatedConfig(replies) }, async (worker) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Each graph with its own input, below.
    const id = await worker.client.start(graph as typeof asking, input as { say: string });
    await worker.client.waitUntilClosed(id);
    return observe(worker, id);
  });
}

describe("a run that has completed", () => {
  let seen: Awaited<ReturnType<typeof observe>>;

  beforeAll(async () => {
    seen = await runToEnd(threeSteps, { body: "My card is gone" });
  });

  it("tells where its steps stand", () => {
    expect(seen.state).toEqual({
      graph: "threeSteps",
      version: "1",
      steps: [
        { step: "triage", kind: "step", status: "completed" },
        { step: "draft", kind: "step", status: "completed" },
        { step: "review", kind: "step", status: "completed" },
      ],
      waiting: [],
      decisions: [],
    });
  });

  it("tells its attempts and what they cost", () => {
    expect(seen.attempts.map(({ step, model, status }) => [step, model, status])).toEqual([
      ["triage", "simulated/small", "completed"],
      ["draft", "simulated/first", "failed"],
      ["draft", "simulated/second", "completed"],
      ["review", "simulated/small", "completed"],
    ]);
    expect(seen.cost).toMatchObject({
      attempts: 4,
      failures: 1,
      fallbacks: 1,
      models: ["simulated/small", "simulated/second"],
      wastedNanoUsd: 0,
      held: { usd: 0, calls: 0 },
    });
    expect(seen.cost.spentNanoUsd).toBeGreaterThan(0);
  });

  it("tells its graph as data", () => {
    expect(seen.graph).toEqual(threeSteps.toJSON());
  });

  it("is listed by its end: status, cost, fallbacks, models", () => {
    expect([seen.read("graph"), seen.read("version"), seen.read("workspace")]).toEqual([
      "threeSteps",
      "1",
      "default",
    ]);
    expect(seen.read("fingerprint")).toBe(threeSteps.fingerprint);
    expect(seen.read("status")).toBe("completed");
    expect(seen.read("costUsd")).toBeCloseTo(seen.cost.spentNanoUsd / 1e9, 12);
    expect(seen.read("fallbacks")).toBe(1);
    expect(seen.read("models")).toEqual(["simulated/small", "simulated/second"]);
  });

  it("says in the Temporal UI how it went, without a word of a prompt or a reply", () => {
    expect(seen.details).toMatch(/\*\*threeSteps\*\* version 1: 3 steps done/);
    expect(seen.details).toMatch(/Cost: 0\.0000\d+ USD spent/);
    expect(seen.details).toContain("1 step answered by a fallback");
    expect(seen.details).not.toMatch(/My card|Freeze/);
  });
});

describe("a run that has failed", () => {
  it("is listed by the code of its error", async () => {
    const seen = await runToEnd(asking, { say: "hopeless" });

    expect(seen.read("status")).toBe("RUN_NO_CANDIDATE_LEFT");
    expect(seen.state.steps).toEqual([{ step: "ask", kind: "step", status: "failed" }]);
    expect(seen.details).toContain("| `ask` | step | **failed** |");
  });
});

describe("a hand-written workflow that calls steps", () => {
  it("gets routing, fallback and record, and each call has a name of its own", async () => {
    await withWorker({ config: simulatedConfig(replies) }, async (worker) => {
      const { temporal, taskQueue, client } = worker;
      const handle = await temporal.client.workflow.start(callingSteps, {
        args: ["My card is gone"],
        workflowId: `calling-${taskQueue}`,
        taskQueue,
      });

      const result = await handle.result();
      const { state, cost } = await observe(worker, handle.workflowId);
      const { attempts } = await client.get(handle.workflowId);

      expect(result).toBe("on Answer: card / on Answer: card again");
      expect(state).toMatchObject({ graph: "callingSteps" });
      expect(state.steps.map(({ step }) => step)).toEqual(["classify", "answer", "answer[2]"]);
      expect(cost).toMatchObject({ attempts: 5, failures: 2, fallbacks: 2 });
      expect(attempts.map(({ step, model, status }) => `${step} ${model} ${status}`)).toEqual(
        expect.arrayContaining([
          "classify simulated/small completed",
          "answer simulated/first failed",
          "answer simulated/second completed",
          "answer[2] simulated/second completed",
        ]),
      );
    });
  });

  it("fails with the error of a step that cannot be done", async () => {
    await withWorker({ config: simulatedConfig(replies) }, async ({ temporal, taskQueue }) => {
      const start = (text: string): Promise<string> =>
        temporal.client.workflow.execute(callingSteps, {
          args: [text],
          workflowId: `calling-${text}-${taskQueue}`,
          taskQueue,
        });

      await expect(start("hopeless")).rejects.toMatchObject({
        cause: { type: "RUN_NO_CANDIDATE_LEFT" },
      });
      await expect(start("")).rejects.toMatchObject({ cause: { type: "RUN_INVALID_INPUT" } });
    });
  });
});
