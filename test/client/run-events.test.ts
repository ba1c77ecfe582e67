/** Following runs on a real Temporal server and worker; only the models are simulated. */

import { Client, Connection } from "@temporalio/client";
import type { RunEvent } from "../../client/run-event.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { reminding, threeSteps } from "../fixtures/graphs.ts";
import { codeOf } from "../harness/refusal.ts";
import { relaySockets } from "../harness/relayed-socket.ts";
import { simulatedConfig, withWorker, type TestWorker } from "../harness/temporal.ts";
import { defaultReplies, SCENARIOS, type Scenario } from "../replay/scenarios.ts";

const TICKET = { body: "card" };

/** Each of another kind: reminders, sub-graph, map and refine, cascade and votes, guardrails, cancels. */
const FOLLOWED = new Set([
  "reminded",
  "every-verb-question",
  "every-verb-refund",
  "plans",
  "guardrails",
  "cancelled-in-calls",
  "cancelled-while-waiting",
  "budget-raised",
  "fallback-after-rate-limited",
]);

function withScenario<T>(scenario: Scenario, body: (worker: TestWorker) => Promise<T>): Promise<T> {
  const config = scenario.config ?? simulatedConfig(scenario.replies ?? defaultReplies);
  return withWorker({ config }, body);
}

/** Starts a run and has it decided, cancelled and so on. */
async function drive(
  { graph, input, drive: act }: Scenario,
  { client, temporal }: TestWorker,
): Promise<string> {
  const id = await client.start(graph, input, { id: `followed-${crypto.randomUUID()}` });
  const handle = temporal.client.workflow.getHandle(id);
  const untilOpen = async (step: string): Promise<void> => {
    while (!(await client.openSteps(id)).some((open) => open.step === step));
  };
  void act?.({ id, client, handle, untilOpen });
  return id;
}

async function collect(events: AsyncIterable<RunEvent>): Promise<readonly RunEvent[]> {
  const collected: RunEvent[] = [];
  for await (const event of events) collected.push(event);
  return collected;
}

/** Follows a run until an event of a type, as often as that is there. */
async function until(events: AsyncIterable<RunEvent>, type: RunEvent["type"]): Promise<RunEvent> {
  for await (const event of events) if (event.type === type) return event;
  throw new Error(`There was no ${type}.`);
}

