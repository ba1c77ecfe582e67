import { WorkflowFailedError } from "@temporalio/client";
import { ApplicationFailure, CancelledFailure } from "@temporalio/common";
import { brokenCallbacks, diamond, impatient, refined, threeSteps } from "../fixtures/graphs.ts";
import { deferred } from "../harness/deferred.ts";
import { simulatedConfig, withWorker, type TestWorker } from "../harness/temporal.ts";
import { answerWell } from "../harness/three-steps.ts";

/** What a run failed with. */
async function failureOf(run: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) {
    return error.cause;
  }
  throw new Error(`Expected a failed run, got ${String(error)}`);
}

async function activityIds({ temporal }: TestWorker, id: string): Promise<string[]> {
  const { events } = await temporal.client.workflow.getHandle(id).fetchHistory();
  return (events ?? []).flatMap(
    (event) => event.activityTaskScheduledEventAttributes?.activityId ?? [],
  );
}

/** Cache 0 makes every workflow task replay the run from its start. */
describe.each([
  ["with the usual cache", {}],
  ["replaying at every step", { maxCachedWorkflows: 0 }],
])("a run, %s", (_name, cache) => {
  it("gives the value of the last step, typed", async () => {
    const config = simulatedConfig(answerWell);

    const result = await withWorker({ config, ...cache }, async ({ client }) => {
      const id = await client.start(threeSteps, { body: "My card is gone" });
      return client.result(threeSteps, id);
    });

    const typed: { fit: boolean } = result;
    expect(typed).toEqual({ fit: true });
  });

  it("falls back to the next model and records both attempts", async () => {
    const config = simulatedConfig(({ step, model }) =>
      model === "first" ? { fail: "unavailable", httpStatus: 503 } : answerWell({ step }),
    );

    await withWorker({ config, ...cache }, async (worker) => {
      const id = await worker.client.start(threeSteps, { body: "My card is gone" });
      await worker.client.waitUntilClosed(id);
      const { status, attempts } = await worker.client.get(id);

      expect(status).toBe("completed");
      expect(attempts).toMatchObject([
        { step: "triage", model: "simulated/small", fallback: 0, status: "completed", tries: 1 },
        { step: "draft", model: "simulated/first", fallback: 0, status: "failed", tries: 2 },
        { step: "draft", model: "simulated/second", fallback: 1, status: "completed", tries: 1 },
        { step: "review", model: "simulated/small", fallback: 0, status: "completed", tries: 1 },
      ]);
      expect(attempts[1]).toMatchObject({ kind: "unavailable", httpStatus: 503 });
      expect(await activityIds(worker, id)).toEqual(["triage#0", "draft#0", "draft#1", "review#0"]);
    });
  });

  it("starts steps that need nothing of each other side by side", async () => {
    let waiting = 0;
    const bothAreThere = deferred();
    const config = simulatedConfig(({ step }) => ({ value: step.toUpperCase() }));
    const [provider] = config.providers;
    const meeting = {
      ...config,
      providers: [
        {
          id: "simulated",
          generate: async (...call: Parameters<NonNullable<typeof provider>["generate"]>) => {
            waiting += 1;
            if (waiting === 2) bothAreThere.resolve();
            // Would wait until the deadline if the two ran one after the other.
            await bothAreThere.promise;
            return provider!.generate(...call);
          },
        },
      ],
    };

    const result = await withWorker({ config: meeting, ...cache }, async ({ client }) =>
      client.result(diamond, await client.start(diamond, { body: "x" })),
    );

    expect(result).toBe("LEFT+RIGHT");
  });
});

