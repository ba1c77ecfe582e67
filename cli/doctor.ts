/** `signalbox doctor`: looks at all that a run needs, and says how to mend what is missing. Changes nothing, but for an entry in the journal. */

import type { Command } from "commander";
import { paintFor, type Paint } from "./colours.ts";
import { hideSecrets, type Finding } from "./doctor/finding.ts";
import { addProjectOptions, type ProjectOptions } from "./load-project.ts";
import { EXIT, printJson, type Terminal } from "./terminal.ts";

export function addDoctor(program: Command, terminal: Terminal): void {
  addProjectOptions(program.command("doctor"))
    .description(
      "check what a run needs: Node, Temporal, configuration, keys, providers, prices, journal",
    )
    .option("--json", "print JSON")
    .action(async ({ json, ...options }: ProjectOptions & { readonly json?: boolean }) => {
      const findings = await examine(options, terminal);
      if (json) printJson(terminal, { findings });
      else terminal.print(format(findings, paintFor(terminal, terminal.stdout)));
      if (findings.some(({ status }) => status === "failed")) terminal.exitCode = EXIT.failed;
    });
}

/** All at once: what does not answer is waited for once. In the order in which things are needed. */
async function examine(options: ProjectOptions, terminal: Terminal): Promise<readonly Finding[]> {
  const { env } = terminal;
  const [machine, temporal, project] = await Promise.all([
    import("./doctor/check-machine.ts"),
    import("./doctor/check-temporal.ts"),
    import("./doctor/check-project.ts"),
  ]);
  const findings = await Promise.all([
    machine.checkNode(),
    temporal.checkTemporal(env),
    project.checkProject(options, terminal),
    machine.checkApiPort(env),
    machine.checkDisk(env),
  ]);
  return hideSecrets([...findings.flat(), ...machine.checkApiKeys(env)], env);
}

const LOOKS = {
  ok: ["✔", "green"],
  warning: ["●", "yellow"],
  failed: ["✖", "red"],
} as const;

function format(findings: readonly Finding[], paint: Paint): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const statusWidth = "warning".length;
  const lines = findings.flatMap(({ check, status, message, remedy }) => {
    const [sign, colour] = LOOKS[status];
    const head = `${paint(colour, `${sign} ${status.padEnd(statusWidth)}`)}  ${check.padEnd(width)}  ${message}`;
    const indent = " ".repeat(statusWidth + width + 6);
    return remedy === undefined ? [head] : [head, `${indent}${remedy}`];
  });
  const count = (wanted: Finding["status"]): number =>
    findings.filter(({ status }) => status === wanted).length;
  return [
    ...lines,
    "",
    `${count("ok")} ok, ${count("warning")} to look at, ${count("failed")} failed`,
  ].join("\n");
}
