import { createLiveSignals } from "signalbox/worker";
import type { SignalboxClient } from "../../client/signalbox-client.ts";
import type { Run } from "../../client/run.ts";
import { asking, askingSmall } from "../fixtures/graphs.ts";
import { deferred } from "../harness/deferred.ts";
import { withWorker } from "../harness/temporal.ts";
import { startUpstreams } from "../harness/upstreams.ts";

const WELL = { content: "from the primary" };
const DOWN = { status: 500 };

type Seen = Record<string, { readonly run?: Run; readonly calls: number; readonly others?: Run[] }>;

async function ended(client: SignalboxClient, graph: typeof asking, say: string): Promise<Run> {
  const id = await client.start(graph, { say });
  await client.waitUntilClosed(id);
  return client.get(id);
}

/** An outage of the primary from its beginning to its end, on a clock that the test puts forward. */
async function liveThroughOutage(): Promise<Seen> {
  const seen: Seen = {};
  let calls = 0;
  let isDown = true;
  let shiftMs = 0;
  const answered = deferred();
  const called = deferred();
  const upstreams = await startUpstreams(async (word) => {
    calls += 1;
    if (word === "probe") {
      called.resolve();
      await answered.promise;
    }
    return isDown ? DOWN : WELL;
  });
  const signals = createLiveSignals({ now: () => performance.now() + shiftMs });
  const models = { writer: ["up/primary", "up/backup"], small: ["up/primary"] };
  const config = { ...upstreams.config, models };
  try {
    await withWorker({ config, liveSignals: signals }, async ({ client }) => {
      const run = (say: string, graph = asking): Promise<Run> => ended(client, graph, say);
      for (let index = 0; index < 3; index++) seen["opens"] = { run: await run("first"), calls };
      seen["open"] = { run: await run("second"), calls };

      isDown = false;
      shiftMs += 4_500;
      // Its only model: half a second is left.
      seen["waits"] = { run: await run("third", askingSmall), calls };

      isDown = true;
      for (let index = 0; index < 3; index++) await run("fourth");
      isDown = false;
      shiftMs += 5_000;
      calls = 0;
      const probe = run("probe");
      await called.promise;
      const others = await Promise.all(["one", "two", "three"].map((say) => run(say)));
      seen["half-open"] = { others, calls };
      answered.resolve();
      seen["probe"] = { run: await probe, calls };
      seen["closed"] = { run: await run("last"), calls };
    });
    return seen;
  } finally {
    await upstreams.server.stop();
  }
}

let seen: Seen;

beforeAll(async () => {
  seen = await liveThroughOutage();
}, 120_000);

it("five failures of a model open its breaker, and each run is answered by another", () => {
  expect(seen["opens"]).toMatchObject({
    run: { status: "completed", result: "from the backup" },
    calls: 5,
  });
});

it("a run after that is answered by the other model, without a call to the one that is down", () => {
  expect(seen["open"]).toMatchObject({
    run: { status: "completed", result: "from the backup" },
    calls: 5,
  });
  expect(seen["open"]?.run?.attempts.filter(({ notCalled }) => !notCalled)).toMatchObject([
    { model: "up/backup", status: "completed", tries: 1 },
  ]);
});

it("a run without another model waits for the end of the cool-down, and completes", () => {
  expect(seen["waits"]).toMatchObject({
    run: { status: "completed", result: "from the primary" },
    calls: 6,
  });
  expect(seen["waits"]?.run?.attempts).toMatchObject([
    { model: "up/primary", status: "completed", tries: 1 },
  ]);
});

it("after the cool-down one call finds out, and all others go to the other model meanwhile", () => {
  const results = seen["half-open"]?.others?.map(({ result }) => result);

  expect(results).toEqual(["from the backup", "from the backup", "from the backup"]);
  expect(seen["half-open"]?.calls).toBe(1);
});

it("once the model has answered, runs go to it again", () => {
  expect(seen["probe"]).toMatchObject({ run: { result: "from the primary" }, calls: 1 });
  expect(seen["closed"]).toMatchObject({ run: { result: "from the primary" }, calls: 2 });
});
