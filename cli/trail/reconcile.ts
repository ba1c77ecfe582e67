/** `signalbox audit reconcile`: looks now for runs whose trail is missing, and writes it. */

import type { Command } from "commander";
import type { ReconciledOnce } from "../../worker/trail/reconcile-once.ts";
import { withTemporal } from "../connect.ts";
import { formatLinks } from "../links.ts";
import { addProjectOptions, loadConfig, type ProjectOptions } from "../load-project.ts";
import { readMoment } from "../read-moment.ts";
import { printJson, type Terminal } from "../terminal.ts";

interface ReconcileCommandOptions extends ProjectOptions {
  readonly taskQueue: string;
  readonly since?: string;
  readonly json?: boolean;
}

/** @param audit - the command `audit`. */
export function addReconcile(audit: Command, terminal: Terminal): void {
  addProjectOptions(audit.command("reconcile"))
    .description("write what the audit trail lacks of runs that have ended")
    .option("--task-queue <name>", "where the runs were taken from", "signalbox")
    .option(
      "--since <time>",
      "only runs that ended since then, such as 2h or 2026-11-25 (default: all that Temporal keeps)",
      readMoment,
    )
    .option("--json", "print what was found as JSON")
    .action((options: ReconcileCommandOptions) => reconcile(options, terminal));
}

async function reconcile(
  { taskQueue, since, json, ...project }: ReconcileCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const config = await loadConfig(project, terminal);
  const { reconcileOnce } = await import("../../worker/trail/reconcile-once.ts");
  const found = await withTemporal(terminal, ({ client }) =>
    reconcileOnce({ config, temporal: client, taskQueue, since }),
  );
  if (found === undefined) {
    terminal.tell('no audit trail is kept: the configuration has "audit: false"');
    terminal.exitCode = 1;
  } else if (json) {
    printJson(terminal, found);
  } else {
    terminal.print(describe(found));
  }
}

function describe(found: ReconciledOnce): string {
  const { sinks, runs, missing, unreadable, checkpoints, pruned } = found;
  return formatLinks({
    Sinks: sinks.join(", "),
    "Runs that have ended": String(runs),
    "Missing, and written now": String(missing),
    "Cannot be read": unreadable > 0 ? String(unreadable) : undefined,
    "Checkpoints signed": checkpoints > 0 ? String(checkpoints) : undefined,
    "Records dropped, as old as they are kept": pruned > 0 ? String(pruned) : undefined,
  });
}
