/** The audit trail of a worker's runs: what is written as they end, and what is found to be missing. */

import { ScheduleNotFoundError, type ScheduleHandle } from "@temporalio/client";
import { EMPTY_CHAIN, seal } from "../../../audit/chain.ts";
import { openContent } from "../../../audit/content.ts";
import { createKeyPair } from "../../../audit/keys.ts";
import type { AuditOptions } from "../../../worker/check-audit.ts";
import { openKeeping, type Keeping } from "../../../worker/trail/open-keeping.ts";
import { auditQueueOf, scheduleIdOf } from "../../../worker/trail/audit-names.ts";
import { brokenCallbacks, deciding, longSubs, threeSteps } from "../../fixtures/graphs.ts";
import { memorySink, type MemorySink } from "../../harness/memory-sink.ts";
import { simulatedConfig, withWorker, type TestWorker } from "../../harness/temporal.ts";

const TICKET = { body: "My card is gone" };

const base = simulatedConfig(({ step }) => {
  if (step === "triage") return { value: { kind: "card" } };
  if (step === "draft") return { value: { text: "hello" } };
  return step === "review" ? { value: { fit: true } } : { value: "well" };
});

interface Kept extends TestWorker {
  readonly keeping: Keeping;
  readonly end: (id: string) => Promise<string>;
  /** Resolves once Temporal's index of runs has so many that have ended, sub-runs included. */
  readonly listed: (count: number) => Promise<void>;
}

