/** Signalbox as a Temporal plugin: adds it to a Worker and a Client that are there already. */

import type {
  WorkflowClientInterceptor,
  WorkflowSignalWithStartInput,
  WorkflowStartInput,
} from "@temporalio/client";
import type { DataConverter, SearchAttributePair } from "@temporalio/common";
import { SimplePlugin } from "@temporalio/plugin";
import type { BundleOptions, ReplayWorkerOptions, Worker, WorkerOptions } from "@temporalio/worker";
import type { ModelAccess } from "../activities/call-provider.ts";
import { createActivities } from "../activities/index.ts";
import type { LiveSignals } from "../activities/signals/live-signals.ts";
import type { AnyGraph } from "../graph/graph.ts";
import { describeRun, summariseRun } from "../graph/run-details.ts";
import { DEFAULT_WORKSPACE, startAttributes } from "../graph/search-attributes.ts";
import { createCatalogue, type Catalogue } from "./catalogue.ts";
import { checkNames } from "./check-names.ts";
import { ConfigError } from "./config-error.ts";
import type { Config } from "./config.ts";
import { collectGraphs, type Graphs } from "./graph-module.ts";
import type { Sink } from "../plugins/contract.ts";
import { readModelStatus, type ModelStatus } from "./model-status.ts";
import type { RunInfo } from "../workflows/run-info.ts";
import type { Refreshing } from "./keep-fresh.ts";
import { closeAccess, modelAccess, refreshForWorker } from "./signalbox-worker.ts";
import { openSignals, type OpenSignals } from "./open-signals.ts";
import { withSealedJournal } from "./sealed-journal.ts";
import { closeSinks, openAuditSinks, readableOf } from "./audit-sinks.ts";
import { PluginTrails, withoutTrail } from "./trail/plugin-trails.ts";
import { RunningTelemetry } from "./telemetry/running-telemetry.ts";
import { traceMemo } from "./telemetry/trace-memo.ts";
import { linkToExecutions } from "./telemetry/trace-workflow.ts";
import { tracedParts } from "./telemetry/traced-bundle.ts";
import { watchWork } from "./telemetry/watch-work.ts";
import { assertPrivateFailures, bundledParts, converterWhereAsked } from "./worker-payloads.ts";

export interface SignalboxPluginOptions {
  readonly config: Config;
  /**
   * The module that exports the graphs: `import * as graphs from "./graphs.js"`. It is checked against the configuration,
   * and a Client labels the runs it starts of them. Default: neither.
   */
  readonly graphs?: Readonly<Record<string, unknown>>;
  /**
   * For the Worker and the Client alike; its fields win over those of theirs. Default: where they have none, what
   * `SIGNALBOX_ENCRYPTION_KEYS` and `SIGNALBOX_PAYLOADS` say, if one of them is set.
   */
  readonly dataConverter?: DataConverter;
  /**
   * Says that other workers serve the `queues` of the configuration, such as `signalbox worker --queue`: a Worker of
   * Temporal's polls one task queue, its own. Default: the configuration may have none.
   */
  readonly queues?: "elsewhere";
}

type StartOptions = WorkflowStartInput["options"];

/**
 * For `plugins` of a Temporal Worker, Client or connection. A Worker also needs the graphs in its workflows:
 * export them from the module of its `workflowsPath`.
 *
 * The providers are closed when the last of the workers that use the plugin has stopped: make one plugin for workers that run
 * at the same time, and another for later ones.
 *
 * @throws {ConfigError} when graphs and configuration do not fit together.
 * @throws {PayloadError} when the settings of payloads are wrong; from the Worker, when its bundle was made without encryption.
 */
