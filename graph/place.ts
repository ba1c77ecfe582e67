/** Where a step is added: checks its id and its needs, and works out what its callbacks see. */

import type { FlowDefinition, StepDefinition } from "./definition.ts";
import { GraphError } from "./graph-error.ts";

export interface Place {
  /** The graph's id, for messages. */
  readonly graph: string;
  readonly flow: FlowDefinition;
  /** What callbacks of this flow see from outside it: `input`, and inside branches and maps what is visible there. */
  readonly outer: ReadonlySet<string>;
}

/** Names that callbacks are given, so that no step may take them. */
const RESERVED: ReadonlySet<string> = new Set(["input", "item", "index", "__proto__"]);

/**
 * The part of a step that says where it stands.
 *
 * @throws {GraphError} GRAPH_INVALID_ID, GRAPH_DUPLICATE_STEP or GRAPH_UNKNOWN_NEED.
 */
export function placeStep(
  id: string,
  options: { readonly needs?: readonly string[] },
  place: Place,
): Pick<StepDefinition, "id" | "needs" | "sees"> {
  const { graph, flow } = place;
  checkId(id, `step of graph "${graph}"`);
  if (place.outer.has(id) || flow.steps.some((step) => step.id === id)) {
    throw new GraphError(
      "GRAPH_DUPLICATE_STEP",
      `Graph "${graph}" already has a step "${id}" that is seen here. Give one of the two another id.`,
    );
  }
  const needs = [...(options.needs ?? flow.steps.slice(-1).map((step) => step.id))];
  const needed = needs.map((need) => {
    const step = flow.steps.find((candidate) => candidate.id === need);
    if (step === undefined) throw unknownNeed(need, id, place);
    return step;
  });
  return { id, needs, sees: seenAfter(needed) };
}

/** The ids of `steps` and of all that had finished before them. */
function seenAfter(steps: readonly StepDefinition[]): ReadonlySet<string> {
  const seen = new Set<string>();
  for (const { id, sees } of steps) {
    seen.add(id);
    for (const earlier of sees) seen.add(earlier);
  }
  return seen;
}

/**
 * Ids become names of exports, parameters and parts of activity ids, so they are identifiers.
 *
 * @throws {GraphError} GRAPH_INVALID_ID
 */
export function checkId(id: string, what: string): void {
  if (isIdentifier(id) && !RESERVED.has(id)) return;
  throw new GraphError(
    "GRAPH_INVALID_ID",
    `"${id}" cannot be the id of a ${what}. Use letters, digits and "_", not a digit first, ` +
      `and none of ${[...RESERVED].map((name) => `"${name}"`).join(", ")}.`,
  );
}

/**
 * Versions stand in filters of Temporal's lists of runs, which find no value with quotes, backslashes or line breaks.
 *
 * @throws {GraphError} GRAPH_INVALID_VERSION
 */
export function checkVersion(version: string, graph: string): void {
  if (/^[\w.+-]{1,100}$/.test(version)) return;
  throw new GraphError(
    "GRAPH_INVALID_VERSION",
    `"${version}" cannot be the version of graph "${graph}". Use up to 100 letters, digits and "_", ".", "+", "-", as in "2" or "2026-11-23".`,
  );
}

/** Whether `text` can be the name of an export or a parameter. */
export function isIdentifier(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

function unknownNeed(need: string, id: string, { graph, flow }: Place): GraphError {
  const known = flow.steps.map((step) => `"${step.id}"`).join(", ") || "none yet";
  return new GraphError(
    "GRAPH_UNKNOWN_NEED",
    `Step "${id}" of graph "${graph}" needs "${need}", which is not a step before it (there are: ${known}). ` +
      `Add "${need}" first or drop it from "needs".`,
  );
}
