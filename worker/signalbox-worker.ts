/** A worker: runs the graphs of one module with one configuration. */

import { fileURLToPath } from "node:url";
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type BundleOptions,
  type WorkerOptions as TemporalWorkerOptions,
  type WorkflowBundle,
  type WorkflowBundleOption,
} from "@temporalio/worker";
import { createActivities } from "../activities/index.ts";
import { checkNames } from "./check-names.ts";
import { collectGraphs, type Graphs } from "./graph-module.ts";
import type { Config } from "./config.ts";
import type { Temporal } from "./temporal.ts";

export interface WorkerOptions {
  readonly config: Config;
  /** The module that exports the graphs: `import * as graphs from "./graphs.js"`. */
  readonly graphs: Readonly<Record<string, unknown>>;
  /** Where that module is, for Temporal to bundle: `new URL("./graphs.js", import.meta.url)`. */
  readonly graphsUrl: URL;
  readonly temporal: Pick<Temporal, "connection" | "namespace">;
  /** Default: `"signalbox"`. */
  readonly taskQueue?: string;
  /** A bundle made earlier by {@link bundleGraphs}. Default: bundled when the worker starts, which takes about 2 s. */
  readonly bundle?: WorkflowBundleOption;
  /** Temporal's own options, such as how many attempts may run at once; they win over ours. */
  readonly workerOptions?: Partial<TemporalWorkerOptions>;
}

export interface SignalboxWorker {
  /** By id. */
  readonly graphs: Graphs;
  /** Resolves when the worker has stopped; rejects when it broke down. */
  readonly stopped: Promise<void>;
  /** Lets attempts in flight finish for a while, then stops and closes the providers. */
  stop(): Promise<void>;
}

/**
 * Checks configuration and graphs, then starts a worker.
 *
 * @throws {ConfigError} when they do not fit together: nothing is started.
 */
export async function startWorker(options: WorkerOptions): Promise<SignalboxWorker> {
  const { config, temporal, taskQueue = "signalbox" } = options;
  const path = fileURLToPath(options.graphsUrl);
  const graphs = collectGraphs(options.graphs, path);
  checkNames(graphs, config);
  const worker = await Worker.create({
    connection: temporal.connection,
    namespace: temporal.namespace,
    taskQueue,
    workflowBundle: options.bundle ?? (await bundleGraphs(options.graphsUrl)),
    activities: createActivities(modelAccess(config)),
    shutdownGraceTime: "10 seconds",
    // The SDK holds heartbeats back for most of their timeout; a cancelled call should hear of it sooner.
    maxHeartbeatThrottleInterval: "1 second",
    ...options.workerOptions,
  });
  const stopped = runUntilStopped(worker, config);
  return {
    graphs,
    stopped,
    async stop() {
      if (worker.getState() === "RUNNING") worker.shutdown();
      await stopped;
    },
  };
}

/** Bundles the module of the graphs for the workflow sandbox. */
export function bundleGraphs(
  graphsUrl: URL,
  options: Partial<BundleOptions> = {},
): Promise<WorkflowBundle> {
  const workflowsPath = fileURLToPath(graphsUrl);
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger("WARN"), ...options });
}

/** What the activities get of a configuration. */
export function modelAccess({
  providers,
  models,
  prices = {},
  tools = {},
}: Config): Parameters<typeof createActivities>[0] {
  return {
    providers: new Map(providers.map((provider) => [provider.id, provider])),
    models,
    prices,
    tools,
  };
}

async function runUntilStopped(worker: Worker, { providers }: Config): Promise<void> {
  try {
    await worker.run();
  } finally {
    for (const provider of providers) await provider.close?.();
  }
}
