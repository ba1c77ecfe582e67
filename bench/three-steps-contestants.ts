/** Those who do the three steps: Signalbox, a workflow by hand, and `@temporalio/ai-sdk`. */

import { deepStrictEqual } from "node:assert";
import { startChild, type Child } from "./load/child.ts";
import { threeSteps } from "./load/graphs/three-steps.ts";
import type { World } from "./load/open-world.ts";
import type { WorkerReady } from "./load/worker-process.ts";
import { startAiSdk } from "./peers/ai-sdk.ts";

const TICKET = { body: "My card is gone" };
const ANSWER = { fit: true };

/** One that does the three steps. */
export interface Contestant {
  readonly name: string;
  readonly worker: Child<WorkerReady>;
  /** Starts a run and waits for its result. */
  readonly run: (id: string) => Promise<unknown>;
}

export async function startSignalbox(world: World, upstreamUrl: string): Promise<Contestant> {
  const worker = await world.startWorker("three-steps", { upstreamUrl });
  const run = (id: string) => worker.client.run(threeSteps, TICKET, { id });
  return { name: "Signalbox", worker, run };
}

export async function startHandWritten(
  { temporal, env }: World,
  upstreamUrl: string,
): Promise<Contestant> {
  const taskQueue = `bench-hand-written-${crypto.randomUUID()}`;
  const program = new URL("load/hand-written-process.js", import.meta.url);
  const worker = await startChild<WorkerReady>(program, {
    args: [taskQueue],
    env: { ...env, BENCH_UPSTREAM: upstreamUrl },
  });
  const run = (workflowId: string) =>
    temporal.client.workflow.execute("handWritten", { args: [TICKET], taskQueue, workflowId });
  return { name: "by hand", worker, run };
}

export async function startPeer({ temporal, env }: World): Promise<Contestant> {
  const taskQueue = `bench-ai-sdk-${crypto.randomUUID()}`;
  const worker = await startAiSdk(taskQueue, env);
  const run = (workflowId: string) =>
    temporal.client.workflow.execute("aiSdk", { args: [TICKET], taskQueue, workflowId });
  return { name: "@temporalio/ai-sdk", worker, run };
}

export async function runOnce({ run }: Contestant): Promise<string> {
  const id = `bench-${crypto.randomUUID()}`;
  deepStrictEqual(await run(id), ANSWER);
  return id;
}
