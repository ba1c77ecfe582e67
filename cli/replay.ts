/** `signalbox replay`: finds out whether runs that began with older code go through with this one. For CI. */

import { relative, resolve } from "node:path";
import type { Command } from "commander";
import type { History } from "../client/trail/history-event.ts";
import type { RecordedRun, Replayed } from "../worker/replay.ts";
import type { Temporal } from "../worker/temporal.ts";
import { CliError } from "./cli-error.ts";
import { withTemporal } from "./connect.ts";
import { addProjectOptions, loadGraphs, type ProjectOptions } from "./load-project.ts";
import { isCoded } from "./tell-error.ts";
import { EXIT, printJson, type Terminal } from "./terminal.ts";

interface Sources {
  readonly files: readonly string[];
  readonly run: readonly string[];
  readonly query?: string;
}

interface ReplayCommandOptions extends ProjectOptions, Omit<Sources, "files"> {
  readonly json?: boolean;
}

type Status = Replayed["status"];

export function addReplay(program: Command, terminal: Terminal): void {
  addProjectOptions(program.command("replay"))
    .description("replay histories of runs against the graphs as they are now")
    .argument("[files...]", "histories as JSON, as Temporal's UI and CLI download them")
    .option(
      "--run <id>",
      "a run on the Temporal server, with its parts; can be given several times",
      collect,
      [],
    )
    .option("--query <query>", "all runs that this visibility query finds")
    .option("--json", "print JSON")
    .action(async (files: readonly string[], options: ReplayCommandOptions) => {
      const sources = { files, run: options.run, query: options.query };
      if (files.length + options.run.length === 0 && options.query === undefined) {
        program.error("error: name a file, a --run or a --query");
      }
      terminal.exitCode = await replay(sources, options, terminal);
    });
}

function collect(id: string, ids: readonly string[]): readonly string[] {
  return [...ids, id];
}

async function replay(
  sources: Sources,
  options: ReplayCommandOptions,
  terminal: Terminal,
): Promise<number> {
  // Loaded late here and below, as it takes a second: help and completion do without.
  const { installQuietRuntime, replayHistories } = await import("../worker/replay.ts");
  installQuietRuntime();
  const { exports, url } = await loadGraphs(options, terminal);
  const { openDataConverter } = await import("../payloads/data-converter.ts");
  const dataConverter = openDataConverter({ env: terminal.env });
  const results: Replayed[] = [];
  await withRuns(sources, terminal, async (runs) => {
    for await (const result of replayHistories(
      { graphs: exports, graphsUrl: url, dataConverter },
      runs,
    )) {
      results.push(result);
      if (!options.json) terminal.print(describe(result));
    }
  });
  if (options.json) printJson(terminal, toJson(results));
  else terminal.print(summarise(results));
  return exitCodeFor(results);
}

/** Opens a connection only where runs on a server are asked for: files need none. */
async function withRuns(
  sources: Sources,
  terminal: Terminal,
  body: (runs: AsyncIterable<RecordedRun>) => Promise<void>,
): Promise<void> {
  const fromFiles = readFiles(sources.files, terminal.cwd);
  if (sources.run.length === 0 && sources.query === undefined) return body(fromFiles);
  await withTemporal(terminal, async ({ client }) => {
    async function* all(): AsyncGenerator<RecordedRun> {
      yield* fromFiles;
      for (const id of sources.run) yield* findRun(client, id);
      if (sources.query !== undefined) yield* findRuns(client, sources.query);
    }
    await body(all());
  });
}

/** Of a run that has continued as new, all executions. */
async function* findRun(client: Temporal["client"], id: string): AsyncGenerator<RecordedRun> {
  const { fetchHistories } = await import("../client/read-histories.ts");
  try {
    for await (const history of fetchHistories(client, id)) yield* withParts(client, id, history);
  } catch (error) {
    if (!isCoded(error)) throw error;
    yield { name: id, workflowId: id, history: error };
  }
}