/** A worker that writes trails, and somebody who looks for what is missing. By default, there is no schedule. */
function withTrail(audit: AuditOptions, body: (kept: Kept) => Promise<void>): Promise<void> {
  const config = { ...base, audit: { reconcileMinutes: 0, ...audit } };
  return withWorker({ config }, async (worker) => {
    const { client, temporal, taskQueue } = worker;
    const keeping = openKeeping({
      audit,
      sinks: audit.sinks ?? [],
      temporal: temporal.client,
      taskQueue,
    });
    await body({
      ...worker,
      keeping,
      async end(id) {
        await client.waitUntilClosed(id);
        return id;
      },
      async listed(count) {
        const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus != 'Running'`;
        while ((await temporal.client.workflow.count(query)).count < count);
      },
    });
  });
}

/** All records are there once, in a chain that was not touched. */
function expectWhole(sink: MemorySink): void {
  for (const chain of sink.chains.values()) {
    const records = chain.map(({ record }) => record);
    expect(chain).toEqual(seal(EMPTY_CHAIN, records));
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
  }
}

describe("as runs end", () => {
  it("writes what their histories tell, however they end, and of sub-runs too", async () => {
    const sink = memorySink();
    await withTrail({ sinks: [sink] }, async ({ client, keeping, end }) => {
      const cancelled = await client.start(deciding, { letter: "A" });
      const ids = [
        await client.start(threeSteps, TICKET),
        await client.start(brokenCallbacks, { where: "prompt" }),
        await client.start(longSubs, { outer: 2, inner: 1 }),
        cancelled,
      ];
      for await (const event of client.events(cancelled)) if (event.type === "step.waiting") break;
      await client.cancel(cancelled);
      await Promise.all(ids.map(end));
      await Promise.all(ids.map((id) => sink.untilEnded(id)));

      const ofSubs = [...sink.chains.values()].flat().map(({ record }) => record.run);
      const all = new Set([...ids, ...ofSubs]);
      expect(all.size).toBe(6);
      for (const id of all) expect(sink.recordsOf(id)).toEqual((await keeping.read(id))?.records);
    });
    expectWhole(sink);
  });

  it("keeps what was said, sealed, where that is wanted", async () => {
    const sink = memorySink();
    await withTrail({ sinks: [sink], content: "full" }, async ({ client }) => {
      const id = await client.start(threeSteps, TICKET);
      await sink.untilEnded(id);

      const kept = sink.contents.get(id);
      const said = kept && openContent(kept.key, { workspace: "default", run: id }, kept.sealed);

      const ids = sink.recordsOf(id).map((record) => record.id);
      expect(said?.map(({ event }) => ids.includes(event))).not.toContain(false);
      expect(said).toContainEqual(expect.objectContaining({ kind: "input", value: TICKET }));
      expect(said?.map(({ kind }) => kind).filter((kind) => kind === "reply")).toHaveLength(3);
      expect(JSON.stringify(sink.recordsOf(id))).not.toContain(TICKET.body);
    });
  });

  it("has two workers write each run once", async () => {
    const sink = memorySink();
    const config = { ...base, audit: { sinks: [sink], reconcileMinutes: 0 } };
    await withTrail({ sinks: [sink] }, ({ client, taskQueue, keeping, end, listed }) =>
      withWorker({ config, taskQueue }, async () => {
        const starts = Array.from({ length: 6 }, () => client.start(threeSteps, TICKET));
        const ids = await Promise.all(starts);
        await Promise.all(ids.map(end));
        await Promise.all(ids.map((id) => sink.untilEnded(id)));
        await listed(ids.length);

        expect(await keeping.look()).toMatchObject({ runs: 6, missing: 0 });
      }),
    );
    expectWhole(sink);
  });

  it("writes what is left when the worker stops", async () => {
    const sink = memorySink();
    let id = "";
    await withTrail({ sinks: [sink] }, async ({ client }) => {
      id = await client.start(threeSteps, TICKET);
      await client.waitUntilClosed(id);
    });

    expect(sink.recordsOf(id).at(-1)).toMatchObject({ type: "run.ended" });
  });

  it("leaves a sink that is away, and keeps no run", async () => {
    const [well, away] = [memorySink("well"), memorySink("away")];
    away.isAway = true;
    await withTrail({ sinks: [away, well] }, async ({ client, keeping, end, listed }) => {
      const id = await end(await client.start(threeSteps, TICKET));
      await well.untilEnded(id);
      await listed(1);
      await expect(keeping.look()).rejects.toMatchObject({ code: "AUDIT_INCOMPLETE" });
      away.isAway = false;

      const found = await keeping.look();

      expect(found).toMatchObject({ runs: 1, missing: 1 });
      expect(away.recordsOf(id)).toEqual(well.recordsOf(id));
      expect(well.writes).toBe(1);
    });
  });
});

describe("a look for what is missing", () => {
  it("finds runs that were ended from outside, and nothing the next time", async () => {
    const sink = memorySink();
    const { privateKey } = createKeyPair();
    const audit = { sinks: [sink], signingKey: privateKey };
    await withTrail(audit, async ({ client, temporal, keeping, listed }) => {
      const id = await client.start(deciding, { letter: "A" });
      await temporal.client.workflow.getHandle(id).terminate("by a test");
      await listed(1);

      const first = await keeping.look();
      const second = await keeping.look({ since: first.upTo });
      const again = await keeping.look();

      expect(first).toMatchObject({ runs: 1, missing: 1, unreadable: 0, checkpoints: 1 });
      expect(second).toMatchObject({ runs: 0, missing: 0, checkpoints: 0 });
      expect(again).toMatchObject({ runs: 1, missing: 0, checkpoints: 0 });
      expect(sink.recordsOf(id).at(-1)).toMatchObject({ type: "run.ended" });
      expect(sink.signed).toMatchObject([{ size: sink.recordsOf(id).length }]);
    });
    expectWhole(sink);
  });

  it("gives what cannot tell what it has the runs that another lacks", async () => {
    const sink = memorySink();
    const taken: string[] = [];
    const blind = {
      id: "blind",
      write: async (_workspace: string, records: readonly { readonly run: string }[]) => {
        taken.push(...new Set(records.map(({ run }) => run)));
      },
    };
    await withTrail(
      { sinks: [sink, blind] },
      async ({ client, temporal, keeping, end, listed }) => {
        const written = await end(await client.start(threeSteps, TICKET));
        await sink.untilEnded(written);
        const id = await client.start(deciding, { letter: "A" });
        await temporal.client.workflow.getHandle(id).terminate();
        await listed(2);

        await keeping.look();
        await keeping.look();

        expect(taken).toEqual([written, id]);
      },
    );
  });

  it("is had by a schedule, which goes on where the last one was", async () => {
    const sink = memorySink();
    await withTrail({ sinks: [sink], reconcileMinutes: 60 }, async (kept) => {
      const { client, temporal, taskQueue, listed } = kept;
      const id = await client.start(deciding, { letter: "A" });
      await temporal.client.workflow.getHandle(id).terminate();
      await listed(1);

      const first = await lookBySchedule(kept);
      const second = await lookBySchedule(kept);

      expect(first).toMatchObject({ runs: 1, missing: 1 });
      expect(second).toMatchObject({ runs: 1, missing: 0 });
      expect(sink.recordsOf(id).at(-1)).toMatchObject({ type: "run.ended" });
      const { spec, action } = await temporal.client.schedule
        .getHandle(scheduleIdOf(taskQueue))
        .describe();
      expect(spec.intervals).toMatchObject([{ every: 3_600_000 }]);
      expect(action).toMatchObject({ taskQueue: auditQueueOf(taskQueue) });
    });
  });
});

async function lookBySchedule({ temporal, taskQueue }: Kept): Promise<unknown> {
  const schedule = temporal.client.schedule.getHandle(scheduleIdOf(taskQueue));
  // A worker makes it in the background.
  while (!(await isThere(schedule)));
  const before = (await schedule.describe()).info.recentActions.length;
  await schedule.trigger();
  for (;;) {
    const { info } = await schedule.describe();
    const [last] = info.recentActions.slice(before);
    if (last === undefined) continue;
    const { workflowId } = last.action.workflow;
    return temporal.client.workflow.result(workflowId);
  }
}

async function isThere(schedule: ScheduleHandle): Promise<boolean> {
  try {
    await schedule.describe();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}
