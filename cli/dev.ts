/** `signalbox dev`: Temporal, worker and API in one terminal, with the project's code as it is now. */

import type { Command } from "commander";
import { assertPortFree } from "../worker/free-port.ts";
import { killHelpers } from "./dev/helper.ts";
import type { ProjectFacts } from "./dev/message.ts";
import { Session, type Report } from "./dev/session.ts";
import { findProject } from "./find-module.ts";
import { addProjectOptions, type ProjectOptions } from "./load-project.ts";
import { isCoded } from "./tell-error.ts";
import type { Terminal } from "./terminal.ts";

type DevOptions = ProjectOptions & { readonly json?: boolean };

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function addDev(program: Command, terminal: Terminal): void {
  addProjectOptions(program.command("dev"))
    .description("start Temporal, a worker and the API, and load the project anew when it changes")
    .option("--json", "print a line of JSON for each event")
    .action((options: DevOptions) => runDev(options, terminal));
}

async function runDev({ json = false, ...options }: DevOptions, terminal: Terminal): Promise<void> {
  const { cwd, env } = terminal;
  const project = findProject(options, cwd);
  await assertPortFree(Number(env["SIGNALBOX_PORT"] ?? 8080), "the API", "SIGNALBOX_PORT");
  const report = json ? jsonReport(terminal) : textReport(terminal, project.root);
  const session = new Session({ project, options, cwd, env, report });
  const release = stopOnSignals(() => {
    report.note("Stopping: what is in flight gets 10 seconds. Ctrl-C again ends it at once.");
    return session.stop();
  });
  try {
    await session.run();
  } finally {
    await session.stop();
    release();
  }
}

/** Also where the terminal is gone, and with it whoever read what is printed. */
function stopOnSignals(stop: () => Promise<void>): () => void {
  let isStopping = false;
  const onSignal = (): void => {
    if (isStopping) return killHelpers();
    isStopping = true;
    void stop();
  };
  const onBrokenPipe = (): void => {
    if (!isStopping) onSignal();
  };
  for (const name of STOP_SIGNALS) process.on(name, onSignal);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", onBrokenPipe);
  return () => {
    for (const name of STOP_SIGNALS) process.off(name, onSignal);
  };
}

interface Links {
  readonly temporalUi?: string;
  readonly api: string;
  readonly docs: string;
}

function linksOf({ apiUrl, uiUrl, namespace }: ProjectFacts): Links {
  return {
    ...(uiUrl !== undefined && { temporalUi: `${uiUrl}/namespaces/${namespace}/workflows` }),
    api: `${apiUrl}/v1/graphs`,
    docs: `${apiUrl}/docs`,
  };
}

function textReport(terminal: Terminal, root: string): Report {
  const print = (text: string): void => terminal.print(text);
  const tell = (text: string): void => terminal.tell(text);
  let isFirst = true;
  return {
    note: tell,
    serving(facts, durationMs) {
      const graphs = facts.graphs.map(({ id, version }) => `${id} ${version}`).join(", ");
      if (isFirst) print(formatLinks(linksOf(facts)));
      const done = isFirst
        ? `Watching "${root}"; Ctrl-C ends. Graphs`
        : `Reloaded in ${(durationMs / 1_000).toFixed(1)} s. Graphs`;
      print(`${done}: ${graphs}`);
      isFirst = false;
    },
    refused(error, isServing) {
      tell(isCoded(error) ? `error ${error.code}: ${error.message}` : error.message);
      tell(
        isServing ? "The version before it keeps running." : "Nothing runs until this is mended.",
      );
    },
  };
}

function formatLinks({ temporalUi = "unknown", api, docs }: Links): string {
  return [`Temporal UI  ${temporalUi}`, `API          ${api}`, `API docs     ${docs}`, ""].join(
    "\n",
  );
}

function jsonReport(terminal: Terminal): Report {
  const write = (event: object): void => terminal.print(JSON.stringify(event));
  return {
    note: (message) => write({ event: "note", message }),
    serving: (facts, durationMs) =>
      write({ event: "serving", links: linksOf(facts), graphs: facts.graphs, durationMs }),
    refused(error, isServing) {
      const code = isCoded(error) ? error.code : undefined;
      write({ event: "refused", code, message: error.message, isServing });
    },
  };
}
