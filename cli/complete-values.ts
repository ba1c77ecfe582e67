/** The values that an argument or option may have, by its name: graphs of the project, runs and steps of the server. */

import type { SignalboxClient } from "../client/signalbox-client.ts";
import { walkSteps } from "../graph/walk.ts";
import { withClient } from "./connect.ts";
import { loadGraphs } from "./load-project.ts";
import type { Terminal } from "./terminal.ts";

export interface Candidate {
  readonly value: string;
  /** For people. */
  readonly about: string;
}

export interface Values {
  readonly candidates: readonly Candidate[];
  readonly isFiles?: true;
}

/** What has been typed before it. */
export interface ValueRequest {
  readonly command: string;
  readonly given: readonly string[];
  /** By their long names. */
  readonly options: ReadonlyMap<string, string>;
}

/** Nobody waits longer at a press of Tab. */
const PATIENCE_MS = 2_000;
/** The newest are those that somebody has in mind. */
const MOST_RUNS = 50;

type Source = (request: ValueRequest, terminal: Terminal) => Promise<readonly Candidate[]>;

/** By the name of an argument, or of an option with its dashes. */
const SOURCES: ReadonlyMap<string, Source> = new Map<string, Source>([
  ["graph", listGraphs],
  ["--graph", listGraphs],
  ["run", listRuns],
  ["runs", listRuns],
  ["--run", listRuns],
  ["step", listStepsOfRun],
  ["--step", listStepsOfGraph],
]);

const FILES: ReadonlySet<string> = new Set([
  "file",
  "files",
  "folder",
  "--config",
  "--graphs",
  "--output",
  "--out",
  "--key",
  "--checkpoint",
  "--input",
  "--decision",
  "--event",
]);

/** Nothing where it cannot be had: whoever presses Tab wants no errors. */
export async function findValues(
  name: string,
  request: ValueRequest,
  terminal: Terminal,
): Promise<Values> {
  if (FILES.has(name)) return { candidates: [], isFiles: true };
  const source = SOURCES.get(name);
  if (source === undefined) return { candidates: [] };
  const silence = AbortSignal.timeout(PATIENCE_MS);
  const late = new Promise<readonly Candidate[]>((resolve) => {
    silence.addEventListener("abort", () => resolve([]), { once: true });
  });
  const candidates = await Promise.race([source(request, terminal), late]).catch(() => []);
  // A server that does not answer would hold the process, and with it the shell.
  if (silence.aborted) terminal.quit(0);
  return { candidates };
}

async function listGraphs(
  { options }: ValueRequest,
  terminal: Terminal,
): Promise<readonly Candidate[]> {
  const { graphs } = await loadGraphs(projectOf(options), terminal);
  return [...graphs.values()].map(({ id, version }) => ({
    value: id,
    about: `graph, version ${version}`,
  }));
}

async function listStepsOfGraph(
  { options }: ValueRequest,
  terminal: Terminal,
): Promise<readonly Candidate[]> {
  const { graphs } = await loadGraphs(projectOf(options), terminal);
  const graph = graphs.get(options.get("--graph") ?? "");
  if (graph === undefined) return [];
  return [...walkSteps(graph.definition)].map(({ path, step }) => ({
    value: path,
    about: step.kind,
  }));
}

function projectOf(options: ValueRequest["options"]): Parameters<typeof loadGraphs>[0] {
  const [config, graphs] = [options.get("--config"), options.get("--graphs")];
  return { ...(config !== undefined && { config }), ...(graphs !== undefined && { graphs }) };
}

function listRuns({ command }: ValueRequest, terminal: Terminal): Promise<readonly Candidate[]> {
  const isOpen = ["approve", "send", "cancel"].includes(command);
  return withClient(terminal, async ({ client }) => {
    const { runs } = await client.list({
      limit: MOST_RUNS,
      ...(isOpen && { status: "running" as const }),
    });
    return runs.map(({ id, graph, status }) => ({ value: id, about: `${graph}, ${status}` }));
  });
}

/** Those that wait, where one is to be decided; else those that ran. */
function listStepsOfRun(
  { command, given: [run] }: ValueRequest,
  terminal: Terminal,
): Promise<readonly Candidate[]> {
  if (run === undefined) return Promise.resolve([]);
  return withClient(terminal, async ({ client }) => {
    const { steps, waiting } = await client.get(run);
    switch (command) {
      case "approve":
        return waitingFor("approval", waiting);
      case "send":
        return waitingFor("event", waiting);
      default:
        return steps.map(({ step, kind }) => ({ value: step, about: kind }));
    }
  });
}

type Waiting = Awaited<ReturnType<SignalboxClient["get"]>>["waiting"];

function waitingFor(kind: Waiting[number]["kind"], waiting: Waiting): readonly Candidate[] {
  return waiting
    .filter((open) => open.kind === kind)
    .map(({ step, since }) => ({ value: step, about: `waits since ${since.slice(0, 16)}` }));
}
