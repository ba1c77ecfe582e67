/** A worker: runs the graphs of one module with one configuration. */

import { fileURLToPath } from "node:url";
import {
  Runtime,
  type Worker,
  type WorkerOptions as TemporalWorkerOptions,
  type WorkflowBundleOption,
} from "@temporalio/worker";
import type { ModelAccess } from "../activities/call-provider.ts";
import { guardAccess } from "../activities/guarding/guardrails.ts";
import type { createActivities } from "../activities/index.ts";
import type { LiveSignals } from "../activities/signals/live-signals.ts";
import { bundleGraphs } from "./bundle-graphs.ts";
import { checkNames } from "./check-names.ts";
import { checkOpenRuns } from "./check-open-runs.ts";
import { readServed, type Served } from "./check-queues.ts";
import { createCatalogue, type Catalogue } from "./catalogue.ts";
import { DEFAULT_GRACE_MS } from "./grace.ts";
import { collectGraphs, type Graphs } from "./graph-module.ts";
import { keepFresh, type Refreshing } from "./keep-fresh.ts";
import type { Config } from "./config.ts";
import { prunePayloads } from "./prune-payloads.ts";
import { readModelStatus, type ModelStatus } from "./model-status.ts";
import { openDataConverter } from "../payloads/data-converter.ts";
import { fileJournal } from "../plugins/journals/files.ts";
import { routersByName } from "../plugins/ranking/built-in-routers.ts";
import { openSignals, type OpenSignals } from "./open-signals.ts";
import { openTelemetry, type Telemetry } from "./telemetry/open-telemetry.ts";
import { tracedParts, warnOfUntraced } from "./telemetry/traced-bundle.ts";
import { linkToExecutions } from "./telemetry/trace-workflow.ts";
import { watchWork } from "./telemetry/watch-work.ts";
import { createTemporalWorkers, runWorkers, stopWorkers } from "./temporal-workers.ts";
import type { Temporal } from "./temporal.ts";
import { withSealedJournal } from "./sealed-journal.ts";
import { TOKENS } from "./token-counter.ts";
import type { Sink } from "./audit-sinks.ts";
import type { OpenTrail } from "./trail/open-trail.ts";
import { openWorkerTrail } from "./trail/worker-trail.ts";
import { assertPrivateFailures, bundledParts } from "./worker-payloads.ts";

export interface WorkerOptions {
  readonly config: Config;
  /** The module that exports the graphs: `import * as graphs from "./graphs.js"`. */
  readonly graphs: Readonly<Record<string, unknown>>;
  /** Where that module is, for Temporal to bundle: `new URL("./graphs.js", import.meta.url)`. */
  readonly graphsUrl: URL;
  /** Without a `dataConverter` it has that of `workerOptions`, else the one that the environment asks for. */
  readonly temporal: Pick<Temporal, "connection" | "namespace"> &
    Partial<Pick<Temporal, "dataConverter" | "uiUrl">>;
  /** Default: `"signalbox"`. */
  readonly taskQueue?: string;
  /** A bundle made earlier by {@link bundleGraphs}. Default: bundled when the worker starts, which takes about 2 s. */
  readonly bundle?: WorkflowBundleOption;
  /**
   * What to do where a graph was changed, without a new version, under open runs of this task queue. Not looked for with
   * Worker Versioning and pinned runs, which never come to a worker of another build.
   * Default: `"refuse"`, the worker does not start.
   */
  readonly onChangedGraph?: "refuse" | "warn";
  /** Told what does not keep the worker from starting and should be known. Default: Temporal's logger. */
  readonly onWarning?: (message: string) => void;
  /** Signals to go on with, such as those of another worker in this process, which keeps them. Default: its own. */
  readonly liveSignals?: LiveSignals;
  /**
   * What this worker does, where several share the work: `{ graphs: true }`, or the queues of some providers. Default: all
   * that there is.
   */
  readonly serves?: Served;
  /**
   * How long attempts in flight may go on once it is told to stop, in milliseconds. What is not done by then is cut, and the
   * run asks again elsewhere. Default: 25,000.
   */
  readonly graceMs?: number;
  /**
   * Temporal's own options, such as how many attempts may run at once; they win over ours. Those about activities hold for
   * each queue of a provider too.
   */
  readonly workerOptions?: Partial<TemporalWorkerOptions>;
}

export interface SignalboxWorker {
  /** By id. */
  readonly graphs: Graphs;
  /** What it learns of its models, for whoever shows it. */
  readonly signals: LiveSignals;
  /** The models of its aliases and all that it remembers, each with how it is: for `startApi({ models })`. */
  readonly models: () => readonly ModelStatus[];
  /** Where the audit trail can be read: for `startApi({ auditSource })`. `undefined`: none is kept here that can be. */
  readonly auditSource: Sink | undefined;
  /** Where its metrics are scraped. `undefined`: no port was asked for. */
  readonly metricsUrl: string | undefined;
  /** Resolves when the worker has stopped; rejects when it broke down. */
  readonly stopped: Promise<void>;
  /** Takes nothing new, lets attempts in flight finish within the grace period, then closes the providers. */
  stop(): Promise<void>;
}

/**
 * Checks configuration and graphs, then starts a worker.
 *
 * @throws {ConfigError} when they do not fit together: nothing is started.
 * @throws {PayloadError} when the settings of payloads are wrong.
 * @throws {AuditError} AUDIT_INVALID_KEY, when SIGNALBOX_AUDIT_KEY is no key.
 */
