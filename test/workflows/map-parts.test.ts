import { ClientError } from "../../client/client-error.ts";
import type { RunEvent } from "../../client/run-event.ts";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import { mapped, mappedInput, meteredMap } from "../fixtures/parts.ts";
import { toComparable } from "../harness/compare-attempts.ts";
import { readExecutions, replayAll } from "../harness/executions.ts";
import { withShortHistories } from "../harness/short-histories.ts";
import { simulatedConfig, withWorker, type TestWorker } from "../harness/temporal.ts";

const ASKING = "groups[0]/lines[205]/line/asked/ok";
const CALLING = "groups[0]/lines[203]/line/called/gist";

const config = simulatedConfig(echo);

function echo({ prompt }: SimulatedCall): SimulatedReply {
  return { text: prompt };
}

/** Each query is answered by a worker, after what it has to do for the run. */
async function untilOpen({ client }: TestWorker, id: string, step: string): Promise<void> {
  for (;;) {
    const open = await client.openSteps(id);
    if (open.some((waiting) => waiting.step === step)) return;
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof ClientError ? `${error.code}: ${error.message}` : String(error);
}

function idsOf(events: readonly RunEvent[]): readonly string[] {
  return events.map(({ id }) => id);
}

describe("a map of 212 items, of which one asks a person", () => {
  it("gives what it gives in process, and is read, decided and listed as one run", async () => {
    const input = mappedInput(212, 205);
    const decisions = { [ASKING]: { approved: true } };
    const expected = await runInProcess(mapped, input, { ...config, decisions });

    const seen = await withWorker({ config }, async (worker) => {
      const { client, temporal } = worker;
      const id = await client.start(mapped, input);
      await untilOpen(worker, id, ASKING);
      const wrong = await codeOf(
        client.decide(id, "groups[0]/lines[206]/line/asked/ok", { approved: true }),
      );
      const elsewhere = await codeOf(client.decide(id, "groups[0]/lines[1]/line/asked/ok", {}));
      const misfit = await codeOf(client.decide(id, ASKING, { approved: "yes" }));
      const before = await client.get(id);
      await client.decide(id, ASKING, { approved: true }, { by: "ann" });
      await client.waitUntilClosed(id);
      const [run, audit] = [await client.get(id), await client.audit(id)];
      const live: RunEvent[] = [];
      for await (const event of client.events(id)) live.push(event);
      const { events = [] } = await temporal.client.workflow.getHandle(id).fetchHistory();
      const length = events?.length;
      const attempts = await client.attempts(id);
      return { id, wrong, elsewhere, misfit, before, run, audit, live, length, attempts };
    });

    expect(seen.run).toMatchObject({ status: "completed", result: expected.result, waiting: [] });
    expect(toComparable(seen.run.attempts)).toEqual(toComparable(expected.attempts));
    expect(seen.attempts).toEqual(seen.run.attempts);
    expect(seen.run.spentNanoUsd).toBe(expected.costNanoUsd);
    expect(seen.run.costUsd).toBe(expected.costNanoUsd / 1e9);
    expect(seen.run.attempts.map(({ step }) => step)).toEqual(
      Array.from({ length: 31 }, (_, call) => `groups[0]/lines[${call * 7}]/line/called/gist`),
    );
    expect(seen.run.steps.filter(({ kind }) => kind !== "model")).toMatchObject([
      { step: ASKING, kind: "approval", status: "completed" },
    ]);
    expect(seen.run.routes).toHaveLength(31);
    expect(seen.before.waiting).toMatchObject([{ step: ASKING, show: { line: 205 } }]);
    expect(seen.wrong).toContain("CLIENT_STEP_NOT_OPEN");
    expect(seen.wrong).toContain(`(steps that wait: "${ASKING}")`);
    expect(seen.elsewhere).toContain("CLIENT_STEP_NOT_OPEN");
    expect(seen.misfit).toContain("CLIENT_INVALID_VALUE");
    expect(seen.length).toBeLessThan(60);
    expect(new Set(idsOf(seen.audit)).size).toBe(seen.audit.length);
    expect(seen.audit.filter(({ type }) => type === "attempt.ended")).toHaveLength(31);
    expect(seen.audit.filter(({ id }) => !id.includes("/"))).toEqual(seen.live);
    expect(seen.live.filter((event) => "kind" in event && event.kind === "part")).toMatchObject(
      [0, 200].flatMap((from) => {
        const step = `groups[0]/lines[${from}]`;
        return [
          { type: "step.started", step, run: `${seen.id}/${step}` },
          { type: "step.ended", step, status: "completed" },
        ];
      }),
    );
    expect(seen.audit).toContainEqual(
      expect.objectContaining({ type: "step.decided", step: ASKING, how: "received", by: "ann" }),
    );
  });

  it("tells every call of a run that is cancelled, and what it may cost", async () => {
    const stalling = simulatedConfig(({ step, prompt }) =>
      step === CALLING ? { stall: true } : { text: prompt },
    );

    const run = await withWorker({ config: stalling }, async (worker) => {
      const { client, temporal } = worker;
      const id = await client.start(mapped, mappedInput(212, 205));
      await untilOpen(worker, id, ASKING);
      await client.cancel(id);
      await client.waitUntilClosed(id);
      const cancelled = await client.get(id);
      const part = await temporal.client.workflow
        .getHandle(`${id}/groups[0]/lines[200]`)
        .describe();
      const ended = (await client.audit(id)).filter(
        (event) => event.type === "step.ended" && event.kind === "part",
      );
      return { ...cancelled, part: part.status.name, ended };
    });

    const cut = run.attempts.filter(({ status }) => status === "cancelled");
    expect(run.status).toBe("cancelled");
    expect(run.part).toBe("FAILED");
    expect(run.ended).toMatchObject([{ status: "completed" }, { status: "cancelled" }]);
    expect(cut).toMatchObject([{ step: CALLING, mayBeBilled: true }]);
    expect(run.costUsd).toBe(run.spentNanoUsd / 1e9);
    expect(run.attempts).toHaveLength(31);
  });
});

describe("a map in parts under a budget", () => {
  it("asks in the part that is short, and keeps what was raised for the next", async () => {
    const items = Array.from({ length: 230 }, (_, index) =>
      index < 4 || index > 225 ? index + 1 : 0,
    );

    const seen = await withWorker({ config }, async (worker) => {
      const { client } = worker;
      const id = await client.start(meteredMap, { items });
      await untilOpen(worker, id, "$budget");
      await client.decide(id, "$budget", { raise: true, calls: 4 });
      await untilOpen(worker, id, "$budget");
      const { waiting } = await client.get(id);
      await client.decide(id, "$budget", { raise: false });
      await client.waitUntilClosed(id);
      return { ...(await client.get(id)), waits: waiting };
    });

    // Three calls, and four more: the eighth is one too many.
    expect(seen.waits).toMatchObject([
      { step: "$budget", show: { allowed: "7 calls", left: "0 calls" } },
    ]);
    expect(seen.error).toMatchObject({ code: "RUN_BUDGET_EXCEEDED", step: "all[229]/ask" });
    expect(seen.attempts).toHaveLength(7);
  });
});

describe("a part that ends without a word", () => {
  it("fails the run, with a code of its own", async () => {
    const run = await withWorker({ config }, async (worker) => {
      const { client, temporal } = worker;
      const id = await client.start(meteredMap, { items: Array.from({ length: 201 }, () => 1) });
      await untilOpen(worker, id, "$budget");
      await temporal.client.workflow.getHandle(`${id}/all[0]`).terminate();
      await client.waitUntilClosed(id);
      return client.get(id);
    });

    expect(run.error).toMatchObject({ code: "RUN_PART_FAILED", step: "all" });
    expect(run.attempts).toHaveLength(3);
  });
});

describe("parts whose histories become long", () => {
  it("continue as new, and nothing of it is to be seen but in the ids of events", async () => {
    const input = mappedInput(212);
    const expected = await runInProcess(mapped, input, config);

    const seen = await withWorker({ config }, async (worker) => {
      const client = withShortHistories(worker, 60);
      const id = await client.start(mapped, input);
      await client.waitUntilClosed(id);
      const part = await readExecutions(worker, `${id}/groups[0]/lines[0]`);
      await replayAll(part, `${id}/groups[0]/lines[0]`);
      await replayAll(await readExecutions(worker, id), id);
      const [run, audit] = [await client.get(id), await client.audit(id)];
      return { run, audit, executions: part.length };
    });

    expect(seen.executions).toBeGreaterThan(1);
    expect(seen.run).toMatchObject({ status: "completed", result: expected.result });
    expect(toComparable(seen.run.attempts)).toEqual(toComparable(expected.attempts));
    expect(seen.run.spentNanoUsd).toBe(expected.costNanoUsd);
    expect(seen.run.costUsd).toBe(expected.costNanoUsd / 1e9);
    expect(new Set(idsOf(seen.audit)).size).toBe(seen.audit.length);
  });

  it("keep the account that they were lent, and what was raised of it", async () => {
    const items = Array.from({ length: 202 }, (_, index) => (index % 25 === 0 ? index + 1 : 0));

    const seen = await withWorker({ config }, async (worker) => {
      const client = withShortHistories(worker, 20);
      const id = await client.start(meteredMap, { items });
      await untilOpen({ ...worker, client }, id, "$budget");
      await client.decide(id, "$budget", { raise: true, calls: 4 });
      await untilOpen({ ...worker, client }, id, "$budget");
      await client.decide(id, "$budget", { raise: true, calls: 1 });
      await untilOpen({ ...worker, client }, id, "$budget");
      const { waiting } = await client.get(id);
      await client.decide(id, "$budget", { raise: true, calls: 1 });
      await client.waitUntilClosed(id);
      const part = await readExecutions(worker, `${id}/all[0]`);
      return { run: await client.get(id), executions: part.length, waiting };
    });

    // Nine calls: the ninth, which is the second part's, is one more than the eight that were allowed by then.
    expect(seen.executions).toBeGreaterThan(1);
    expect(seen.waiting).toMatchObject([{ show: { allowed: "8 calls", step: "all[200]/ask" } }]);
    expect(seen.run.status).toBe("completed");
    expect(seen.run.attempts).toHaveLength(9);
  });
});
