/** Checks that the configuration, and the module, have every name the graphs use. */

import type { GraphDefinition } from "../graph/definition.ts";
import { callsOf, walkSteps, type Visit } from "../graph/walk.ts";
import type { Config } from "./config.ts";
import { ConfigError, type ConfigErrorCode } from "./config-error.ts";
import type { Graphs } from "./graph-module.ts";

/**
 * The compiler checks most of this too, unless types were cast away or another configuration was meant.
 *
 * @throws {ConfigError} CONFIG_NO_MODEL, CONFIG_UNKNOWN_ALIAS, CONFIG_UNKNOWN_GUARDRAIL, CONFIG_UNKNOWN_TOOL or
 *   CONFIG_UNKNOWN_SUB.
 */
export function checkNames(graphs: Graphs, config: Config): void {
  for (const graph of graphs.values()) {
    for (const { definition } of graph.versions) {
      for (const visit of walkSteps(definition)) {
        checkCalls(visit, definition, config);
        checkOthers(visit, definition, { graphs, config });
      }
    }
  }
}

function checkCalls(
  visit: Visit,
  graph: GraphDefinition,
  { models, tools = {}, guardrails = {} }: Config,
): void {
  for (const [path, call] of callsOf(visit)) {
    const check = checker(path, graph);
    if (call.models.length === 0) {
      throw new ConfigError(
        "CONFIG_NO_MODEL",
        `Step "${path}" of graph "${graph.id}" names no model, and the graph has no default. Give it a "model".`,
      );
    }
    check("CONFIG_UNKNOWN_ALIAS", "alias", call.models, models);
    const guards = [...call.guard.input, ...call.guard.output];
    check("CONFIG_UNKNOWN_GUARDRAIL", "guardrail", guards, guardrails);
    check("CONFIG_UNKNOWN_TOOL", "tool", call.tools, tools);
  }
}

function checkOthers(
  { step, path }: Visit,
  graph: GraphDefinition,
  { graphs, config }: { graphs: Graphs; config: Config },
): void {
  const check = checker(path, graph);
  if (step.kind === "tool") {
    check("CONFIG_UNKNOWN_TOOL", "tool", [step.tool], config.tools ?? {});
  }
  if (step.kind === "sub") {
    // A sub-graph runs as a workflow of its own, so the worker has to have it, in that version.
    check("CONFIG_UNKNOWN_SUB", "exported graph", [step.graph.id], Object.fromEntries(graphs));
    const versions = graphs.get(step.graph.id)?.versions ?? [];
    const known = Object.fromEntries(versions.map((other) => [other.version, other]));
    check("CONFIG_UNKNOWN_SUB", `graph "${step.graph.id}" in version`, [step.graph.version], known);
  }
}

type Check = (
  code: ConfigErrorCode,
  what: string,
  names: readonly string[],
  known: Readonly<Record<string, unknown>>,
) => void;

function checker(path: string, graph: GraphDefinition): Check {
  return (code, what, names, known) => {
    const unknown = names.find((name) => !Object.hasOwn(known, name));
    if (unknown === undefined) return;
    const there = Object.keys(known).map((name) => `"${name}"`);
    throw new ConfigError(
      code,
      `Step "${path}" of graph "${graph.id}" uses the ${what} "${unknown}", which is not there ` +
        `(there are: ${there.join(", ") || "none"}). Add it, or mend the name.`,
    );
  };
}
