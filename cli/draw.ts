/** `signalbox draw`: draws a graph of a project. */

import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import type { AnyGraph } from "../graph/graph.ts";
import { addProjectOptions, loadGraphs, pickGraph, type ProjectOptions } from "./load-project.ts";
import type { Terminal } from "./terminal.ts";

const TEXTS = {
  mermaid: (graph: AnyGraph) => graph.toMermaid(),
  svg: (graph: AnyGraph) => graph.toSvg(),
  json: (graph: AnyGraph) => JSON.stringify(graph.toJSON(), null, 2),
} as const;

interface DrawOptions extends ProjectOptions {
  readonly format: keyof typeof TEXTS | "png";
  readonly output?: string;
  readonly scale: number;
}

export function addDraw(program: Command, terminal: Terminal): void {
  const command = addProjectOptions(program.command("draw"));
  command
    .description("draw a graph")
    .addArgument(new Argument("<graph>", "its id"))
    .addOption(
      new Option("--format <format>", "json is the graph as data; png needs --output")
        .choices([...Object.keys(TEXTS), "png"])
        .default("mermaid"),
    )
    .addOption(new Option("--json", "as --format json").implies({ format: "json" }))
    .addOption(
      new Option("--scale <factor>", "pixels of a png for each of the svg's, 0.1 to 10")
        .argParser(readScale)
        .default(2),
    )
    .option("-o, --output <file>", "write to a file (default: print)")
    .action(async (id: string, { format, output, scale, ...project }: DrawOptions) => {
      if (format === "png" && output === undefined) {
        command.error("error: a png is no text to print: name a file with --output");
      }
      const { graphs } = await loadGraphs(project, terminal);
      const drawing = await draw(pickGraph(graphs, id), format, scale);
      if (output !== undefined) await writeFile(resolve(terminal.cwd, output), drawing);
      else terminal.print(String(drawing).trimEnd());
    });
}

async function draw(
  graph: AnyGraph,
  format: DrawOptions["format"],
  scale: number,
): Promise<string | Uint8Array> {
  if (format !== "png") return `${TEXTS[format](graph).trimEnd()}\n`;
  const { renderPng } = await import("./render-png.ts");
  return renderPng(graph.toSvg(), scale);
}

function readScale(given: string): number {
  const scale = Number(given);
  if (scale >= 0.1 && scale <= 10) return scale;
  throw new InvalidArgumentError("Give a number from 0.1 to 10.");
}
