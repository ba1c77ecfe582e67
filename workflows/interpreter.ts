/** Runs a graph on a host: every step starts once its last need is met. Holds no time, chance or Temporal of its own. */

import type {
  CodeStepDefinition,
  GraphDefinition,
  ModelStepDefinition,
  StepDefinition,
  View,
} from "../graph/definition.ts";
import { describeProblems, listProblems } from "../graph/schema.ts";
import { callModel } from "./call-model.ts";
import { runCallback, runTextCallback } from "./callback.ts";
import type { Host } from "./host.ts";
import { RunError } from "./run-error.ts";

/**
 * Runs `graph` and gives the value of its last step.
 *
 * @throws {RunError} when the input does not fit, a callback throws, or a step has no model left.
 */
export async function interpret(
  graph: GraphDefinition,
  input: unknown,
  host: Host,
): Promise<unknown> {
  const values: Record<string, unknown> = { input: readInput(graph, input) };
  // A promise per step, never waves: a slow step holds up only those that need it.
  const finished = new Map<string, Promise<void>>();
  for (const step of graph.steps) {
    const run = async (): Promise<void> => {
      for (const need of step.needs) await finished.get(need);
      values[step.id] = await runStep(graph, step, viewOf(step, values), host);
    };
    finished.set(step.id, run());
  }
  await Promise.all(finished.values());
  return values[graph.steps.at(-1)?.id ?? "input"];
}

function readInput(graph: GraphDefinition, input: unknown): unknown {
  const parsed = graph.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = listProblems(parsed.error);
  throw new RunError(
    "RUN_INVALID_INPUT",
    `The input does not fit graph "${graph.id}": ${describeProblems(problems)}. Start a run with input that fits.`,
    { details: problems },
  );
}

/** A step sees the input and what must have finished before it: no more, or a replay in another order could differ. */
function viewOf(step: StepDefinition, values: Readonly<Record<string, unknown>>): View {
  const view: Record<string, unknown> = { input: values["input"] };
  for (const id of step.sees) view[id] = values[id];
  return view;
}

function runStep(
  graph: GraphDefinition,
  step: StepDefinition,
  view: View,
  host: Host,
): Promise<unknown> {
  switch (step.kind) {
    case "step":
      return runModelStep(graph, step, view, host);
    case "code":
      return runCodeStep(graph, step, view);
  }
}

async function runModelStep(
  graph: GraphDefinition,
  step: ModelStepDefinition,
  view: View,
  host: Host,
): Promise<unknown> {
  const place = { graph: graph.id, step: step.id };
  const { system, models, output, deadlineMs } = step;
  const call = {
    ...place,
    aliases: models,
    system: system && (await runTextCallback(system, view, { ...place, callback: "system" })),
    prompt: await runTextCallback(step.prompt, view, { ...place, callback: "prompt" }),
    output,
    deadlineMs,
  };
  return callModel(call, host);
}

function runCodeStep(
  graph: GraphDefinition,
  step: CodeStepDefinition,
  view: View,
): Promise<unknown> {
  return runCallback(step.run, view, { graph: graph.id, step: step.id, callback: "run" });
}
