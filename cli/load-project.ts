/** Loads what a project exports: its configuration and its graphs. */

import { isNativeError } from "node:util/types";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import type { AnyGraph } from "../graph/graph.ts";
import type { Config } from "../worker/config.ts";
import { collectGraphs, type Graphs } from "../worker/graph-module.ts";
import { CliError } from "./cli-error.ts";
import { findConfig, findGraphs, type ProjectOptions } from "./find-module.ts";
import { isCoded } from "./tell-error.ts";
import type { Terminal } from "./terminal.ts";

export type { ProjectOptions } from "./find-module.ts";

/** What a module exports, by name. */
type Module = Readonly<Record<string, unknown>>;

export interface GraphModule {
  readonly graphs: Graphs;
  /** All that the module exports, hand-written workflows too. */
  readonly exports: Module;
  readonly url: URL;
}

/** Adds the options by which a command finds the project. */
export function addProjectOptions(command: Command): Command {
  return command
    .option("--config <file>", "the configuration (default: signalbox.config.js, found upward)")
    .option("--graphs <file>", "the module that exports the graphs (default: beside that)");
}

/**
 * Loads the configuration.
 *
 * @throws {CliError} when there is none, or it does not load.
 */
export async function loadConfig(
  options: ProjectOptions,
  { cwd }: Pick<Terminal, "cwd">,
): Promise<Config> {
  const path = findConfig(options, cwd);
  const { default: config } = await importModule(path);
  if (isConfig(config)) return config;
  throw new CliError(
    "CLI_INVALID_CONFIG",
    `"${path}" has no configuration as its default export. Write: export default defineConfig({ … }).`,
  );
}

/**
 * Loads the module of the graphs. Does not load the configuration, which may want keys.
 *
 * @throws {CliError} when there is none, or it does not load.
 * @throws {ConfigError} when it exports no graph, or one under another name.
 */
export async function loadGraphs(
  options: ProjectOptions,
  { cwd }: Pick<Terminal, "cwd">,
): Promise<GraphModule> {
  const path = findGraphs(options, cwd);
  const exports = await importModule(path);
  return { graphs: collectGraphs(exports, path), exports, url: pathToFileURL(path) };
}

/** @throws {CliError} CLI_UNKNOWN_GRAPH, which lists those there are. */
export function pickGraph(graphs: Graphs, id: string): AnyGraph {
  const graph = graphs.get(id);
  if (graph !== undefined) return graph;
  const ids = [...graphs.keys()].map((known) => `"${known}"`).join(", ");
  throw new CliError(
    "CLI_UNKNOWN_GRAPH",
    `There is no graph "${id}" (there are: ${ids}). Mend the id.`,
  );
}

async function importModule(path: string): Promise<Module> {
  try {
    const module: Module = await import(pathToFileURL(path).href);
    return module;
  } catch (error) {
    // A graph or configuration that refuses itself says best what is wrong.
    if (isCoded(error)) throw error;
    const reason = isNativeError(error) ? `${error.name}: ${error.message}` : String(error);
    throw new CliError(
      "CLI_BROKEN_MODULE",
      `"${path}" does not load: ${reason}. Mend it; \`node ${path}\` shows where it breaks.`,
      { cause: error },
    );
  }
}

function isConfig(value: unknown): value is Config {
  return (
    typeof value === "object" &&
    value !== null &&
    "providers" in value &&
    Array.isArray(value.providers) &&
    "models" in value &&
    typeof value.models === "object"
  );
}