export class SignalboxPlugin extends SimplePlugin {
  /** For those who bundle apart from the worker. */
  readonly #converter: DataConverter | undefined;
  readonly #trails: PluginTrails;
  readonly #telemetry: RunningTelemetry;
  readonly #tools: ReadonlySet<string>;
  /** What its workers learn of their models. */
  readonly signals: LiveSignals;
  /** The models of the aliases and all that are remembered, each with how it is: for `startApi({ models })`. */
  readonly models: () => readonly ModelStatus[];
  /** Where the audit trail can be read: for `startApi({ auditSource })`. `undefined`: none is kept that can be. */
  readonly auditSource: Sink | undefined;

  constructor({ config, graphs, dataConverter, queues }: SignalboxPluginOptions) {
    if (queues === undefined) checkNoQueues(config);
    const known = graphs && collectGraphs(graphs, "graphs of SignalboxPlugin");
    if (known) checkNames(known, config);
    const signals = openSignals(config);
    const catalogue = createCatalogue(config);
    const whereAsked = converterWhereAsked();
    const access = withSealedJournal(
      modelAccess(config, catalogue, signals.live),
      dataConverter ?? whereAsked,
    );
    const activities = createActivities(access);
    const models = (): readonly ModelStatus[] => readModelStatus(config, catalogue, signals.live);
    const telemetry = new RunningTelemetry(config.telemetry, models);
    const trailSinks = openAuditSinks(config.audit);
    super({
      name: "signalbox",
      dataConverter: dataConverter ?? (whereAsked && ((existing) => existing ?? whereAsked)),
      activities: (existing) => addActivities(existing ?? {}, activities),
      clientInterceptors: known && { workflow: [labelRuns(known)] },
      runContext: whileRunning({ access, catalogue, signals, telemetry, trailSinks }),
    });
    this.#telemetry = telemetry;
    this.#trails = new PluginTrails(config.audit, trailSinks);
    this.#tools = new Set(Object.keys(config.tools ?? {}));
    this.#converter = dataConverter ?? whereAsked;
    this.signals = signals.live;
    this.models = models;
    this.auditSource = readableOf(trailSinks);
  }

