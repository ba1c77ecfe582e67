/** `signalbox worker`: runs the graphs of the project, until it is stopped. */

import type { Command } from "commander";
import { linkToRuns, temporalUiOf } from "../client/temporal-ui.ts";
import { withTemporal } from "./connect.ts";
import { formatLinks } from "./links.ts";
import { addProjectOptions, loadConfig, loadGraphs, type ProjectOptions } from "./load-project.ts";
import { printJson, type Terminal } from "./terminal.ts";
import { untilSignal } from "./until-signal.ts";

interface WorkerCommandOptions extends ProjectOptions {
  readonly taskQueue: string;
  readonly json?: boolean;
}

export function addWorker(program: Command, terminal: Terminal): void {
  addProjectOptions(program.command("worker"))
    .description("start a worker for the project, until Ctrl-C")
    .option("--task-queue <name>", "where it listens", "signalbox")
    .option("--json", "print what is up as JSON")
    .action((options: WorkerCommandOptions) => work(options, terminal));
}

async function work(options: WorkerCommandOptions, terminal: Terminal): Promise<void> {
  const { taskQueue, json } = options;
  const { exports, url, graphs } = await loadGraphs(options, terminal);
  const config = await loadConfig(options, terminal);
  const { startWorker } = await import("../worker/signalbox-worker.ts");
  await withTemporal(terminal, async (temporal) => {
    const { address, namespace } = temporal;
    const worker = await startWorker({
      config,
      graphs: exports,
      graphsUrl: url,
      temporal,
      taskQueue,
      onWarning: (message) => terminal.tell(message),
    });
    const ui = temporalUiOf(temporal);
    const temporalUi = ui && linkToRuns(ui);
    const ids = [...graphs.keys()];
    if (json)
      printJson(terminal, { graphs: ids, taskQueue, temporal: address, namespace, temporalUi });
    else {
      terminal.print(
        formatLinks({
          Worker: `task queue "${taskQueue}", graphs ${ids.join(", ")}`,
          Temporal: `${address}, namespace ${namespace}`,
          "Temporal UI": temporalUi,
        }),
      );
    }
    terminal.tell("up until Ctrl-C");
    await untilSignal(worker, terminal);
  });
}
