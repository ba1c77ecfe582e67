/** `signalbox dev`: Temporal, worker and API in one terminal, with the project's code as it is now. */

import type { Command } from "commander";
import { DEFAULT_PORT } from "../api/hosts.ts";
import { linkToRuns, temporalUiOf } from "../client/temporal-ui.ts";
import { assertPortFree } from "../worker/free-port.ts";
import { paintFor } from "./colours.ts";
import { killHelpers } from "./dev/helper.ts";
import type { ProjectFacts } from "./dev/message.ts";
import { Session, type Report } from "./dev/session.ts";
import { findProject } from "./find-module.ts";
import { formatLinks } from "./links.ts";
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
  await checkApi(env);
  const report = json ? jsonReport(terminal) : textReport(terminal, project.root);
  const session = new Session({ project, options, cwd, env, report });
  const release = stopOnSignals(() => {
    report.note("stopping: what is under way may finish; Ctrl-C again stops at once");
    return session.stop();
  });
  try {
    await session.run();
  } finally {
    await session.stop();
    release();
  }
}

/** What would only show when all else has been started. */
async function checkApi(env: NodeJS.ProcessEnv): Promise<void> {
  const { apiOptionsFromEnv } = await import("../api/options-from-env.ts");
  const { port = DEFAULT_PORT } = apiOptionsFromEnv(env, () => {});
  await assertPortFree(port, "the API", "SIGNALBOX_PORT");
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

function linksOf(facts: ProjectFacts): {
  readonly temporalUi: string | undefined;
  readonly api: string;
  readonly docs: string;
} {
  const { apiUrl } = facts;
  const ui = temporalUiOf(facts);
  return { temporalUi: ui && linkToRuns(ui), api: `${apiUrl}/v1/graphs`, docs: `${apiUrl}/docs` };
}

function textReport(terminal: Terminal, root: string): Report {
  const paint = paintFor(terminal, terminal.stderr);
  // Each version of the code says again what the one before has said.
  const told = new Set<string>();
  let isFirst = true;
  return {
    note(text) {
      if (!told.has(text)) terminal.tell(text);
      told.add(text);
    },
    serving(facts, durationMs) {
      const graphs = facts.graphs.map(({ id, version }) => `${id} ${version}`).join(", ");
      const { temporalUi, api, docs } = linksOf(facts);
      const links = formatLinks({ "Temporal UI": temporalUi, API: api, "API docs": docs });
      const duration = `${(durationMs / 1_000).toFixed(1)} s`;
      terminal.print(
        isFirst
          ? `${links}\n\n${graphs}. Watching "${root}"; Ctrl-C ends.`
          : `reloaded in ${duration}: ${graphs}`,
      );
      isFirst = false;
    },
    refused(error, isServing) {
      const text = isCoded(error) ? `error ${error.code}: ${error.message}` : error.message;
      terminal.tell(paint("red", text));
      terminal.tell(
        isServing ? "The version before it keeps running." : "Nothing runs until this is mended.",
      );
    },
  };
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
