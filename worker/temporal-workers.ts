/** The Temporal workers of one worker of ours: one for its graphs, and one for each queue of a provider. They end together. */

import { Worker, type WorkerOptions as TemporalWorkerOptions } from "@temporalio/worker";
import type { WorkflowBundleOption } from "@temporalio/worker";
import { createActivities, createQueueActivities } from "../activities/index.ts";
import { queueName } from "../activities/routing/queue-of.ts";
import type { Queues, Served } from "./check-queues.ts";
import type { WatchedWork } from "./telemetry/watch-work.ts";
import type { Temporal } from "./temporal.ts";

export interface TemporalWorkersOptions {
  readonly temporal: Pick<Temporal, "connection" | "namespace"> &
    Partial<Pick<Temporal, "dataConverter">>;
  readonly taskQueue: string;
  readonly served: Required<Served>;
  readonly queues: Queues;
  readonly access: Parameters<typeof createActivities>[0];
  /** Called where graphs are served. */
  readonly bundle: () => WorkflowBundleOption | Promise<WorkflowBundleOption>;
  readonly graceMs: number;
  readonly watch: WatchedWork;
  readonly given: Partial<TemporalWorkerOptions>;
}

/** What Temporal refuses, or takes for nothing, on a worker without workflows; and what is the queue's own. */
const NOT_OF_QUEUES = [
  "activities",
  "taskQueue",
  "workflowBundle",
  "workflowsPath",
  "nexusServices",
  "maxActivitiesPerSecond",
  "maxTaskQueueActivitiesPerSecond",
  "maxConcurrentWorkflowTaskExecutions",
  "maxConcurrentLocalActivityExecutions",
  "maxCachedWorkflows",
] as const satisfies readonly (keyof TemporalWorkerOptions)[];

/** Connects them; nothing runs yet. */
export async function createTemporalWorkers(
  options: TemporalWorkersOptions,
): Promise<readonly Worker[]> {
  const { served } = options;
  const workers: Worker[] = [];
  try {
    if (served.graphs) workers.push(await createGraphWorker(options));
    for (const provider of served.queues) workers.push(await createQueueWorker(provider, options));
    return workers;
  } catch (error) {
    // One that never ran would hold its connection for good, and can only be stopped while it runs.
    const ended = runWorkers(workers);
    stopWorkers(workers);
    await ended;
    throw error;
  }
}

async function createGraphWorker(options: TemporalWorkersOptions): Promise<Worker> {
  const { taskQueue, bundle, access, given } = options;
  return Worker.create({
    ...commonOptions(options),
    taskQueue,
    workflowBundle: await bundle(),
    activities: createActivities(access),
    ...given,
    ...watchedBy(options),
  });
}

function createQueueWorker(provider: string, options: TemporalWorkersOptions): Promise<Worker> {
  const { taskQueue, access, queues, given } = options;
  const { attemptsPerSecond, atOnce } = queues[provider] ?? {};
  const { tuner, maxConcurrentActivityTaskExecutions = 100, ...rest } = inherited(given);
  return Worker.create({
    ...commonOptions(options),
    ...rest,
    ...watchedBy(options),
    taskQueue: queueName(taskQueue, provider),
    activities: createQueueActivities(access),
    // The server takes it from whoever polls: it holds for all workers of the queue.
    ...(attemptsPerSecond !== undefined && { maxTaskQueueActivitiesPerSecond: attemptsPerSecond }),
    ...(tuner !== undefined && atOnce === undefined
      ? { tuner }
      : { maxConcurrentActivityTaskExecutions: atOnce ?? maxConcurrentActivityTaskExecutions }),
  });
}

function commonOptions({
  temporal: { connection, namespace, dataConverter },
  graceMs,
}: TemporalWorkersOptions): Omit<TemporalWorkerOptions, "taskQueue"> {
  return {
    connection,
    namespace,
    dataConverter,
    shutdownGraceTime: graceMs,
    // The SDK holds heartbeats back for most of their timeout; a cancelled call should hear of it sooner.
    maxHeartbeatThrottleInterval: "1 second",
  };
}

/** Beside what the user watches the worker with. */
function watchedBy({
  watch: { sinks, activity },
  given,
}: TemporalWorkersOptions): Pick<TemporalWorkerOptions, "interceptors" | "sinks"> {
  const { activity: others = [], ...interceptors } = given.interceptors ?? {};
  return {
    sinks: { ...given.sinks, ...sinks },
    interceptors: { ...interceptors, activity: [activity, ...others] },
  };
}

function inherited(given: Partial<TemporalWorkerOptions>): Partial<TemporalWorkerOptions> {
  const rest = { ...given };
  for (const name of NOT_OF_QUEUES) delete rest[name];
  return rest;
}

/** Runs them until all have stopped. One that breaks down takes the others with it. */
export async function runWorkers(workers: readonly Worker[]): Promise<void> {
  const runs = workers.map(async (worker) => {
    try {
      await worker.run();
    } finally {
      stopWorkers(workers);
    }
  });
  const ends = await Promise.allSettled(runs);
  const broken = ends.find((end) => end.status === "rejected");
  if (broken) throw broken.reason;
}

/** They take nothing new, and end once they have finished what they have, or their grace has passed. */
export function stopWorkers(workers: readonly Worker[]): void {
  for (const worker of workers) if (worker.getState() === "RUNNING") worker.shutdown();
}