describe.each(SCENARIOS.filter(({ name }) => FOLLOWED.has(name)))("the run $name", (scenario) => {
  it("tells while it goes on what it tells afterwards, from wherever one goes on; and what its steps have cost", async () => {
    await withScenario(scenario, async (worker) => {
      const { client } = worker;
      const id = await drive(scenario, worker);

      const followed = await collect(client.events(id));

      const audited = await client.audit(id);
      expect(followed).toEqual(audited);
      expect(followed.at(-1)).toMatchObject({
        type: "run.ended",
        status: scenario.ends ?? "completed",
      });
      for (const [index, { id: after }] of audited.entries()) {
        expect(await collect(client.events(id, { after }))).toEqual(audited.slice(index + 1));
      }
      const run = await client.get(id);
      expect(run.steps.filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
      expect(run.spentNanoUsd).toBe(
        run.steps.reduce((sum, { costNanoUsd = 0 }) => sum + costNanoUsd, 0),
      );
      expect(run.costUsd).toBe(run.spentNanoUsd / 1e9);
      expect(run.waiting).toEqual([]);
    });
  });
});

describe("a run that waits", () => {
  const config = simulatedConfig(defaultReplies);

  it("shows what it waits for and what it shows to whoever decides", async () => {
    await withWorker({ config }, async ({ client }) => {
      const id = await client.start(reminding, { say: "hello" });
      await until(client.events(id), "step.waiting");

      const run = await client.get(id);

      await client.cancel(id);
      expect(run.steps).toMatchObject([{ step: "signoff", kind: "approval", status: "waiting" }]);
      expect(run.waiting).toMatchObject([
        {
          step: "signoff",
          kind: "approval",
          since: expect.any(String),
          until: expect.any(String),
          show: expect.anything(),
        },
      ]);
    });
  });

  it("is shown without that when no worker is up", async () => {
    const id = await withWorker({ config }, async ({ client }) => {
      const started = await client.start(reminding, { say: "hello" });
      await until(client.events(started), "step.waiting");
      return started;
    });

    await withWorker({ config }, async ({ client }) => {
      const { waiting } = await client.get(id);

      await client.cancel(id);
      expect(waiting).toMatchObject([{ step: "signoff", kind: "approval" }]);
      expect(waiting[0]).not.toHaveProperty("show");
    });
  });
});

describe("following", () => {
  const config = simulatedConfig(defaultReplies);

  it("refuses to go on behind what is no event of the run", async () => {
    await withWorker({ config }, async ({ client }) => {
      const id = await client.start(threeSteps, TICKET);
      await client.waitUntilClosed(id);

      for (const after of ["999999", "2", "1.2", "0", "x", "1\n", ""]) {
        expect(await codeOf(collect(client.events(id, { after })))).toBe("CLIENT_INVALID_CURSOR");
      }
    });
  });

  it("refuses an event that is still to come, while the run waits", async () => {
    await withWorker({ config }, async ({ client }) => {
      const id = await client.start(reminding, { say: "hello" });
      await until(client.events(id), "step.waiting");

      const code = await codeOf(collect(client.events(id, { after: "19" })));

      await client.cancel(id);
      expect(code).toBe("CLIENT_INVALID_CURSOR");
    });
  });

  it("refuses a run that is not there", async () => {
    await withWorker({ config }, async ({ client }) => {
      expect(await codeOf(collect(client.events("nobody")))).toBe("CLIENT_UNKNOWN_RUN");
      expect(await codeOf(collect(client.events("nobody", { after: "1" })))).toBe(
        "CLIENT_UNKNOWN_RUN",
      );
      expect(await codeOf(client.audit("nobody"))).toBe("CLIENT_UNKNOWN_RUN");
    });
  });

  it("ends when it is told to, in the middle of a wait", async () => {
    await withWorker({ config }, async ({ client }) => {
      const id = await client.start(reminding, { say: "hello" });
      const stop = new AbortController();
      const told: string[] = [];

      for await (const { type } of client.events(id, { signal: stop.signal })) {
        told.push(type);
        if (type === "step.waiting") stop.abort();
      }

      await client.cancel(id);
      expect(told).toEqual(["run.started", "step.waiting"]);
    });
  });

  it("goes on where it was when its connection to Temporal is cut", async () => {
    await withWorker({ config }, async ({ client, taskQueue }) => {
      const relay = await relaySockets(process.env["SIGNALBOX_TEST_ADDRESS"] ?? "");
      const connection = await Connection.connect({ address: relay.address });
      const relayed = new SignalboxClient({ temporal: new Client({ connection }), taskQueue });
      const id = await client.start(reminding, { say: "hello" });
      const told: RunEvent[] = [];

      for await (const event of relayed.events(id)) {
        told.push(event);
        if (event.type !== "step.waiting" || event.step !== "signoff") continue;
        relay.cut();
        if (event.reminders === 1) await client.decide(id, "signoff", { ok: true });
      }

      expect(told).toEqual(await client.audit(id));
      await connection.close();
      await relay.close();
    });
  });

  it("says that Temporal is away when it is at the start", async () => {
    await withWorker({ config }, async ({ client, taskQueue }) => {
      const relay = await relaySockets(process.env["SIGNALBOX_TEST_ADDRESS"] ?? "");
      const connection = await Connection.connect({ address: relay.address });
      const relayed = new SignalboxClient({ temporal: new Client({ connection }), taskQueue });
      const id = await client.start(threeSteps, TICKET);
      await relay.close();

      expect(await codeOf(collect(relayed.events(id)))).toBe("CLIENT_TEMPORAL_UNAVAILABLE");

      await connection.close();
      await client.waitUntilClosed(id);
    });
  });
});
