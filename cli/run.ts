/** `signalbox run`: starts a run of a graph of the project, and waits for it where that is wanted. */

import type { Command } from "commander";
import type { Run } from "../client/run.ts";
import type { AnyGraph } from "../graph/graph.ts";
import { readValue } from "../graph/schema.ts";
import { CliError } from "./cli-error.ts";
import { paintFor } from "./colours.ts";
import { withClient, type Connected } from "./connect.ts";
import { oneLine, plainLines } from "./fit.ts";
import { addProjectOptions, loadGraphs, pickGraph, type ProjectOptions } from "./load-project.ts";
import { formatMs, msBetween } from "./amounts.ts";
import { nameStatus } from "./marks.ts";
import { Progress } from "./progress.ts";
import { readJson } from "./read-json.ts";
import { quote } from "./step-details.ts";
import { EXIT, printJson, type Terminal } from "./terminal.ts";
import { watchRun } from "./watch.ts";

interface RunOptions extends ProjectOptions {
  readonly input: string;
  readonly wait?: boolean;
  readonly version?: string;
  readonly workspace?: string;
  readonly key?: string;
  readonly id?: string;
  readonly by?: string;
  readonly taskQueue?: string;
  readonly cancelOnInterrupt?: boolean;
  readonly json?: boolean;
}

export function addRun(program: Command, terminal: Terminal): void {
  addProjectOptions(program.command("run"))
    .description("start a run of a graph")
    .argument("<graph>", "its id")
    .requiredOption("--input <input>", "the graph's input: a file, JSON, or - for standard input")
    .option("--wait", "show how it goes on, and print its result")
    .option("--version <version>", "one of the graph's versions (default: the newest)")
    .option("--workspace <name>", 'the tenant that it belongs to (default: "default")')
    .option("--key <key>", "idempotency key: the same one with the same input starts no second run")
    .option("--id <id>", "the run's own id (default: made up)")
    .option("--by <name>", "who asks for it, for the record")
    .option("--task-queue <name>", 'where its workers listen (default: "signalbox")')
    .option("--cancel-on-interrupt", "with --wait: Ctrl-C cancels the run (default: it goes on)")
    .option("--json", "print JSON")
    .action((graph: string, options: RunOptions) => startFrom(graph, options, terminal));
}

async function startFrom(graphId: string, options: RunOptions, terminal: Terminal): Promise<void> {
  const { graphs } = await loadGraphs(options, terminal);
  const graph = pickGraph(graphs, graphId);
  const input = await readJson(options.input, "--input", terminal);
  const { findVersion } = await import("../client/start-run.ts");
  checkInput(findVersion(graph, options.version), input);
  await withClient(
    terminal,
    async (connected) => {
      const id = await startTraced(graph, input, options, connected);
      if (options.wait) await waitFor(id, options, { ...connected, terminal });
      else tellStarted(id, graph, options, { ...connected, terminal });
    },
    options.taskQueue,
  );
}

/** The worker checks it too; this tells at once, and starts nothing. */
function checkInput(graph: AnyGraph, input: unknown): void {
  const read = readValue(graph.definition.input, input);
  if (read.ok) return;
  const problems = read.problems.map(
    ({ path, message }) => `\n  ${path === "" ? "the input itself" : path}: ${message}`,
  );
  throw new CliError(
    "CLI_INPUT_MISFIT",
    `The input does not fit graph "${graph.id}" version "${graph.version}". Nothing was started. Mend:${problems.join("")}`,
  );
}

function start(
  graph: AnyGraph,
  input: unknown,
  { id, key, version, workspace, by }: RunOptions,
  { client }: Connected,
): Promise<string> {
  return client.start(graph, input, {
    ...(id !== undefined && { id }),
    ...(key !== undefined && { idempotencyKey: key }),
    ...(version !== undefined && { version }),
    ...(workspace !== undefined && { workspace }),
    ...(by !== undefined && { by }),
  });
}

/** What is told of the start is sent before anybody waits for the run. */
async function startTraced(...given: Parameters<typeof start>): Promise<string> {
  const { openTelemetry } = await import("../worker/telemetry/open-telemetry.ts");
  const telemetry = await openTelemetry();
  try {
    return await start(...given);
  } finally {
    await telemetry.close();
  }
}

type Here = Connected & { readonly terminal: Terminal };

/** Only the id on standard output: scripts go on with it. */
function tellStarted(
  id: string,
  graph: AnyGraph,
  { version = graph.version, json }: RunOptions,
  { linkTo, terminal }: Here,
): void {
  const link = linkTo(id);
  if (json) {
    const links = { ...(link !== undefined && { temporalUi: link }) };
    return printJson(terminal, { id, graph: graph.id, version, status: "running", links });
  }
  terminal.print(id);
  terminal.tell(`look at it:    signalbox show ${quote(id)}`);
  terminal.tell(`wait for it:   signalbox show ${quote(id)} --watch`);
  if (link !== undefined) terminal.tell(`Temporal UI:   ${link}`);
}

async function waitFor(id: string, options: RunOptions, here: Here): Promise<void> {
  const { client, terminal } = here;
  terminal.tell(`run ${oneLine(id)}`);
  const progress = await Progress.begin(id, terminal);
  const watched = await watchRun(client, id, terminal, {
    onEvent: (event) => progress.show(event),
    onQuiet: () => progress.tell(NOBODY),
  }).finally(() => progress.end());
  if (watched === "interrupted") return leave(id, options, here);
  printEnd(await client.get(id), options, terminal);
}

const NOBODY = `nobody has taken the run up yet: is a worker up for this task queue? Start one with: signalbox worker`;

async function leave(
  id: string,
  { cancelOnInterrupt }: RunOptions,
  { client, terminal }: Here,
): Promise<void> {
  terminal.exitCode = EXIT.interrupted;
  if (cancelOnInterrupt) {
    await client.cancel(id);
    return terminal.tell(`cancelled: run ${oneLine(id)} is asked to stop`);
  }
  terminal.tell(`left: the run goes on. Wait again with: signalbox show ${quote(id)} --watch`);
  terminal.tell(`Stop it with: signalbox cancel ${quote(id)}`);
}

/** The result is all there is on standard output; how it went, on standard error. */
function printEnd(run: Run, { json }: RunOptions, terminal: Terminal): void {
  const { status, result, error, startedAt, closedAt } = run;
  const paint = paintFor(terminal, terminal.stderr);
  terminal.tell(`${nameStatus(status, paint)} after ${formatMs(msBetween(startedAt, closedAt))}`);
  if (status !== "completed") terminal.exitCode = EXIT.runFailed;
  if (json) return printJson(terminal, run);
  if (error !== undefined) terminal.tell(`error ${error.code}: ${plainLines(error.message)}`);
  if (status === "completed") terminal.print(asText(result, terminal));
}

/** A text as it is, else JSON. A program gets every character, a terminal none that moves its cursor. */
function asText(result: unknown, { stdout }: Pick<Terminal, "stdout">): string {
  const text = typeof result === "string" ? result : (JSON.stringify(result, null, 2) ?? "null");
  return stdout.isTTY ? plainLines(text) : text;
}
