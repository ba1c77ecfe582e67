/** Processes that die at the worst moments: what was paid for is used, and what may have been is on record. */

import { pathToFileURL } from "node:url";
import { join } from "node:path";
import type { Attempt, Run } from "../../client/index.ts";
import { planLoad, type PlannedRun } from "../../chaos/load.ts";
import {
  approvedFiles,
  countedCalls,
  letterAndReview,
  waitingOutside,
} from "../../chaos/graphs.ts";
import type { AskedCall, Temper } from "../../chaos/upstream.ts";
import { openWorld, type World } from "../../chaos/world.ts";
import { bundleGraphs } from "../../worker/bundle-graphs.ts";
import { FROM_SOURCES } from "../harness/bundle.ts";
import { deferred } from "../harness/deferred.ts";

const ROOT = join(__dirname, "../..");

/** How calls are answered, by the run and the path of the step. Default: well, and at once. */
const tempers = new Map<string, (asked: AskedCall) => Temper>();
let world: World;

beforeAll(async () => {
  const bundle = await bundleGraphs(pathToFileURL(join(ROOT, "chaos/graphs.ts")), FROM_SOURCES);
  world = await openWorld({
    seed: 1,
    workers: 2,
    script: pathToFileURL(join(ROOT, "dist/chaos/worker-process.js")),
    bundle,
    hasRedis: false,
    onNotice: () => {},
    temper: (asked) =>
      tempers.get(`${asked.marker.run} ${asked.marker.call}`)?.(asked) ?? { latencyMs: 0 },
  });
}, 180_000);

afterAll(() => world?.close());

/** How often `step` of a run was billed, by any model. */
function billed(run: string, step: string): number {
  return world.bills.billed().filter(({ marker }) => marker.run === run && marker.call === step)
    .length;
}

function ofStep({ attempts }: Run, step: string): readonly Attempt[] {
  return attempts.filter((attempt) => attempt.step === step);
}

/** A run of the load with its expected result, under a name of its own. */
function planned(graph: PlannedRun["graph"]): PlannedRun {
  const run = planLoad(1, 9).find((one) => one.graph === graph);
  if (run === undefined) throw new Error("the load has no such run");
  return run;
}

function items(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `item ${index}`);
}

async function endOf(id: string): Promise<Run> {
  await world.client.waitUntilClosed(id);
  return world.client.get(id);
}

async function waiting(id: string, step: string): Promise<void> {
  for await (const event of world.client.events(id)) {
    if (event.type === "step.waiting" && event.step === step) return;
  }
  throw new Error(`the run ended before "${step}" waited`);
}

it("a reply that was kept before its worker died is used, and not paid for again", async () => {
  const { graph, input, expected, name } = planned(letterAndReview);
  const dying = world.startWorker(0, { diesAfterKeeping: true });
  await dying.ready;
  const id = await world.client.start(graph, input, { id: "default.kept" });
  await dying.gone;
  const next = world.startWorker(1);

  const run = await endOf(id);
  await next.kill();

  expect(run.result).toEqual(expected);
  expect(billed(name, "draft")).toBe(1);
  expect(ofStep(run, "draft")).toMatchObject([{ status: "completed", tries: 1 }]);
}, 120_000);