async function* findRuns(client: Temporal["client"], query: string): AsyncGenerator<RecordedRun> {
  const { listHistories, readQueryRefusal } = await import("../client/read-histories.ts");
  try {
    for await (const { workflowId, history } of listHistories(client, query)) {
      yield* withParts(client, workflowId, history);
    }
  } catch (error) {
    const refusal = readQueryRefusal(error);
    if (refusal === undefined) throw error;
    throw new CliError(
      "CLI_INVALID_QUERY",
      `Temporal does not understand the query: ${refusal}. See https://docs.temporal.io/list-filter.`,
      { cause: error },
    );
  }
}

/** An execution of a run, and the parts of its large maps: most of its steps may be there. */
async function* withParts(
  client: Temporal["client"],
  id: string,
  history: History,
): AsyncGenerator<RecordedRun> {
  yield { name: id, workflowId: id, history };
  const { listPartHistories } = await import("../client/read-histories.ts");
  for await (const part of listPartHistories(client, history)) {
    yield { name: part.workflowId, ...part };
  }
}

async function* readFiles(files: readonly string[], cwd: string): AsyncGenerator<RecordedRun> {
  const { readHistoryFile } = await import("../worker/read-history.ts");
  for (const file of files) {
    const path = resolve(cwd, file);
    yield { name: relative(cwd, path), history: await caught(readHistoryFile(path)) };
  }
}

/** One history that cannot be had does not keep the others from being replayed. */
async function caught<T>(promise: Promise<T>): Promise<T | Error> {
  try {
    return await promise;
  } catch (error) {
    if (isCoded(error)) return error;
    throw error;
  }
}

function describe(result: Replayed): string {
  const { name, graph, version, events } = result;
  const run = `${name}: ${graph ?? ""}${version === undefined ? "" : ` version ${version}`}`;
  switch (result.status) {
    case "ok":
      return `ok            ${run}, ${events} events`;
    case "different": {
      const { step, expected, found, eventId } = result.difference;
      const where = step === undefined ? "" : ` step "${step}":`;
      const event = eventId === undefined ? "" : ` (event ${eventId})`;
      return `different     ${run},${where} the history has ${expected}${event}, this code has ${found}`;
    }
    case "not replayed":
      return `not replayed  ${isCoded(result.error) ? `${result.error.code}: ` : ""}${result.error.message}`;
  }
}

function count(results: readonly Replayed[], status: Status): number {
  return results.filter((result) => result.status === status).length;
}

function summarise(results: readonly Replayed[]): string {
  if (results.length === 0) return "no histories: the query finds no runs";
  const statuses: readonly Status[] = ["ok", "different", "not replayed"];
  const counts = statuses
    .map((status) => [count(results, status), status] as const)
    .filter(([number]) => number > 0)
    .map(([number, status]) => `${number} ${status}`);
  const summary = `${results.length} ${results.length === 1 ? "history" : "histories"}: ${counts.join(", ")}`;
  return count(results, "different") === 0
    ? summary
    : `${summary}\nSuch runs, if they are in flight, stop where they differ. Give the changed graph a new version and keep the old one beside it.`;
}

/** Errors as JSON would have neither message nor code. */
function toJson(results: readonly Replayed[]): unknown {
  return {
    ok: count(results, "ok"),
    different: count(results, "different"),
    notReplayed: count(results, "not replayed"),
    histories: results.map((result) => {
      if (result.status !== "not replayed") return result;
      const { error, ...rest } = result;
      return {
        ...rest,
        error: { code: isCoded(error) ? error.code : error.name, message: error.message },
      };
    }),
  };
}

function exitCodeFor(results: readonly Replayed[]): number {
  if (count(results, "not replayed") === results.length) return EXIT.usage;
  return count(results, "ok") === results.length ? EXIT.ok : EXIT.failed;
}