export async function startWorker(given: WorkerOptions): Promise<SignalboxWorker> {
  const options = withConverter(given);
  const { config, taskQueue = "signalbox" } = options;
  const path = fileURLToPath(options.graphsUrl);
  const graphs = collectGraphs(options.graphs, path);
  const served = readServed(options.serves, config.queues);
  checkNames(graphs, config);
  if (served.graphs) await checkRuns(graphs, taskQueue, options);
  const catalogue = createCatalogue(config);
  const trail = openWorkerTrail({ ...options, served, onWarning: options.onWarning ?? warn });
  const telemetry = await openTelemetry(config.telemetry, { role: "worker" });
  const signals = openSignals(config, { given: options.liveSignals });
  const access = withSealedJournal(
    modelAccess(config, catalogue, signals.live),
    options.temporal.dataConverter,
  );
  const models = (): readonly ModelStatus[] => readModelStatus(config, catalogue, signals.live);
  const workers = await createWorkers(options, { ...served, telemetry, trail }, access).catch(
    async (error: unknown) => {
      await Promise.all([signals.end(), telemetry.close(), trail.end()]);
      throw error;
    },
  );
  await signals.begin();
  const ending = [prunePayloads(options.temporal).stop, telemetry.watchModels(models)];
  const running = runUntilStopped(workers, access, { catalogue, signals, trail });
  return {
    graphs,
    signals: signals.live,
    models,
    auditSource: trail.source,
    metricsUrl: telemetry.metricsUrl,
    ...stoppable(workers, trail, endAfter(running, ending, telemetry)),
  };
}

function stoppable(
  workers: readonly Worker[],
  trail: OpenTrail,
  stopped: Promise<void>,
): Pick<SignalboxWorker, "stopped" | "stop"> {
  return {
    stopped,
    async stop() {
      stopWorkers(workers);
      trail.stop();
      await stopped;
    },
  };
}

async function endAfter(
  running: Promise<void>,
  ending: readonly (() => void)[],
  telemetry: Telemetry,
): Promise<void> {
  try {
    await running;
  } finally {
    for (const end of ending) end();
    await telemetry.close();
  }
}

function withConverter({ temporal, ...options }: WorkerOptions): WorkerOptions {
  const { dataConverter = temporal.dataConverter ?? openDataConverter() } =
    options.workerOptions ?? {};
  return { ...options, temporal: { ...temporal, dataConverter } };
}

interface Watching {
  readonly telemetry: Telemetry;
  readonly trail: OpenTrail;
}

function createWorkers(
  options: WorkerOptions,
  { telemetry, trail, ...served }: Required<Served> & Watching,
  access: Parameters<typeof createActivities>[0],
): Promise<readonly Worker[]> {
  const { temporal, taskQueue = "signalbox", config, graphsUrl, workerOptions = {} } = options;
  const { dataConverter } = temporal;
  const { tracing, isWatched } = telemetry;
  return createTemporalWorkers({
    temporal,
    taskQueue,
    served,
    queues: config.queues ?? {},
    access,
    sinks: trail.injected,
    async bundle() {
      const parts = { ...bundledParts(dataConverter), ...(isWatched && tracedParts()) };
      const bundle = options.bundle ?? (await bundleGraphs(graphsUrl, parts));
      assertPrivateFailures(bundle, dataConverter);
      if (isWatched) warnOfUntraced(bundle, options.onWarning ?? warn);
      return bundle;
    },
    graceMs: options.graceMs ?? DEFAULT_GRACE_MS,
    watch: watchWork({
      tracing: () => tracing,
      tools: new Set(Object.keys(config.tools ?? {})),
      linkTo: linkToExecutions(temporal),
    }),
    given: workerOptions,
  });
}

function warn(message: string): void {
  Runtime.instance().logger.warn(message);
}

async function checkRuns(graphs: Graphs, taskQueue: string, options: WorkerOptions): Promise<void> {
  const { workerDeploymentOptions: deployment } = options.workerOptions ?? {};
  if (deployment?.useWorkerVersioning && deployment.defaultVersioningBehavior === "PINNED") return;
  const { temporal, onChangedGraph = "refuse", onWarning = warn } = options;
  await checkOpenRuns(graphs, { temporal, taskQueue, onChangedGraph, onWarning });
}

/** What the activities get of a configuration. */
export function modelAccess(
  config: Config,
  catalogue: Catalogue,
  live: LiveSignals,
): Parameters<typeof createActivities>[0] {
  const { providers, models, tools = {}, routers, guardrails, guard, queues } = config;
  const { journal = fileJournal() } = config;
  return {
    providers: new Map(providers.map((provider) => [provider.id, provider])),
    aliases: models,
    tools,
    guarding: guardAccess({ guardrails, guard }),
    routers: routersByName(routers),
    factsOf: (model) => catalogue.factsOf(model),
    listed: () => catalogue.listed(),
    tokens: TOKENS,
    live,
    ...(queues && { queues }),
    journal: journal === false ? undefined : journal,
  };
}

/** Who does not tell its models is named in the worker's log. */
export function refreshForWorker(catalogue: Catalogue): Refreshing {
  const { logger } = Runtime.instance();
  return keepFresh(catalogue, {
    onProblem: ({ from, message }) =>
      logger.warn(`Provider "${from}" does not tell its models: ${message}`),
  });
}

/** Frees what calls need. */
export async function closeAccess({ providers, journal }: ModelAccess): Promise<void> {
  for (const provider of providers.values()) await provider.close?.();
  await journal?.close?.();
}

async function runUntilStopped(
  workers: readonly Worker[],
  access: ModelAccess,
  { catalogue, signals, trail }: { catalogue: Catalogue; signals: OpenSignals; trail: OpenTrail },
): Promise<void> {
  const refreshing = refreshForWorker(catalogue);
  trail.begin();
  try {
    await runWorkers(workers);
  } finally {
    refreshing.stop();
    await trail.end();
    await signals.end();
    await closeAccess(access);
    await signals.end();
  }
}