describe("a worker that is killed while providers answer", () => {
  const answered = deferred();
  const held = ({ before }: AskedCall): Temper =>
    before === 0 ? { latencyMs: 0, until: answered.promise } : { latencyMs: 0 };
  let counted: Run;
  let stopped: Run;
  let keyed: Run;
  let between: Run;

  beforeAll(async () => {
    const { client, bills } = world;
    tempers.set("counted items[0]/gist", held);
    // As many as are asked at once.
    for (const item of [0, 1, 2]) tempers.set(`stopped items[${item}]/gist`, held);
    tempers.set("keyed files[0]/gist", held);
    const worker = world.startWorker(0, { asksPlainFirst: true });
    const ids = [
      await client.start(countedCalls, { run: "counted", items: items(1) }),
      await client.start(countedCalls, { run: "stopped", items: items(8) }),
      await client.start(approvedFiles, { run: "keyed", files: ["one"] }),
      await client.start(waitingOutside, { run: "between" }),
    ] as const;
    await bills.until(() =>
      [
        ["counted", "items[0]/gist"],
        ["stopped", "items[0]/gist"],
        ["stopped", "items[1]/gist"],
        ["stopped", "items[2]/gist"],
        ["keyed", "files[0]/gist"],
      ].every(([run = "", step = ""]) => billed(run, step) === 1),
    );
    await waiting(ids[3], "paid");
    await worker.kill();
    answered.resolve();
    const next = world.startWorker(1, { asksPlainFirst: true });
    await next.ready;
    await client.sendEvent(ids[3], "paid", { amount: 1 });
    await waiting(ids[2], "signoff");
    await client.decide(ids[2], "signoff", { ok: true, note: "" });
    counted = await endOf(ids[0]);
    stopped = await endOf(ids[1]);
    keyed = await endOf(ids[2]);
    between = await endOf(ids[3]);
    await next.kill();
  }, 180_000);

  it("leaves one call on record that may be billed, where keys mean nothing", () => {
    expect(counted.status).toBe("completed");
    expect(billed("counted", "items[0]/gist")).toBe(2);
    expect(counted.attempts).toMatchObject([
      { model: "plain/large", status: "failed", kind: "unavailable", mayBeBilled: true },
      { model: "plain/large", status: "completed" },
    ]);
  });

  it("has lost calls count for the budget", () => {
    const bills = world.bills.billed().filter(({ marker }) => marker.run === "stopped");

    expect(stopped.error).toMatchObject({ code: "RUN_BUDGET_EXCEEDED" });
    expect(stopped.attempts.filter(({ mayBeBilled }) => mayBeBilled)).toHaveLength(3);
    expect(bills).toHaveLength(8);
  });

  it("costs nothing where the provider bills by key", () => {
    expect(billed("keyed", "files[0]/gist")).toBe(1);
    expect(world.bills.arrivals).toContainEqual(
      expect.objectContaining({
        outcome: "repeated",
        marker: expect.objectContaining({ run: "keyed", call: "files[0]/gist" }),
      }),
    );
    expect(keyed.status).toBe("completed");
    expect(ofStep(keyed, "files[0]/gist")).toMatchObject([{ status: "completed" }]);
  });

  it("makes no step run again that had ended before", () => {
    expect(between.status).toBe("completed");
    expect(billed("between", "first")).toBe(1);
    expect(ofStep(between, "first")).toHaveLength(1);
  });
});

it("a reply that comes while Temporal is gone is used once it is back", async () => {
  const answered = deferred();
  tempers.set("away draft", () => ({ latencyMs: 0, until: answered.promise }));
  const worker = world.startWorker(0);
  await worker.ready;
  const id = await world.client.start(letterAndReview, { run: "away", inside: "" });
  await world.bills.until(() => billed("away", "draft") === 1);
  await world.temporal.kill();
  answered.resolve();
  await world.temporal.start();

  const run = await endOf(id);
  await worker.kill();

  expect(run.status).toBe("completed");
  expect(billed("away", "draft")).toBe(1);
  expect(ofStep(run, "draft")).toMatchObject([{ status: "completed" }]);
}, 120_000);

it("a stream that is cut in the middle is on record as one that may be billed", async () => {
  tempers.set("cut draft", ({ before }) => ({
    latencyMs: 0,
    outcome: before === 0 ? "cut" : "answer",
  }));
  const worker = world.startWorker(0, { asksPlainFirst: true });
  const id = await world.client.start(letterAndReview, { run: "cut", inside: "" });

  const run = await endOf(id);
  await worker.kill();

  expect(billed("cut", "draft")).toBe(2);
  expect(ofStep(run, "draft")).toMatchObject([
    { status: "failed", kind: "malformed", mayBeBilled: true },
    { status: "completed" },
  ]);
}, 120_000);
