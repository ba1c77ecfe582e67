/** `signalbox runs`: lists runs, the newest first. */

import { InvalidArgumentError, Option, type Command } from "commander";
import { RUN_STATUSES, type ListOptions, type RunStatus, type RunSummary } from "../client/run.ts";
import type { SignalboxClient } from "../client/signalbox-client.ts";
import { formatMoment, formatMs, formatUsd, msBetween } from "./amounts.ts";
import { paintFor } from "./colours.ts";
import { withClient } from "./connect.ts";
import { oneLine } from "./fit.ts";
import { markOf, nameStatus } from "./marks.ts";
import { readMoment } from "./read-moment.ts";
import { quote } from "./step-details.ts";
import { formatTable } from "./table.ts";
import { printJson, type Terminal } from "./terminal.ts";

interface RunsOptions {
  readonly graph?: string;
  readonly version?: string;
  readonly status?: RunStatus;
  readonly since?: string;
  readonly until?: string;
  readonly workspace?: string;
  readonly model?: string;
  readonly fallback?: boolean;
  readonly costFrom?: number;
  readonly costBelow?: number;
  readonly limit: number;
  readonly cursor?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** The most that the client gives at once. */
const MOST_ON_A_PAGE = 100;

export function addRuns(program: Command, terminal: Terminal): void {
  program
    .command("runs")
    .description("list runs, the newest first")
    .option("--graph <id>", "of this graph")
    .option("--version <version>", "of this version of it")
    .addOption(new Option("--status <status>", "that stand so").choices(RUN_STATUSES))
    .option("--since <when>", 'started in the last "2h", "30m", "7d", or since a date', readMoment)
    .option("--until <when>", "started before that", readMoment)
    .option("--workspace <name>", "of this tenant")
    .option("--model <model>", 'that this model answered in, as "provider/model"')
    .option("--fallback", "with a step that another model than the first had to answer")
    .option("--no-fallback", "without one")
    .option("--cost-from <usd>", "that cost at least so much", readUsd)
    .option("--cost-below <usd>", "that cost less", readUsd)
    .option("--limit <count>", "how many, 100 at most", readLimit, 20)
    .option("--cursor <cursor>", "where to go on: the last page says")
    .option("--all", "all there are")
    .option("--json", "print JSON")
    .action((options: RunsOptions) =>
      withClient(terminal, ({ client }) => listRuns(options, client, terminal)),
    );
}

function readLimit(given: string): number {
  const limit = Number(given);
  if (/^\d+$/.test(given) && limit >= 1 && limit <= MOST_ON_A_PAGE) return limit;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${MOST_ON_A_PAGE}.`);
}

function readUsd(given: string): number {
  const usd = Number(given);
  if (/^\d*\.?\d+$/.test(given) && Number.isFinite(usd)) return usd;
  throw new InvalidArgumentError('Give an amount in USD, such as "0.05".');
}

async function listRuns(
  options: RunsOptions,
  client: Pick<SignalboxClient, "list">,
  terminal: Terminal,
): Promise<void> {
  const { runs, next } = await readRuns(options, client);
  if (options.json) return printJson(terminal, { runs, ...(next !== undefined && { next }) });
  if (runs.length === 0) return terminal.tell("no runs, or none that fit");
  terminal.print(formatRuns(runs, terminal));
  if (next !== undefined) {
    terminal.tell(`there are more: the same with --cursor ${quote(next)}, or with --all`);
  }
}

async function readRuns(
  { all, since, until, json: _json, ...filters }: RunsOptions,
  client: Pick<SignalboxClient, "list">,
): Promise<Awaited<ReturnType<SignalboxClient["list"]>>> {
  const wanted: ListOptions = {
    ...filters,
    ...(since !== undefined && { startedFrom: since }),
    ...(until !== undefined && { startedBefore: until }),
  };
  if (!all) return client.list(wanted);
  const runs: RunSummary[] = [];
  let { cursor } = wanted;
  do {
    const page = await client.list({
      ...wanted,
      limit: MOST_ON_A_PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    runs.push(...page.runs);
    cursor = page.next;
  } while (cursor !== undefined);
  return { runs };
}

const HEADS = ["", "run", "graph", "status", "started (UTC)", "took", "cost", "models"] as const;

function formatRuns(runs: readonly RunSummary[], terminal: Terminal): string {
  const paint = paintFor(terminal, terminal.stdout);
  const rows = runs.map((run) => {
    const { id, graph, version, status, startedAt, closedAt, costUsd } = run;
    return [
      markOf(status, paint),
      // Whole, whatever the width: it is what other commands want.
      oneLine(id),
      oneLine(version === undefined ? graph : `${graph} ${version}`),
      nameStatus(status, paint),
      formatMoment(startedAt),
      formatMs(msBetween(startedAt, closedAt)),
      costUsd === undefined ? "-" : formatUsd(costUsd),
      describeModels(run),
    ];
  });
  return formatTable(
    HEADS.map((head) => paint("dim", head)),
    rows,
  );
}

function describeModels({ models = [], fallbacks = 0 }: RunSummary): string {
  const after = fallbacks > 0 ? ` (${fallbacks} by fallback)` : "";
  return models.length === 0 ? "-" : `${oneLine(models.join(", "))}${after}`;
}
