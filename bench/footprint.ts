/** What a graph costs before and beside its calls, beside a workflow written by hand: CPU of the sandbox, size of the bundle, cold start. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";
import { bundleGraphs } from "../worker/bundle-graphs.ts";
import { historyToJson } from "../worker/history-json.ts";
import { startChild, type Child } from "./load/child.ts";
import { threeSteps } from "./load/graphs/three-steps.ts";
import { openWorld, type World } from "./load/open-world.ts";
import type { ReplayReady } from "./load/replay-process.ts";
import type { WorkerReady } from "./load/worker-process.ts";
import { quantile, roundMs } from "./measure.ts";
import { enough } from "./options.ts";
import type { Result } from "./result.ts";

const TICKET = { body: "My card is gone" };
const COLD_STARTS = 5;
const REPLAYS = 400;

/** One that does the three steps, with what its processes are started with. */
interface Subject {
  readonly name: string;
  readonly bundle: string;
  start(world: World, taskQueue: string): Promise<Child<WorkerReady>>;
  run(world: World, taskQueue: string, id: string): Promise<unknown>;
}

export async function measureFootprint(): Promise<readonly Result[]> {
  const world = await openWorld();
  const folder = await mkdtemp(join(tmpdir(), "signalbox-bench-"));
  const subjects: readonly Subject[] = [
    { name: "Signalbox", bundle: await bundleOurs(), ...OURS },
    { name: "by hand", bundle: await bundleByHand(), ...BY_HAND },
  ];
  try {
    const coldMs = await startCold(subjects, world);
    const results: Result[] = [];
    for (const [index, subject] of subjects.entries()) {
      const { cpuMs } = await replay(subject, world, folder);
      results.push({
        name: `footprint of three steps, ${subject.name}`,
        figures: {
          bundleKiB: Math.round(subject.bundle.length / 1_024),
          workflowCpuMs: roundMs(cpuMs),
          coldStartMs: roundMs(quantile(coldMs[index] ?? [], 0.5)),
          quickestColdStartMs: roundMs(Math.min(...(coldMs[index] ?? []))),
          slowestColdStartMs: roundMs(Math.max(...(coldMs[index] ?? []))),
        },
      });
    }
    return results;
  } finally {
    await rm(folder, { recursive: true });
    await world.close();
  }
}

const OURS: Omit<Subject, "name" | "bundle"> = {
  start: ({ upstreamUrl, env }, queue) =>
    startChild(new URL("load/worker-process.js", import.meta.url), {
      args: ["--graphs", "three-steps", "--queue", queue, "--upstream", upstreamUrl],
      env,
    }),
  run: ({ temporal }, taskQueue, workflowId) =>
    temporal.client.workflow.execute(threeSteps.id, { args: [TICKET], taskQueue, workflowId }),
};

const BY_HAND: Omit<Subject, "name" | "bundle"> = {
  start: ({ env }, queue) =>
    startChild(new URL("load/hand-written-process.js", import.meta.url), { args: [queue], env }),
  run: ({ temporal }, taskQueue, workflowId) =>
    temporal.client.workflow.execute("handWritten", { args: [TICKET], taskQueue, workflowId }),
};

/** As a worker of Signalbox does. */
async function bundleOurs(): Promise<string> {
  return (await bundleGraphs(new URL("load/graphs/three-steps.js", import.meta.url))).code;
}

/** As a worker of Temporal's does. */
async function bundleByHand(): Promise<string> {
  const workflowsPath = fileURLToPath(new URL("load/hand-written-workflows.js", import.meta.url));
  return (await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger("WARN") })).code;
}

/** From the start of a worker's process, bundling and all, to the end of a run that has waited for it. */
async function startCold(
  subjects: readonly Subject[],
  world: World,
): Promise<readonly (readonly number[])[]> {
  const timesMs = subjects.map((): number[] => []);
  for (let round = 0; round < enough(COLD_STARTS); round++) {
    for (const [index, subject] of subjects.entries()) {
      const queue = `bench-cold-${crypto.randomUUID()}`;
      const startedAt = performance.now();
      const ended = subject.run(world, queue, `run-${queue}`);
      const worker = await subject.start(world, queue);
      await ended;
      timesMs[index]?.push(performance.now() - startedAt);
      await worker.stop();
    }
  }
  return timesMs;
}

/** The CPU that a run takes of the workflow sandbox and Temporal's core: that of a replay, in which nothing is called. */
async function replay(
  subject: Subject,
  world: World,
  folder: string,
): Promise<{ readonly cpuMs: number }> {
  const queue = `bench-replay-${crypto.randomUUID()}`;
  const worker = await subject.start(world, queue);
  const id = `run-${queue}`;
  await subject.run(world, queue, id);
  const history = await world.temporal.client.workflow.getHandle(id).fetchHistory();
  await worker.stop();
  const files = { bundle: join(folder, `${queue}.js`), history: join(folder, `${queue}.json`) };
  await writeFile(files.bundle, subject.bundle);
  await writeFile(files.history, JSON.stringify(historyToJson(history)));
  const count = `${enough(REPLAYS)}`;
  const child = await startChild<ReplayReady>(new URL("load/replay-process.js", import.meta.url), {
    args: [files.bundle, files.history, count],
  });
  await child.stop();
  return { cpuMs: child.ready.cpuMsPerRun };
}
