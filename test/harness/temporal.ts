/** The shared Temporal server of a test run, with a worker and a task queue of a test's own. */

import { pathToFileURL } from "node:url";
import { IllegalStateError, type DataConverter } from "@temporalio/common";
import { DefaultLogger, Runtime, type WorkflowBundleOption } from "@temporalio/worker";
import type { LiveSignals } from "../../activities/signals/live-signals.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import { simulated } from "../../plugins/providers/simulated.ts";
import { GUARDRAILS } from "./guarded-world.ts";
import { defineConfig, defineTool, type Config } from "../../worker/config.ts";
import { startWorker } from "../../worker/signalbox-worker.ts";
import { openTemporal, type Temporal } from "../../worker/temporal.ts";
import { findAccount } from "../fixtures/every-verb.ts";
import * as fixtures from "../fixtures/graphs.ts";

/** The server that `global-setup.ts` started. Close what this gives. */
export function openTestTemporal(dataConverter?: DataConverter): Promise<Temporal> {
  installQuietRuntime();
  return openTemporal({
    env: {
      TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"],
      SIGNALBOX_PAYLOADS: process.env["SIGNALBOX_PAYLOADS"],
    },
    ...(dataConverter && { dataConverter }),
  });
}

/** Runs that fail on purpose are no news. */
function installQuietRuntime(): void {
  try {
    Runtime.install({ logger: new DefaultLogger("ERROR"), shutdownSignals: [] });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

export interface TestWorker {
  readonly client: SignalboxClient;
  readonly temporal: Temporal;
  readonly taskQueue: string;
  readonly metricsUrl: string | undefined;
}

export interface TestWorkerOptions {
  readonly config: Config;
  /** How many workflows the worker keeps between tasks. 0: every task replays the run from its start. */
  readonly maxCachedWorkflows?: number;
  /** Default: the worker's own. */
  readonly liveSignals?: LiveSignals;
  /** Another module of graphs. Default: the fixture graphs. */
  readonly module?: GraphModule;
  /** Of worker and client. Default: nothing is encrypted, and what is large is put aside in files of the test run. */
  readonly dataConverter?: DataConverter;
  /** Where another worker has listened before. Default: a queue of its own. */
  readonly taskQueue?: string;
}

/** A module of graphs, and its bundle. */
export interface GraphModule {
  readonly graphs: Readonly<Record<string, unknown>>;
  readonly bundle: WorkflowBundleOption;
}

const FIXTURES: GraphModule = {
  graphs: fixtures,
  bundle: { codePath: process.env["SIGNALBOX_TEST_BUNDLE"] ?? "" },
};

/** Runs `body` beside a worker for the fixture graphs, on a task queue of its own. */
export async function withWorker<T>(
  {
    config,
    maxCachedWorkflows,
    liveSignals,
    module = FIXTURES,
    dataConverter,
    taskQueue = `test-${crypto.randomUUID()}`,
  }: TestWorkerOptions,
  body: (worker: TestWorker) => Promise<T>,
): Promise<T> {
  const temporal = await openTestTemporal(dataConverter);
  const worker = await startWorker({
    // The fixture graphs are all registered: one of them is guarded.
    config: { ...config, guardrails: { ...GUARDRAILS, ...config.guardrails } },
    graphs: module.graphs,
    graphsUrl: pathToFileURL(__filename),
    temporal,
    taskQueue,
    bundle: module.bundle,
    ...(liveSignals && { liveSignals }),
    workerOptions: maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows },
  });
  try {
    return await body({
      client: new SignalboxClient({ temporal: temporal.client, taskQueue }),
      temporal,
      taskQueue,
      metricsUrl: worker.metricsUrl,
    });
  } finally {
    await worker.stop();
    await temporal.close();
  }
}

/** Two aliases on simulated models: `small` has one, `writer` a first choice and a fallback. And the tool of the fixtures. */
export function simulatedConfig(
  replies: (call: SimulatedCall) => SimulatedReply,
): ReturnType<typeof defineConfig> {
  return defineConfig({
    providers: [simulated({ replies })],
    models: { small: ["simulated/small"], writer: ["simulated/first", "simulated/second"] },
    prices: {
      "simulated/small": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
      "simulated/second": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
    },
    tools: {
      findAccount: defineTool({
        ...findAccount,
        run: async ({ customer }) => ({ balance: customer.length * 100 }),
      }),
    },
  });
}
