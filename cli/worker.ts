/** `signalbox worker`: runs the graphs of the project, until it is stopped. */

import { InvalidArgumentError, Option, type Command } from "commander";
import { linkToRuns, temporalUiOf } from "../client/temporal-ui.ts";
import { parseDuration } from "../graph/duration.ts";
import { DEFAULT_GRACE_MS } from "../worker/grace.ts";
import type { WorkerOptions } from "../worker/signalbox-worker.ts";
import type { Temporal } from "../worker/temporal.ts";
import { withTemporal } from "./connect.ts";
import { formatLinks } from "./links.ts";
import { addProjectOptions, loadConfig, loadGraphs, type ProjectOptions } from "./load-project.ts";
import { printJson, type Terminal } from "./terminal.ts";
import { untilSignal } from "./until-signal.ts";

interface WorkerCommandOptions extends ProjectOptions {
  readonly taskQueue: string;
  readonly queue?: readonly string[];
  /** False: `--no-queues`. */
  readonly queues: boolean;
  readonly grace: number;
  readonly deployment?: string;
  readonly build?: string;
  readonly json?: boolean;
}

export function addWorker(program: Command, terminal: Terminal): void {
  const command = addProjectOptions(program.command("worker"))
    .description("start a worker for the project, until Ctrl-C")
    .option("--task-queue <name>", "where it listens", "signalbox")
    .addOption(
      new Option(
        "--queue <provider>",
        "serve only the queue of this provider; may be given again",
      ).argParser((provider, others?: readonly string[]) => [...(others ?? []), provider]),
    )
    .addOption(
      new Option("--no-queues", "leave the queues of providers to other workers").conflicts(
        "queue",
      ),
    )
    .addOption(
      new Option("--grace <duration>", "how long calls in flight may go on once it is to stop")
        .default(DEFAULT_GRACE_MS, `"${DEFAULT_GRACE_MS / 1_000} seconds"`)
        .argParser(readGrace),
    )
    .option("--deployment <name>", "with --build: the deployment, for Worker Versioning")
    .option("--build <id>", "with --deployment: which build of the code this is")
    .option("--json", "print what is up as JSON");
  command.action((options: WorkerCommandOptions) => {
    if ((options.deployment === undefined) !== (options.build === undefined)) {
      command.error("error: --deployment and --build are given together, or not at all");
    }
    return work(options, terminal);
  });
}

async function work(options: WorkerCommandOptions, terminal: Terminal): Promise<void> {
  const { taskQueue, json, grace, queue } = options;
  const { exports, url, graphs } = await loadGraphs(options, terminal);
  const config = await loadConfig(options, terminal);
  const { startWorker } = await import("../worker/signalbox-worker.ts");
  const serve = async (temporal: Temporal): Promise<void> => {
    const worker = await startWorker({
      config,
      graphs: exports,
      graphsUrl: url,
      temporal,
      taskQueue,
      graceMs: grace,
      onWarning: (message) => terminal.tell(message),
      ...servedBy(options),
      ...versionedAs(options),
    });
    const up = {
      graphs: queue ? [] : [...graphs.keys()],
      queues: options.queues ? (queue ?? Object.keys(config.queues ?? {})) : [],
      taskQueue,
      metrics: worker.metricsUrl,
    };
    if (json) printJson(terminal, { ...up, ...placeOf(temporal) });
    else terminal.print(describe(up, temporal));
    terminal.tell("up until Ctrl-C");
    await untilSignal(worker, terminal, grace);
  };
  await withTemporal(terminal, serve, config.telemetry ?? {});
}

/** What a worker does. */
interface Up {
  readonly graphs: readonly string[];
  readonly queues: readonly string[];
  readonly taskQueue: string;
  /** Where they are scraped. */
  readonly metrics: string | undefined;
}

function placeOf(temporal: Temporal): {
  readonly temporal: string;
  readonly namespace: string;
  readonly temporalUi: string | undefined;
} {
  const { address, namespace } = temporal;
  const ui = temporalUiOf(temporal);
  return { temporal: address, namespace, temporalUi: ui && linkToRuns(ui) };
}

function describe({ graphs, queues, taskQueue, metrics }: Up, temporal: Temporal): string {
  const { namespace, temporalUi, temporal: address } = placeOf(temporal);
  const parts = [
    `task queue "${taskQueue}"`,
    ...(graphs.length > 0 ? [`graphs ${graphs.join(", ")}`] : []),
    ...(queues.length > 0 ? [`queues of ${queues.join(", ")}`] : []),
  ];
  return formatLinks({
    Worker: parts.join(", "),
    Temporal: `${address}, namespace ${namespace}`,
    "Temporal UI": temporalUi,
    Metrics: metrics,
  });
}

function readGrace(text: string): number {
  const graceMs = parseDuration(text);
  if (graceMs !== undefined) return graceMs;
  throw new InvalidArgumentError('Write it as "25 seconds" or "2 minutes".');
}

function servedBy({ queue, queues }: WorkerCommandOptions): Pick<WorkerOptions, "serves"> {
  if (queue) return { serves: { queues: queue } };
  return queues ? {} : { serves: { graphs: true } };
}

/** Runs stay on the build they began on: what a person who gives a build wants. */
function versionedAs({
  deployment: deploymentName,
  build: buildId,
}: WorkerCommandOptions): Pick<WorkerOptions, "workerOptions"> {
  if (deploymentName === undefined || buildId === undefined) return {};
  const workerDeploymentOptions = {
    version: { deploymentName, buildId },
    useWorkerVersioning: true,
    defaultVersioningBehavior: "PINNED",
  } as const;
  return { workerOptions: { workerDeploymentOptions } };
}
