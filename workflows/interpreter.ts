/** Runs a graph on a host: every step starts once its last need is met. Holds no time, chance or Temporal of its own. */

import type { FlowDefinition, GraphDefinition, StepDefinition, View } from "../graph/definition.ts";
import { describeProblems, readValue } from "../graph/schema.ts";
import { checkJson } from "./callback.ts";
import type { Host } from "./host.ts";
import { RunError } from "./run-error.ts";
import type { StepContext } from "./step-context.ts";
import { runApproval } from "./steps/approval.ts";
import { runBranch } from "./steps/branch.ts";
import { runCode } from "./steps/code.ts";
import { runMap } from "./steps/map.ts";
import { runModelStep } from "./steps/model-step.ts";
import { runRefine } from "./steps/refine.ts";
import { runSub } from "./steps/sub.ts";
import { runTool } from "./steps/tool.ts";
import { runWait } from "./steps/wait.ts";

/**
 * Runs `graph` and gives the value of its last step.
 *
 * @throws {RunError} when the input does not fit, a callback throws, or a step cannot be done.
 */
export async function interpret(
  graph: GraphDefinition,
  input: unknown,
  host: Host,
): Promise<unknown> {
  const view = { input: readInput(graph, input) };
  const result = await runFlow(graph, { graph: graph.id, path: "", host }, view);
  checkResult(graph, result);
  return result;
}

function readInput(graph: GraphDefinition, input: unknown): unknown {
  const read = readValue(graph.input, input);
  if (read.ok) return read.value;
  const { problems } = read;
  throw new RunError(
    "RUN_INVALID_INPUT",
    `The input does not fit graph "${graph.id}": ${describeProblems(problems)}. Start a run with input that fits.`,
    { details: problems },
  );
}

/** Steps may hand on what JSON cannot carry, such as a bigint that a schema made; a run may not. */
function checkResult(graph: GraphDefinition, result: unknown): void {
  const last = graph.steps.at(-1);
  const callback = last?.kind === "code" ? "run" : "output";
  checkJson(result, { graph: graph.id, step: last?.id ?? "", callback });
}

/** Where a flow runs: `path` is that of the step it belongs to, `""` for the graph's own. */
type FlowContext = Pick<StepContext, "graph" | "path" | "host">;

/** Runs the steps of a flow; gives the value of its last one. */
async function runFlow(flow: FlowDefinition, context: FlowContext, outer: View): Promise<unknown> {
  const values = new Map<string, unknown>();
  // A promise per step, never waves: a slow step holds up only those that need it.
  const finished = new Map<string, Promise<void>>();
  for (const step of flow.steps) {
    const run = async (): Promise<void> => {
      for (const need of step.needs) await finished.get(need);
      values.set(step.id, await runStep(step, contextOf(step, context, outer, values)));
    };
    finished.set(step.id, run());
  }
  await Promise.all(finished.values());
  return values.get(flow.steps.at(-1)?.id ?? "");
}

/** A step sees what is outside its flow and what must have finished before it: no more, or a replay could differ. */
function contextOf(
  step: StepDefinition,
  { graph, path, host }: FlowContext,
  outer: View,
  values: ReadonlyMap<string, unknown>,
): StepContext {
  const seen = [...step.sees].map((id) => [id, values.get(id)]);
  return {
    graph,
    path: path === "" ? step.id : `${path}/${step.id}`,
    view: { ...outer, ...Object.fromEntries(seen) },
    host,
    runFlow: (flow, inner, view, own = host) =>
      runFlow(flow, { graph, path: inner, host: own }, view),
  };
}

function runStep(step: StepDefinition, context: StepContext): Promise<unknown> {
  switch (step.kind) {
    case "step":
    case "maybe":
      return runModelStep(step, context);
    case "branch":
      return runBranch(step, context);
    case "map":
      return runMap(step, context);
    case "refine":
      return runRefine(step, context);
    case "approval":
      return runApproval(step, context);
    case "wait":
      return runWait(step, context);
    case "tool":
      return runTool(step, context);
    case "sub":
      return runSub(step, context);
    case "code":
      return runCode(step, context);
  }
}
