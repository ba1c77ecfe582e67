/** What the load tests share: one Temporal server and one fake upstream, each in a process of its own. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignalboxClient } from "signalbox/client";
import { openTemporal, type Temporal } from "signalbox/worker";
import { startChild, type Child, type ChildOptions } from "./child.ts";
import type { WorkerReady } from "./worker-process.ts";

export interface World {
  readonly temporal: Temporal;
  /** Answers at once. */
  readonly upstreamUrl: string;
  /** The same upstream, whose answers come when `delayMs` have passed. */
  upstreamAfter(delayMs: number): string;
  /** Starts a worker of Signalbox that has a module of `graphs/`, on a task queue of its own. */
  startWorker(graphs: string, options?: WorkerChildOptions): Promise<StartedWorker>;
  /** The environment that another worker needs. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface WorkerChildOptions extends ChildOptions {
  /** Whether it has the API beside it. */
  readonly api?: boolean;
  /** Default: the one that answers at once. */
  readonly upstreamUrl?: string;
}

export interface StartedWorker extends Child<WorkerReady> {
  readonly client: SignalboxClient;
}

/** Always a Temporal server of its own, in memory: it is left with thousands of runs. */
export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-bench-payloads-"));
  // Large payloads are put aside where this process and the workers, each in a folder of its own, find them.
  const shared = { SIGNALBOX_PAYLOADS: `file:${folder}` };
  const temporal = await openTemporal({
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: undefined,
      TEMPORAL_PROFILE: undefined,
      TEMPORAL_CONFIG_FILE: undefined,
      ...shared,
      SIGNALBOX_TEMPORAL_PORT: "7255",
      SIGNALBOX_TEMPORAL_UI_PORT: "8255",
    },
    onProgress: (line) => console.error(line),
  });
  const upstream = await startChild<string>(new URL("upstream-process.js", import.meta.url));
  const env = { ...shared, TEMPORAL_ADDRESS: temporal.address, BENCH_UPSTREAM: upstream.ready };
  return {
    temporal,
    upstreamUrl: upstream.ready,
    upstreamAfter: (delayMs) => new URL(`/after/${delayMs}/v1`, upstream.ready).href,
    env,
    async startWorker(graphs, { api = false, upstreamUrl = upstream.ready, ...options } = {}) {
      const queue = `bench-${graphs}-${crypto.randomUUID()}`;
      const args = ["--graphs", graphs, "--queue", queue, "--upstream", upstreamUrl];
      const worker = await startChild<WorkerReady>(new URL("worker-process.js", import.meta.url), {
        ...options,
        args: [...args, ...(api ? ["--api"] : []), ...(options.args ?? [])],
        env: { ...env, ...options.env },
      });
      const client = new SignalboxClient({ temporal: temporal.client, taskQueue: queue });
      return { ...worker, client };
    },
    async close() {
      await upstream.stop();
      await temporal.close();
      await rm(folder, { recursive: true });
    },
  };
}
