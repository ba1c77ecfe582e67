/** `signalbox draw`: draws a graph of a project. */

import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Argument, Option, type Command } from "commander";
import type { AnyGraph } from "../graph/graph.ts";
import { addProjectOptions, loadGraphs, pickGraph, type ProjectOptions } from "./load-project.ts";
import type { Terminal } from "./terminal.ts";

const FORMATS = {
  mermaid: (graph: AnyGraph) => graph.toMermaid(),
  svg: (graph: AnyGraph) => graph.toSvg(),
  json: (graph: AnyGraph) => JSON.stringify(graph.toJSON(), null, 2),
} as const;

interface DrawOptions extends ProjectOptions {
  readonly format: keyof typeof FORMATS;
  readonly output?: string;
}

export function addDraw(program: Command, terminal: Terminal): void {
  addProjectOptions(program.command("draw"))
    .description("draw a graph")
    .addArgument(new Argument("<graph>", "its id"))
    .addOption(
      new Option("--format <format>", "json is the graph as data")
        .choices(Object.keys(FORMATS))
        .default("mermaid"),
    )
    .option("-o, --output <file>", "write to a file (default: print)")
    .addOption(new Option("--json", "as --format json").implies({ format: "json" }))
    .action(async (id: string, { format, output, ...project }: DrawOptions) => {
      const { graphs } = await loadGraphs(project, terminal);
      const drawing = FORMATS[format](pickGraph(graphs, id)).trimEnd();
      if (output === undefined) terminal.print(drawing);
      else await writeFile(resolve(terminal.cwd, output), `${drawing}\n`);
    });
}
