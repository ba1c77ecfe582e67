/** The prompt of a step before there is a run: only of one that sees nothing but the graph's input. */

import type { GraphDefinition, ModelCallDefinition, View } from "./definition.ts";
import { GraphError } from "./graph-error.ts";
import { readMessages, type Message } from "./message.ts";
import { describeProblems, readValue } from "./schema.ts";
import { callsOf, walkSteps } from "./walk.ts";

/** A model call of a graph. */
export interface FoundCall {
  readonly path: string;
  readonly call: ModelCallDefinition;
  /** Whether its callbacks read the graph's input and nothing else. */
  readonly seesOnlyInput: boolean;
}

/** All model calls of a graph, in its order. */
export function listCalls(graph: GraphDefinition): readonly FoundCall[] {
  return [...walkSteps(graph)].flatMap((visit) => {
    const { step, path } = visit;
    const isFirst = step.sees.size === 0 && path === step.id && step.kind !== "refine";
    return callsOf(visit).map(([of, call]) => ({ path: of, call, seesOnlyInput: isFirst }));
  });
}

/**
 * What the model would be sent for `input`.
 *
 * @returns `undefined` when that cannot be known: the step reads other steps, or its callbacks do not bear this input.
 * @throws {GraphError} GRAPH_INVALID_INPUT
 */
export function previewMessages(
  graph: GraphDefinition,
  { call, seesOnlyInput }: FoundCall,
  input: unknown,
): readonly Message[] | undefined {
  const read = readValue(graph.input, input);
  if (!read.ok) {
    throw new GraphError(
      "GRAPH_INVALID_INPUT",
      `The input does not fit graph "${graph.id}": ${describeProblems(read.problems)}. Give one that fits.`,
    );
  }
  if (!seesOnlyInput) return undefined;
  try {
    return buildMessages(call, { input: read.value });
  } catch {
    // A callback that throws is found when the graph runs; here the prompt is not known.
    return undefined;
  }
}

function buildMessages(
  { prompt, system, messages }: ModelCallDefinition,
  view: View,
): readonly Message[] | undefined {
  if (messages !== undefined) {
    const read = readMessages(messages(view));
    return read.ok ? read.messages : undefined;
  }
  const texts = [
    ["system", system?.(view)],
    ["user", prompt?.(view)],
  ] as const;
  const built: Message[] = [];
  for (const [role, content] of texts) {
    if (content === undefined) continue;
    if (typeof content !== "string") return undefined;
    built.push({ role, content });
  }
  return built;
}
