/** `signalbox graphs`: lists the graphs of a project. */

import type { Command } from "commander";
import type { AnyGraph } from "../graph/graph.ts";
import { fingerprintGraph } from "../graph/fingerprint.ts";
import { walkSteps } from "../graph/walk.ts";
import { addProjectOptions, loadGraphs, type ProjectOptions } from "./load-project.ts";
import { formatTable } from "./table.ts";
import { printJson, type Terminal } from "./terminal.ts";

interface GraphRow {
  readonly id: string;
  readonly version: string;
  /** All, also those inside of others. */
  readonly steps: number;
  readonly fingerprint: string;
}

export function addGraphs(program: Command, terminal: Terminal): void {
  addProjectOptions(program.command("graphs"))
    .description("list the graphs of the project")
    .option("--json", "print JSON")
    .action(async (options: ProjectOptions & { readonly json?: boolean }) => {
      const { graphs } = await loadGraphs(options, terminal);
      const rows = [...graphs.values()].map(readRow);
      if (options.json) printJson(terminal, rows);
      else terminal.print(formatTable(["graph", "version", "steps"], rows.map(toCells)));
    });
}

function readRow(graph: AnyGraph): GraphRow {
  return {
    id: graph.id,
    version: graph.version,
    steps: [...walkSteps(graph.definition)].length,
    fingerprint: fingerprintGraph(graph.toJSON()),
  };
}

function toCells({ id, version, steps }: GraphRow): readonly string[] {
  return [id, version, String(steps)];
}