  override configureBundler(options: BundleOptions): BundleOptions {
    const bundled = { ...bundledParts(this.#converter), ...super.configureBundler(options) };
    if (!this.#telemetry.isOn) return bundled;
    const { workflowInterceptorModules: theirs = [] } = bundled;
    const { workflowInterceptorModules: ours } = tracedParts();
    return { ...bundled, workflowInterceptorModules: [...theirs, ...ours] };
  }

  override configureWorker(options: WorkerOptions): WorkerOptions {
    const configured = super.configureWorker(options);
    const { workflowBundle, dataConverter } = configured;
    if (workflowBundle) assertPrivateFailures(workflowBundle, dataConverter);
    const { injected } = this.#trails.open(configured);
    const { sinks, activity } = watchWork({
      tracing: () => this.#telemetry.tracing,
      tools: this.#tools,
      linkTo: linkToExecutions({ namespace: configured.namespace ?? "default" }),
    });
    const { activity: theirs = [], ...interceptors } = configured.interceptors ?? {};
    return {
      ...configured,
      sinks: { ...configured.sinks, ...sinks, ...injected },
      interceptors: { ...interceptors, activity: [activity, ...theirs] },
      // The SDK holds heartbeats back for most of their timeout; a cancelled call should hear of it sooner.
      maxHeartbeatThrottleInterval: options.maxHeartbeatThrottleInterval ?? "1 second",
    };
  }

  override configureReplayWorker(options: ReplayWorkerOptions): ReplayWorkerOptions {
    return withoutTrail(super.configureReplayWorker(options));
  }

  override runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    return super.runWorker(worker, () => this.#trails.during(worker, () => next(worker)));
  }
}

/** Else attempts would wait in queues that nobody serves, until their runs are out of time. */
function checkNoQueues({ queues = {} }: Config): void {
  const [provider] = Object.keys(queues);
  if (provider === undefined) return;
  throw new ConfigError(
    "CONFIG_INVALID_QUEUE",
    `The configuration has a queue for "${provider}", which a Worker with SignalboxPlugin does not serve. Start ` +
      `"signalbox worker --queue ${provider}" beside it and give the plugin queues: "elsewhere", or leave the queue out.`,
  );
}

/** Two activities of one name would silently be one. The plugin's own are there when a connection brought them already. */
function addActivities(existing: object, ours: Readonly<Record<string, unknown>>): object {
  const theirs = new Map<string, unknown>(Object.entries(existing));
  for (const [name, activity] of Object.entries(ours)) {
    const other = theirs.get(name);
    if (other === undefined || other === activity) continue;
    throw new ConfigError(
      "CONFIG_ACTIVITY_CLASH",
      `The worker has an activity "${name}" of its own, and so has Signalbox. ` +
        `Tools of the configuration are activities under their own names: rename one of the two.`,
    );
  }
  return { ...existing, ...ours };
}

/** Runs of graphs can then be found, and read in the Temporal UI, as if `SignalboxClient` had started them. */
function labelRuns(graphs: Graphs): WorkflowClientInterceptor {
  const labelled = <Input extends WorkflowStartInput | WorkflowSignalWithStartInput>(
    input: Input,
  ): Input => {
    const graph = graphs.get(input.workflowType);
    return graph === undefined ? input : { ...input, options: label(input.options, graph) };
  };
  return {
    startWithDetails: (input, next) => next(labelled(input)),
    signalWithStart: (input, next) => next(labelled(input)),
    startUpdateWithStart: (input, next) => {
      const graph = graphs.get(input.workflowType);
      if (graph === undefined) return next(input);
      return next({ ...input, workflowStartOptions: label(input.workflowStartOptions, graph) });
    },
  };
}

/** What the caller gave stays. */
function label<Options extends StartOptions>(options: Options, graph: AnyGraph): Options {
  const { id, version, fingerprint, definition } = graph;
  const info: RunInfo = { version, fingerprint, workspace: DEFAULT_WORKSPACE };
  const given = pairsOf(options.typedSearchAttributes);
  const ours = startAttributes({ graph: id, version, fingerprint, workspace: DEFAULT_WORKSPACE });
  const missing = ours.filter(({ key }) => !given.some((pair) => pair.key.name === key.name));
  return {
    ...options,
    // A second argument says which version is meant.
    ...(options.args.length === 1 && { args: [...options.args, info] }),
    staticSummary: options.staticSummary ?? summariseRun(definition),
    staticDetails: options.staticDetails ?? describeRun(definition, fingerprint),
    memo: { ...options.memo, ...traceMemo() },
    typedSearchAttributes: [...given, ...missing],
  };
}

function pairsOf(given: StartOptions["typedSearchAttributes"]): readonly SearchAttributePair[] {
  if (given === undefined) return [];
  return "getAll" in given ? given.getAll() : given;
}

interface WhileRunning {
  readonly access: ModelAccess;
  readonly catalogue: Catalogue;
  readonly signals: OpenSignals;
  readonly telemetry: RunningTelemetry;
  readonly trailSinks: readonly Sink[];
}

/** The catalogue is kept fresh from the first worker that starts to the last that stops; then the providers are closed. */
function whileRunning({
  access,
  catalogue,
  signals,
  telemetry,
  trailSinks,
}: WhileRunning): (next: () => Promise<void>) => Promise<void> {
  let running = 0;
  let refreshing: Refreshing | undefined;
  return async (next) => {
    running += 1;
    refreshing ??= refreshForWorker(catalogue);
    try {
      // Not waited for: a worker that is told to stop before it has begun to run would never stop. Neither rejects.
      if (running === 1) {
        void signals.begin();
        void telemetry.begin();
      }
      await next();
    } finally {
      running -= 1;
      if (running === 0) {
        refreshing.stop();
        refreshing = undefined;
        await closeAccess(access);
        await closeSinks(trailSinks);
        await signals.end();
        await telemetry.end();
      }
    }
  };
}
