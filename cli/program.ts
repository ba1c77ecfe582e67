/** The commands of `signalbox`, and what they have in common. */

import { Command } from "commander";
import { readPackageVersion } from "../worker/package-json.ts";
import { addApi } from "./api.ts";
import { addAudit } from "./audit.ts";
import { addCancel } from "./cancel.ts";
import { addCompletion } from "./completion.ts";
import { addApprove, addSend } from "./deliver.ts";
import { addCost } from "./cost.ts";
import { addDev } from "./dev.ts";
import { addDoctor } from "./doctor.ts";
import { addDraw } from "./draw.ts";
import { addExplain } from "./explain.ts";
import { addGraphs } from "./graphs.ts";
import { addInit } from "./init.ts";
import { addKey } from "./key.ts";
import { addModels } from "./models.ts";
import { addReplay } from "./replay.ts";
import { addRoute } from "./route.ts";
import { addRun } from "./run.ts";
import { addRuns } from "./runs.ts";
import { addShow } from "./show.ts";
import { tellError } from "./tell-error.ts";
import type { Terminal } from "./terminal.ts";
import { addWorker } from "./worker.ts";

/** Adds a command to the program. */
export type AddCommand = (program: Command, terminal: Terminal) => void;

/** One file each, in the order in which help lists them. */
const COMMANDS: readonly AddCommand[] = [
  addInit,
  addDev,
  addDoctor,
  addWorker,
  addApi,
  addRun,
  addRuns,
  addShow,
  addApprove,
  addSend,
  addCancel,
  addAudit,
  addCost,
  addGraphs,
  addDraw,
  addModels,
  addRoute,
  addExplain,
  addReplay,
  addKey,
  addCompletion,
];

/**
 * Runs the command line.
 *
 * @param args - without Node and the program's name.
 * @returns the exit code. Never rejects: errors are told.
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(args, { from: "user" });
    return terminal.exitCode;
  } catch (error) {
    return tellError(error, terminal);
  }
}

function createProgram(terminal: Terminal): Command {
  const program = new Command("signalbox")
    .description("Multi-model task graphs on Temporal.")
    .version(readPackageVersion(), "--version")
    // Else `--version` of a command would be the program's.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.tell(text.trimEnd()),
    })
    .showHelpAfterError("(--help lists what there is)");
  // Subcommands inherit what is set above, so it comes first.
  for (const addCommand of COMMANDS) addCommand(program, terminal);
  return program;
}
