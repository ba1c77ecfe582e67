/** Attempts that wait in the task queue of their provider, on a real Temporal server. */

import { pathToFileURL } from "node:url";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import type { Served } from "../../worker/check-queues.ts";
import type { Config } from "../../worker/config.ts";
import { startWorker, type SignalboxWorker } from "../../worker/signalbox-worker.ts";
import type { Temporal } from "../../worker/temporal.ts";
import * as graphs from "../fixtures/graphs.ts";
import { GUARDRAILS } from "../harness/guarded-world.ts";
import { openTestTemporal, simulatedConfig } from "../harness/temporal.ts";
import { answerWell } from "../harness/three-steps.ts";

const { threeSteps } = graphs;

let temporal: Temporal;
let taskQueue: string;
let client: SignalboxClient;
let workers: SignalboxWorker[];

beforeAll(async () => {
  temporal = await openTestTemporal();
});

beforeEach(() => {
  taskQueue = `test-${crypto.randomUUID()}`;
  client = new SignalboxClient({ temporal: temporal.client, taskQueue });
  workers = [];
});

afterEach(async () => {
  for (const worker of workers) await worker.stop();
});

afterAll(() => temporal.close());

/** The models of `writer`: one of `far`, then one of `simulated`. All others are simulated. */
function configWith(queues: NonNullable<Config["queues"]>): Config {
  const base = simulatedConfig(({ step }) => answerWell({ step }));
  const [provider] = base.providers;
  if (provider === undefined) throw new Error("no provider");
  return {
    ...base,
    audit: false,
    guardrails: GUARDRAILS,
    providers: [provider, { ...provider, id: "far" }],
    models: { ...base.models, writer: ["far/first", "simulated/second"] },
    queues,
  };
}

async function start(
  config: Config,
  serves?: Served,
  connected = temporal,
): Promise<SignalboxWorker> {
  const worker = await startWorker({
    config,
    graphs,
    graphsUrl: pathToFileURL(__filename),
    temporal: connected,
    taskQueue,
    bundle: { codePath: process.env["SIGNALBOX_TEST_BUNDLE"] ?? "" },
    ...(serves && { serves }),
  });
  workers.push(worker);
  return worker;
}

/** The task queues of the attempts, in order. */
async function queuesOf(id: string): Promise<readonly (string | null | undefined)[]> {
  const { events } = await temporal.client.workflow.getHandle(id).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled ? [scheduled.taskQueue?.name] : [],
  );
}

/** When Temporal handed out the attempts of that queue, in milliseconds. */
async function startsOfSimulated(id: string): Promise<readonly number[]> {
  const { events } = await temporal.client.workflow.getHandle(id).fetchHistory();
  const scheduled = (events ?? []).filter(({ activityTaskScheduledEventAttributes: task }) =>
    task?.taskQueue?.name?.endsWith("/simulated"),
  );
  const ids = scheduled.map(({ eventId }) => String(eventId));
  return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started, eventTime }) =>
    started && ids.includes(String(started.scheduledEventId))
      ? [Number(eventTime?.seconds) * 1_000 + Number(eventTime?.nanos) / 1e6]
      : [],
  );
}

async function attemptBegins(id: string, step: string): Promise<void> {
  for await (const event of client.events(id)) {
    if (event.type === "attempt.started" && event.step === step) return;
  }
  throw new Error(`The run has ended without an attempt of "${step}"`);
}

describe("the queue of a provider", () => {
  it("holds the attempts on its models, as the route says, and no others", async () => {
    await start(configWith({ far: {} }));

    const id = await client.start(threeSteps, { body: "My card is gone" });
    await client.result(threeSteps, id);
    const { routes } = await client.get(id);

    expect(await queuesOf(id)).toEqual([taskQueue, `${taskQueue}/far`, taskQueue]);
    expect(routes.find(({ step }) => step === "draft")?.candidates).toMatchObject([
      { model: "far/first", queue: { name: `${taskQueue}/far` } },
      { model: "simulated/second" },
    ]);
  });

  it("keeps the rate for all workers together", async () => {
    const config = configWith({ simulated: { attemptsPerSecond: 2 } });
    await start(config);
    // Temporal has one worker a queue on a connection.
    const other = await openTestTemporal();
    const second = await start(config, { queues: ["simulated"] }, other);

    const ids = await Promise.all(
      ["a", "b", "c", "d"].map((body) => client.start(threeSteps, { body })),
    );
    await Promise.all(ids.map((id) => client.result(threeSteps, id)));

    await second.stop();
    await other.close();
    // Eight of the twelve are simulated; two may begin at once.
    const startedAt = (await Promise.all(ids.map(startsOfSimulated))).flat();
    expect(startedAt).toHaveLength(8);
    const seconds = (Math.max(...startedAt) - Math.min(...startedAt)) / 1_000;
    expect(seconds).toBeGreaterThan(((8 - 2) / 2) * 0.9);
  });

  it("is waited in, without a word against the model, until a worker serves it", async () => {
    const config = configWith({ far: {} });
    const graphWorker = await start(config, { graphs: true });
    const id = await client.start(threeSteps, { body: "My card is gone" });
    await attemptBegins(id, "draft");
    const since = Date.now();
    const queueWorker = await start(config, { queues: ["far"] });
    await client.result(threeSteps, id);
    const { attempts } = await client.get(id);

    const draft = attempts.find(({ step }) => step === "draft");
    expect(draft).toMatchObject({ model: "far/first", status: "completed", tries: 1 });
    expect(draft?.queuedMs).toBeGreaterThan(0);
    expect(draft?.durationMs).toBeLessThan(Date.now() - since);
    expect(graphWorker.signals.of("far/first")).toBeUndefined();
    expect(queueWorker.signals.of("far/first")).toMatchObject({ successRate: 1 });
  });

  it("is left for the next model when it says how long it is waited in", async () => {
    await start(configWith({ far: { longestWaitMs: 300 } }), { graphs: true });

    const id = await client.start(threeSteps, { body: "My card is gone" });
    await client.result(threeSteps, id);
    const { attempts, spentNanoUsd } = await client.get(id);

    const drafts = attempts.filter(({ step }) => step === "draft");
    expect(drafts).toMatchObject([
      { model: "far/first", status: "failed", kind: "unavailable", notCalled: true, tries: 0 },
      { model: "simulated/second", status: "completed" },
    ]);
    expect(drafts[0]?.mayBeBilled).toBeUndefined();
    const others = attempts.filter(({ model }) => model !== "far/first");
    expect(spentNanoUsd).toBe(others.reduce((sum, { costNanoUsd = 0 }) => sum + costNanoUsd, 0));
  });
});