describe("a run that cannot go on", () => {
  it("fails with one error that lists each attempt", async () => {
    const config = simulatedConfig(({ step, model }) => {
      if (step !== "draft") return answerWell({ step });
      return model === "first" ? { fail: "overloaded", httpStatus: 529 } : { text: "no JSON" };
    });

    const failure = await withWorker({ config }, async ({ client }) =>
      failureOf(client.result(threeSteps, await client.start(threeSteps, { body: "x" }))),
    );

    expect(failure.type).toBe("RUN_NO_CANDIDATE_LEFT");
    expect(failure.message).toMatch(/Step "draft" of graph "threeSteps"/);
    expect(failure.message).toMatch(
      /1\. simulated\/first: .*\(overloaded, HTTP 529, 2 calls, \d+ ms\)/,
    );
    expect(failure.message).toMatch(/3\. simulated\/second: .*\(invalid_output, \d+ ms\)/);
    expect(failure.details).toMatchObject([
      {
        step: "draft",
        attempts: [
          { model: "simulated/first", kind: "overloaded", tries: 2 },
          { model: "simulated/second", kind: "invalid_output" },
          { model: "simulated/second", kind: "invalid_output" },
        ],
      },
      { attempts: 4, failures: 3 },
    ]);
  });

  it("refuses input that does not fit, whoever started it", async () => {
    const config = simulatedConfig(answerWell);

    const failure = await withWorker({ config }, async ({ temporal, taskQueue }) =>
      failureOf(
        temporal.client.workflow.execute(threeSteps, {
          args: [{ body: "" }],
          workflowId: `invalid-${taskQueue}`,
          taskQueue,
        }),
      ),
    );

    expect(failure.type).toBe("RUN_INVALID_INPUT");
    expect(failure.message).toContain('"body"');
  });

  it.each([
    ["prompt", "call", "prompt", "TypeError: prompt is broken"],
    ["system", "call", "system", "Error: system is broken"],
    ["run", "compute", "run", "Error: run is broken"],
    ["type", "call", "prompt", "it gave number instead of a string"],
  ] as const)(
    "names graph, step and callback when %s goes wrong",
    async (where, step, callback, what) => {
      const config = simulatedConfig(() => ({ value: "fine" }));

      const failure = await withWorker({ config }, async ({ client }) =>
        failureOf(client.result(brokenCallbacks, await client.start(brokenCallbacks, { where }))),
      );

      expect(failure.type).toBe("RUN_CALLBACK_ERROR");
      expect(failure.message).toContain(
        `Callback "${callback}" of step "${step}" of graph "brokenCallbacks" failed: ${what}`,
      );
    },
  );

  it("says in a few lines where a callback threw", async () => {
    const config = simulatedConfig(() => ({ value: "fine" }));

    const { cause } = await withWorker({ config }, async ({ client }) => {
      const id = await client.start(brokenCallbacks, { where: "prompt" });
      return failureOf(client.result(brokenCallbacks, id));
    });

    const lines = cause?.stack?.match(/^ +at .*$/gm) ?? [];
    expect(lines[0]).toMatch(/prompt .*graphs.*\.ts/);
    expect(lines.length).toBeLessThanOrEqual(4);
  });

  it("ends as cancelled when it is cancelled in the middle of a call", async () => {
    const called = deferred();
    const config = simulatedConfig(() => {
      called.resolve();
      return { stall: true };
    });

    const error = await withWorker({ config }, async ({ client, temporal }) => {
      const id = await client.start(threeSteps, { body: "x" });
      await called.promise;
      await temporal.client.workflow.getHandle(id).cancel();
      return client.result(threeSteps, id).catch((reason: unknown) => reason);
    });

    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect(error).toMatchObject({ cause: expect.any(CancelledFailure) });
  });
});

describe("the output of a step", () => {
  it("is held to the rules that JSON Schema cannot carry, and falls back", async () => {
    const config = simulatedConfig(({ model }) => ({
      value: { even: model === "first" ? 3 : 4, label: "apples" },
    }));

    const result = await withWorker({ config }, async ({ client }) =>
      client.result(refined, await client.start(refined, { body: "x" })),
    );

    expect(result).toEqual({ even: 4, unit: "pieces", label: "APPLES" });
  });

  it("comes from the next model when the first stalls past its deadline", async () => {
    const config = simulatedConfig(({ model }) =>
      model === "first" ? { stall: true } : { text: "here" },
    );

    await withWorker({ config }, async ({ client }) => {
      const id = await client.start(impatient, { body: "x" });
      const result = await client.result(impatient, id);
      const { attempts } = await client.get(id);

      expect(result).toBe("here");
      expect(attempts[0]).toMatchObject({ model: "simulated/first", kind: "timeout", tries: 1 });
    });
  });
});
