/** `signalbox api`: serves the REST API for the graphs of the project, until it is stopped. */

import { isNativeError } from "node:util/types";
import { InvalidArgumentError, Option, type Command } from "commander";
import { DEFAULT_HOST, DEFAULT_PORT } from "../api/hosts.ts";
import type { Api } from "../api/start-api.ts";
import { temporalUiOf } from "../client/temporal-ui.ts";
import { closeSinks, openAuditSinks, readableOf, type Sink } from "../worker/audit-sinks.ts";
import type { Temporal } from "../worker/temporal.ts";
import { CliError } from "./cli-error.ts";
import { withClient } from "./connect.ts";
import { formatLinks } from "./links.ts";
import { addProjectOptions, loadConfig, loadGraphs, type ProjectOptions } from "./load-project.ts";
import { printJson, type Terminal } from "./terminal.ts";
import { untilSignal } from "./until-signal.ts";

interface ApiCommandOptions extends ProjectOptions {
  readonly host?: string;
  readonly port?: number;
  readonly taskQueue?: string;
  readonly json?: boolean;
}

export function addApi(program: Command, terminal: Terminal): void {
  addProjectOptions(program.command("api"))
    .description("serve the REST API for the project, until Ctrl-C")
    .addOption(
      new Option("--host <host>", "where it listens (default: SIGNALBOX_HOST, else 127.0.0.1)"),
    )
    .addOption(
      new Option(
        "--port <port>",
        "0 takes a free one (default: SIGNALBOX_PORT, else 8080)",
      ).argParser(readPort),
    )
    .option("--task-queue <name>", 'where the workers listen (default: "signalbox")')
    .option("--json", "print what is up as JSON")
    .action((options: ApiCommandOptions) => serve(options, terminal));
}

function readPort(given: string): number {
  const port = Number(given);
  if (/^\d+$/.test(given) && port <= 65_535) return port;
  throw new InvalidArgumentError("Give a whole number from 0 to 65535.");
}

async function serve(options: ApiCommandOptions, terminal: Terminal): Promise<void> {
  const sinks = await openSinks(options, terminal);
  try {
    await serveWith(readableOf(sinks), options, terminal);
  } finally {
    await closeSinks(sinks);
  }
}

async function serveWith(
  auditSource: Sink | undefined,
  options: ApiCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const { taskQueue } = options;
  const { graphs } = await loadGraphs(options, terminal);
  const [{ startApi }, { apiOptionsFromEnv }] = await Promise.all([
    import("../api/start-api.ts"),
    import("../api/options-from-env.ts"),
  ]);
  const fromEnv = apiOptionsFromEnv(terminal.env, (line) => terminal.tell(line));
  await withClient(
    terminal,
    async ({ client, temporal }) => {
      const { address } = temporal;
      const { host = fromEnv.host, port = fromEnv.port } = options;
      const api = await startApi({
        ...fromEnv,
        client,
        graphs,
        auditSource,
        host,
        port,
        temporalUi: temporalUiOf(temporal),
        onNotice: (line) => terminal.tell(line),
      }).catch((error: unknown) => {
        throw cannotListen(error, host, port) ?? error;
      });
      if (options.json)
        printJson(terminal, { url: api.url, graphs: [...graphs.keys()], temporal: address });
      else terminal.print(describe(api, temporal));
      terminal.tell("up until Ctrl-C");
      await untilSignal(api, terminal);
    },
    taskQueue,
  );
}

function describe({ url }: Api, { address, namespace, uiUrl }: Temporal): string {
  return formatLinks({
    API: `${url}/v1/graphs`,
    Reference: `${url}/docs`,
    Temporal: `${address}, namespace ${namespace}`,
    "Temporal UI": uiUrl,
  });
}

/** Of the configuration, which an API can do without: it may want keys that only workers have. */
async function openSinks(options: ProjectOptions, terminal: Terminal): Promise<readonly Sink[]> {
  try {
    const { audit } = await loadConfig(options, terminal);
    return openAuditSinks(audit);
  } catch (error) {
    const reason = isNativeError(error) ? error.message : String(error);
    terminal.tell(
      `GET /v1/audit has no trail to read, as the configuration does not load: ${reason}`,
    );
    return [];
  }
}

/** What Node says of an address that cannot be opened. */
function cannotListen(
  error: unknown,
  host = DEFAULT_HOST,
  port = DEFAULT_PORT,
): CliError | undefined {
  if (!isNativeError(error) || !("syscall" in error) || !("code" in error)) return undefined;
  const why = error.code === "EADDRINUSE" ? "something else listens there" : String(error.code);
  return new CliError(
    "CLI_CANNOT_LISTEN",
    `The API cannot listen on host "${host}", port ${port}: ${why}. Free it, or name another with --host and --port.`,
    { cause: error },
  );
}
