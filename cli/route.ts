/** `signalbox route`: which models a step would use now, and why. Calls none of them. */

import { InvalidArgumentError, type Command } from "commander";
import { listCalls, previewMessages, type FoundCall } from "../graph/preview-messages.ts";
import type { AnyGraph } from "../graph/graph.ts";
import { toJsonSchema } from "../graph/schema.ts";
import { DEFAULT_WORKSPACE } from "../graph/search-attributes.ts";
import type { RouteRequest } from "../worker/preview-route.ts";
import { CliError } from "./cli-error.ts";
import {
  addProjectOptions,
  loadConfig,
  loadGraphs,
  pickGraph,
  type ProjectOptions,
} from "./load-project.ts";
import { readJson } from "./read-json.ts";
import { formatRoute } from "./route-table.ts";
import { printJson, type Terminal } from "./terminal.ts";

interface RouteOptions extends ProjectOptions {
  readonly graph: string;
  readonly step: string;
  readonly input?: string;
  readonly tokens?: number;
  readonly run: string;
  readonly key?: string;
  readonly json?: boolean;
}

export function addRoute(program: Command, terminal: Terminal): void {
  addProjectOptions(program.command("route"))
    .description("tell which models a step would use now, without calling one")
    .requiredOption("--graph <id>", "the graph")
    .requiredOption("--step <path>", 'the step, such as "draft" or "files/gist"')
    .option("--input <input>", "the graph's input: a file, JSON, or - for standard input")
    .option("--tokens <count>", "how many tokens the prompt has (default: counted)", readCount)
    .option("--run <id>", "the run it would be for: chance is drawn from it", "preview")
    .option("--key <key>", "what the step's routing key would be (default: the run's id)")
    .option("--json", "print JSON")
    .action((options: RouteOptions) => showRoute(options, terminal));
}

function readCount(given: string): number {
  const count = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError("Give a whole number of tokens.");
}

async function showRoute(options: RouteOptions, terminal: Terminal): Promise<void> {
  const { graphs } = await loadGraphs(options, terminal);
  const graph = pickGraph(graphs, options.graph);
  const found = pickCall(graph, options.step);
  const input =
    options.input === undefined
      ? undefined
      : { value: await readJson(options.input, "--input", terminal) };
  const messages =
    input === undefined ? undefined : previewMessages(graph.definition, found, input.value);
  const config = await loadConfig(options, terminal);
  // Loaded late, as it takes most of a second.
  const { checkNames } = await import("../worker/check-names.ts");
  const { previewRoute } = await import("../worker/preview-route.ts");
  try {
    checkNames(graphs, config);
    const request = requestOf(graph, found, { ...options, messages: messages ?? [] });
    const { route, problems } = await previewRoute(config, request, {
      inputTokens: options.tokens,
    });
    for (const { from, message } of problems)
      terminal.tell(`"${from}" does not answer: ${message}`);
    if (messages === undefined && options.tokens === undefined)
      terminal.tell(unknownPrompt(options));
    if (options.json) printJson(terminal, route);
    else terminal.print(formatRoute(route));
  } finally {
    for (const provider of config.providers) await provider.close?.();
  }
}

function unknownPrompt({ step, input }: RouteOptions): string {
  const why =
    input === undefined
      ? "no --input was given"
      : `step "${step}" reads what other steps give, or its callbacks do not bear this input`;
  return `The prompt is not known: ${why}. Sizes and costs leave it out; --tokens says how large it is.`;
}

/** @throws {CliError} CLI_UNKNOWN_STEP, which lists those there are. */
function pickCall(graph: AnyGraph, step: string): FoundCall {
  const calls = listCalls(graph.definition);
  const found = calls.find(({ path }) => path === step);
  if (found !== undefined) return found;
  const known = calls.map(({ path }) => `"${path}"`).join(", ") || "none";
  throw new CliError(
    "CLI_UNKNOWN_STEP",
    `Graph "${graph.id}" has no step "${step}" that calls a model (there are: ${known}). Mend the path.`,
  );
}

function requestOf(
  graph: AnyGraph,
  { path, call }: FoundCall,
  { run, key, messages }: Pick<RouteOptions, "run" | "key"> & Pick<RouteRequest, "messages">,
): RouteRequest {
  const { models, output, tools, settings } = call;
  return {
    graph: graph.id,
    step: path,
    run,
    workspace: DEFAULT_WORKSPACE,
    key,
    aliases: models,
    messages,
    output: toJsonSchema(output),
    tools,
    maxOutputTokens: settings.maxOutputTokens,
  };
}
