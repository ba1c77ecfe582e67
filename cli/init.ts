/** `signalbox init`: makes a project that type-checks and passes its test. */

import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { Argument, type Command } from "commander";
import { checkName, makeProject, nameFor, type MadeProject } from "./make-project.ts";
import { printJson, type Terminal } from "./terminal.ts";

interface InitOptions {
  readonly name?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const DEFAULT_FOLDER = "my-graphs";

export function addInit(program: Command, terminal: Terminal): void {
  program
    .command("init")
    .description("make a new project: a graph, a configuration and a test")
    .addArgument(new Argument("[folder]", `where; made if need be (default: "${DEFAULT_FOLDER}")`))
    .option("--name <name>", "of its package (default: the folder's)")
    .option("-y, --yes", "ask nothing")
    .option("--force", "also into a folder that is not empty; what is there stays as it is")
    .option("--json", "print JSON, and ask nothing")
    .action(async (given: string | undefined, options: InitOptions) => {
      const folder = resolve(terminal.cwd, given ?? (await askForFolder(options)));
      const name = checkName(options.name ?? nameFor(folder));
      const made = await makeProject({ folder, name, force: options.force ?? false });
      if (options.json) printJson(terminal, made);
      else terminal.print(format(made, terminal));
    });
}

/** Only where somebody sits who can answer. */
async function askForFolder({ yes, json }: InitOptions): Promise<string> {
  if (yes || json || !process.stdin.isTTY || !process.stderr.isTTY) return DEFAULT_FOLDER;
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (
      (await questions.question(`Folder of the project (${DEFAULT_FOLDER}): `)).trim() ||
      DEFAULT_FOLDER
    );
  } finally {
    questions.close();
  }
}

function format({ folder, files, kept }: MadeProject, { cwd }: Pick<Terminal, "cwd">): string {
  const where = folder === cwd ? [] : [`  cd ${quote(folder)}`];
  return [
    ...files.map((file) => `made  ${file}`),
    ...kept.map((file) => `kept  ${file}, which was there`),
    "",
    "Next:",
    ...where,
    "  npm install",
    "  npm test",
    "  npm run dev",
  ].join("\n");
}

function quote(path: string): string {
  return /^[\w./\\:-]+$/.test(path) ? path : JSON.stringify(path);
}
