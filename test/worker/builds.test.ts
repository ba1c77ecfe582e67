/** Two builds of a worker side by side, with Temporal's Worker Versioning: runs stay on the build they began on. */

import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { simulated } from "../../plugins/providers/simulated.ts";
import { defineConfig } from "../../worker/config.ts";
import { bundleGraphs } from "../../worker/bundle-graphs.ts";
import { startWorker, type SignalboxWorker } from "../../worker/signalbox-worker.ts";
import type { Temporal } from "../../worker/temporal.ts";
import * as build1 from "../fixtures/builds/build-1.ts";
import * as build2 from "../fixtures/builds/build-2.ts";
import { FROM_SOURCES } from "../harness/bundle.ts";
import { openTestTemporal } from "../harness/temporal.ts";

/** Both bundles are made here. */
const SETUP_MS = 240_000;
const POLLED_MS = 60_000;

const taskQueue = `test-${crypto.randomUUID()}`;
const deploymentName = `letters-${taskQueue}`;
let temporal: Temporal;
let client: SignalboxClient;
const workers: SignalboxWorker[] = [];

beforeAll(async () => {
  temporal = await openTestTemporal();
  client = new SignalboxClient({ temporal: temporal.client, taskQueue });
});

afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await temporal.close();
});

/** Its models say which build called them. They have a queue of their own, which is versioned too. */
async function startBuild(
  build: "1" | "2",
  graphs: Readonly<Record<string, unknown>>,
): Promise<SignalboxWorker> {
  const graphsUrl = pathToFileURL(join(__dirname, `../fixtures/builds/build-${build}.ts`));
  const worker = await startWorker({
    config: defineConfig({
      audit: false,
      providers: [simulated({ replies: () => ({ value: { by: `build ${build}` } }) })],
      models: { small: ["simulated/small"] },
      queues: { simulated: {} },
    }),
    graphs,
    graphsUrl,
    temporal,
    taskQueue,
    bundle: await bundleGraphs(graphsUrl, FROM_SOURCES),
    workerOptions: {
      workerDeploymentOptions: {
        version: { deploymentName, buildId: build },
        useWorkerVersioning: true,
        defaultVersioningBehavior: "PINNED",
      },
    },
  });
  workers.push(worker);
  return worker;
}

/**
 * As `temporal worker deployment set-current-version` does. Temporal learns of a build, and of each of its queues, by the first
 * poll, and refuses until then: asked until it does not.
 */
async function makeCurrent(buildId: string): Promise<void> {
  const { namespace } = temporal;
  const service = temporal.client.workflowService;
  const giveUpAt = Date.now() + POLLED_MS;
  for (;;) {
    try {
      await service.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId });
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
    }
  }
}

async function buildOf(id: string): Promise<string | null | undefined> {
  const { raw } = await temporal.client.workflow.getHandle(id).describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
}

async function waitsForSignoff(id: string): Promise<void> {
  for await (const event of client.events(id)) if (event.type === "step.waiting") return;
  throw new Error(`Run ${id} has ended without waiting`);
}

/** A run that began on the build that was made current last. Partitions of a queue hear of it one by one: others may begin before. */
async function startOnCurrent(graph: typeof build2.pinned, buildId: string): Promise<string> {
  for (;;) {
    const id = await client.start(graph, {});
    await waitsForSignoff(id);
    if ((await buildOf(id)) === buildId) return id;
    await client.cancel(id);
  }
}

describe("two builds of a worker", () => {
  it(
    "end open runs where they began, queues of providers included, and begin new ones on the current build, early ones too",
    async () => {
      const first = await startBuild("1", build1);
      await makeCurrent("1");
      const old = await client.start(build1.pinned, {});
      await waitsForSignoff(old);
      const early = await client.start(build2.newer, {});
      await startBuild("2", build2);
      await makeCurrent("2");
      const recent = await startOnCurrent(build2.pinned, "2");

      for (const id of [old, recent]) await client.decide(id, "signoff", { ok: true });
      const results = [
        await client.result(build1.pinned, old),
        await client.result(build2.pinned, recent),
      ];
      const ofEarly = await client.result(build2.newer, early);
      await first.stop();
      const later = await client.start(build2.pinned, {});
      await waitsForSignoff(later);
      await client.decide(later, "signoff", { ok: true });

      expect(results).toEqual([{ by: "build 1" }, { by: "build 2" }]);
      expect([await buildOf(old), await buildOf(recent)]).toEqual(["1", "2"]);
      expect(ofEarly).toEqual({ by: "build 2" });
      expect(await client.result(build2.pinned, later)).toEqual({ by: "build 2" });
    },
    SETUP_MS,
  );
});
