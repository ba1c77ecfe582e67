/** `signalbox completion`: a script that lets a shell complete commands, options, graphs, runs and steps. */

import { Argument, type Command } from "commander";
import { complete } from "./complete.ts";
import { SHELL_SCRIPTS, type Shell } from "./shell-scripts.ts";
import { splitWords } from "./split-words.ts";
import { printJson, type Terminal } from "./terminal.ts";

export function addCompletion(program: Command, terminal: Terminal): void {
  program
    .command("completion")
    .description("print a script with which a shell completes this command")
    .addArgument(new Argument("<shell>", "yours").choices(Object.keys(SHELL_SCRIPTS)))
    .option("--json", "print JSON")
    .action((shell: Shell, { json }: { readonly json?: boolean }) => {
      const script = SHELL_SCRIPTS[shell].trimEnd();
      if (json) printJson(terminal, { shell, script });
      else terminal.print(script);
    });
  // What those scripts ask.
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .option("--line <line>")
    .action(async (words: readonly string[], { line }: { readonly line?: string }) => {
      const typed = line === undefined ? words : splitWords(line).slice(1);
      const lines = await complete(program, typed, terminal);
      if (lines.length > 0) terminal.print(lines.join("\n"));
    });
}
