/** `signalbox cost`: what calls of models cost, by model, graph, workspace or day, from the audit trail. */

import { Option, type Command } from "commander";
import { CliError } from "./cli-error.ts";
import { paintFor } from "./colours.ts";
import { costChart } from "./costs/cost-chart.ts";
import { costCsv, costJson, costTable, notesOf } from "./costs/formats.ts";
import { readCosts } from "./costs/read-costs.ts";
import { GROUPINGS, type CostReport, type Grouping } from "./costs/sums.ts";
import { addProjectOptions } from "./load-project.ts";
import { readMoment } from "./read-moment.ts";
import type { Terminal } from "./terminal.ts";
import {
  noTrail,
  readableSink,
  withTrail,
  type ReadableSink,
  type TrailOptions,
} from "./trail/open-trail.ts";
import { writeNewFile } from "./trail/trail-files.ts";

const FORMATS = ["table", "csv", "svg", "json"] as const;

interface CostOptions extends TrailOptions {
  readonly by: Grouping;
  readonly from?: string;
  readonly to?: string;
  readonly format: (typeof FORMATS)[number];
  readonly out?: string;
  readonly json?: boolean;
}

export function addCost(program: Command, terminal: Terminal): void {
  const command = program
    .command("cost")
    .description("add up what calls of models cost, from the audit trail")
    .addOption(
      new Option("--by <what>", "what the cost is of").choices([...GROUPINGS]).default("model"),
    )
    .addOption(new Option("--from <time>", "calls that ended since then").argParser(readMoment))
    .addOption(new Option("--to <time>", "calls that ended before then").argParser(readMoment))
    .option("--workspace <name>", "only of this one (default: of all)")
    .addOption(
      new Option("--format <format>", "of the answer").choices([...FORMATS]).default("table"),
    )
    .option("--out <file>", "where to (default: standard output)")
    .option("--json", "print JSON")
    .option("--sink <id>", "the sink (default: the first that can be read)");
  addProjectOptions(command).action((options: CostOptions) =>
    withTrail(options, terminal, async (trail) => {
      const report = await readReport(readableSink(trail, options.sink), options);
      await tell(report, options, terminal);
      for (const note of notesOf(report)) terminal.tell(note);
    }),
  );
}

/** @throws {CliError} CLI_UNKNOWN_RECORD where there is nothing to add up. */
async function readReport(sink: ReadableSink, options: CostOptions): Promise<CostReport> {
  const { by, from, to, workspace } = options;
  const workspaces = workspace === undefined ? await listWorkspaces(sink) : [workspace];
  const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const report = await readCosts(sink, { by, workspaces, ...range });
  if (report.rows.length > 0) return report;
  const whose = workspace === undefined ? "" : ` of the workspace "${workspace}"`;
  const when = from === undefined && to === undefined ? "" : " of that time";
  throw new CliError(
    "CLI_UNKNOWN_RECORD",
    `The sink "${sink.id}" has no calls of models${whose}${when}. Mend --workspace, --from or --to; a run's records come within seconds of its end.`,
  );
}

async function listWorkspaces(sink: ReadableSink): Promise<readonly string[]> {
  const found = await sink.workspaces?.();
  if (found !== undefined) return found.toSorted();
  throw noTrail(`The sink "${sink.id}" cannot list its workspaces. Name one with --workspace.`);
}

async function tell(report: CostReport, options: CostOptions, terminal: Terminal): Promise<void> {
  const text = formatted(report, options, terminal);
  if (options.out === undefined) terminal.print(text.trimEnd());
  else await writeNewFile(options.out, text, terminal);
}

function formatted(report: CostReport, options: CostOptions, terminal: Terminal): string {
  const { format, json, out } = options;
  switch (json ? "json" : format) {
    case "table":
      return `${costTable(report, out === undefined ? paintFor(terminal, terminal.stdout) : asIs)}\n`;
    case "csv":
      return costCsv(report);
    case "svg":
      return costChart(report, whenOf(options));
    case "json":
      return `${JSON.stringify(costJson(report), undefined, 2)}\n`;
  }
}

/** A file is to be read by programs too. */
function asIs(_format: unknown, text: string): string {
  return text;
}

function whenOf({ from, to }: CostOptions): string {
  const [since, until] = [from, to].map((moment) => moment?.slice(0, 16).replace("T", " "));
  return `${since === undefined ? "" : `, from ${since}`}${until === undefined ? "" : `, to ${until}`}`;
}
