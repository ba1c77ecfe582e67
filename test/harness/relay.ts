/** Workers with different modules of graphs, one after the other, on one task queue: what a deployment does. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { WorkflowBundleOption } from "@temporalio/worker";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { bundleGraphs } from "../../worker/bundle-graphs.ts";
import {
  startWorker,
  type SignalboxWorker,
  type WorkerOptions,
} from "../../worker/signalbox-worker.ts";
import type { Temporal } from "../../worker/temporal.ts";
import { FROM_SOURCES } from "./bundle.ts";
import { openTestTemporal } from "./temporal.ts";

/** A module of graphs as the test sees it, and where the worker finds it. */
export interface RelayModule {
  readonly graphs: Readonly<Record<string, unknown>>;
  /** Below `test/fixtures/`. */
  readonly file: string;
}

export interface Relay {
  readonly temporal: Temporal;
  readonly client: SignalboxClient;
  readonly taskQueue: string;
  /** Runs `body` beside a worker of `module`; stops it afterwards. It keeps no workflow in its cache. */
  withWorker<T>(
    module: RelayModule,
    body: (worker: SignalboxWorker) => Promise<T>,
    options?: Pick<WorkerOptions, "onChangedGraph" | "onWarning">,
  ): Promise<T>;
}

const bundles = new Map<string, Promise<WorkflowBundleOption>>();

function bundleOf(file: string): Promise<WorkflowBundleOption> {
  const url = pathToFileURL(join(__dirname, "../fixtures", file));
  const bundle = bundles.get(file) ?? bundleGraphs(url, FROM_SOURCES);
  bundles.set(file, bundle);
  return bundle;
}

/** A task queue of its own, without a worker. */
export async function withRelay<T>(body: (relay: Relay) => Promise<T>): Promise<T> {
  const temporal = await openTestTemporal();
  const taskQueue = `relay-${crypto.randomUUID()}`;
  const client = new SignalboxClient({ temporal: temporal.client, taskQueue });
  try {
    return await body({
      temporal,
      client,
      taskQueue,
      async withWorker({ graphs, file }, run, options = {}) {
        const worker = await startWorker({
          config: { providers: [], models: {} },
          graphs,
          graphsUrl: pathToFileURL(__filename),
          temporal,
          taskQueue,
          bundle: await bundleOf(file),
          workerOptions: { maxCachedWorkflows: 0 },
          ...options,
        });
        try {
          return await run(worker);
        } finally {
          await worker.stop();
        }
      },
    });
  } finally {
    await temporal.close();
  }
}
