/** Runs a graph on a host: every step starts once its last need is met. Holds no time, chance or Temporal of its own. */

import type { Amounts, Budget } from "../graph/budget.ts";
import type { FlowDefinition, GraphDefinition, StepDefinition, View } from "../graph/definition.ts";
import { findMap } from "../graph/find-map.ts";
import { fromPlainData, type PlainData } from "../graph/plain-data.ts";
import { describeProblems, readValue } from "../graph/schema.ts";
import { checkJson } from "./callback.ts";
import { Gate } from "./gate.ts";
import type { Host } from "./host.ts";
import { Ledger, type Account } from "./ledger.ts";
import { Progress } from "./progress.ts";
import { nameFailure, RunError } from "./run-error.ts";
import type { PartInfo } from "./run-info.ts";
import type { RunRecord } from "./run-record.ts";
import type { RunContext, StepContext } from "./step-context.ts";
import { runApproval } from "./steps/approval.ts";
import { runBranch } from "./steps/branch.ts";
import { runCode } from "./steps/code.ts";
import { runMap } from "./steps/map.ts";
import { ITEMS_PER_PART, runPartOfMap } from "./steps/map-parts.ts";
import { runModelStep } from "./steps/model-step.ts";
import { runRefine } from "./steps/refine.ts";
import { runReward } from "./steps/reward.ts";
import { runSub } from "./steps/sub.ts";
import { runTool } from "./steps/tool.ts";
import { runWait } from "./steps/wait.ts";

/** Waits for people are part of a run, and people take holidays. */
const DEFAULT_RUN_MS = 30 * 24 * 60 * 60_000;

/** What a run, or a part of one, is given beside its input. */
export interface RunOptions {
  readonly host: Host;
  /** Is told everything. */
  readonly record: RunRecord;
  /** The account of the run: {@link openLedger}. */
  readonly ledger: Ledger;
  /** A map of more items runs in parts. Default: 200. */
  readonly itemsPerPart?: number | undefined;
  /** What is done of it. Default: nothing. */
  readonly progress?: Progress;
  /** Where its calls begin. Default: one that is open. */
  readonly gate?: Gate;
  /** When its time is up. Default: {@link endOfRun}, from now. */
  readonly endsAt?: number;
}

/**
 * The account of a run.
 *
 * @param limits - what it may use up on top of its own budget.
 * @param carried - what it said when an earlier execution of the run ended.
 */
export function openLedger(
  budget: Budget | undefined,
  limits: Partial<Amounts> = {},
  carried?: Account,
): Ledger {
  const used = carried && { ...carried, limits };
  return new Ledger({ path: "", limits, atLimit: "fail", carried: used }).open("", budget, carried);
}

/**
 * When the time of a run is up, in milliseconds since 1970.
 *
 * @param timeLeftMs - how long it may take, if that is shorter than what the graph says.
 */
export function endOfRun(
  { deadlineMs = DEFAULT_RUN_MS }: GraphDefinition,
  startedAt: number,
  timeLeftMs = Infinity,
): number {
  return startedAt + Math.min(deadlineMs, timeLeftMs);
}

/**
 * Runs `graph` and gives the value of its last step.
 *
 * @throws {RunError} when the input does not fit, a callback throws, or a step cannot be done.
 */
export async function interpret(
  graph: GraphDefinition,
  input: unknown,
  options: RunOptions,
): Promise<unknown> {
  const { host, ledger } = options;
  const endsAt = options.endsAt ?? endOfRun(graph, host.now());
  const view = { input: readInput(graph, input) };
  const run = contextOfRun(graph, { ...options, endsAt });
  const result = await runFlow(graph, { run, path: "", host, ledger }, view);
  checkResult(graph, result);
  return result;
}

/**
 * Runs some items of one map of `graph`, and nothing else.
 *
 * @param view - what the map sees: schemas have read it before.
 * @throws {RunError} as {@link interpret} does.
 * @throws {Error} when the graph has no such map.
 */
export async function interpretPart(
  graph: GraphDefinition,
  view: PlainData,
  part: PartInfo,
  options: RunOptions & { readonly endsAt: number },
): Promise<PlainData> {
  const map = findMap(graph, part.map);
  if (map === undefined) {
    throw new Error(
      `Graph "${graph.id}" has no map "${part.map}", of which this is a part: the graph was changed under a run in flight.`,
    );
  }
  const { host, ledger } = options;
  const run = contextOfRun(graph, options);
  const seen = Object(fromPlainData(view));
  const context = { run, path: part.map, view: seen, host, ledger };
  const { parts } = run;
  return runPartOfMap(map, part, { ...context, parts, runFlow: flowRunner(context) });
}

function contextOfRun(
  graph: GraphDefinition,
  {
    record,
    endsAt,
    itemsPerPart = ITEMS_PER_PART,
    progress = new Progress(),
    gate = new Gate(),
  }: RunOptions & { readonly endsAt: number },
): RunContext & Required<Pick<RunContext, "parts">> {
  return { graph: graph.id, record, endsAt, progress, gate, parts: { graph, itemsPerPart } };
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
type FlowContext = Pick<StepContext, "run" | "path" | "host" | "ledger">;

/** Runs the steps of a flow; gives the value of its last one. */
async function runFlow(flow: FlowDefinition, context: FlowContext, outer: View): Promise<unknown> {
  const values = new Map<string, unknown>();
  // A promise per step, never waves: a slow step holds up only those that need it.
  const finished = new Map<string, Promise<void>>();
  for (const step of flow.steps) {
    const run = async (): Promise<void> => {
      for (const need of step.needs) await finished.get(need);
      values.set(step.id, await runOnce(step, contextOf(step, context, outer, values)));
    };
    finished.set(step.id, run());
  }
  await Promise.all(finished.values());
  return values.get(flow.steps.at(-1)?.id ?? "");
}

/** A step sees what is outside its flow and what must have finished before it: no more, or a replay could differ. */
function contextOf(
  step: StepDefinition,
  flow: FlowContext,
  outer: View,
  values: ReadonlyMap<string, unknown>,
): StepContext {
  const { run, path, host, ledger } = flow;
  const seen = [...step.sees].map((id) => [id, values.get(id)]);
  return {
    run,
    path: path === "" ? step.id : `${path}/${step.id}`,
    view: { ...outer, ...Object.fromEntries(seen) },
    host,
    ledger,
    runFlow: flowRunner(flow),
  };
}

/** Runs flows inside a step. */
function flowRunner({ run, host, ledger }: Omit<FlowContext, "path">): StepContext["runFlow"] {
  return (flow, path, view, own = host) => runFlow(flow, { run, path, host: own, ledger }, view);
}

/** A step that was done in an earlier execution of the run is not done again. */
function runOnce(step: StepDefinition, context: StepContext): Promise<unknown> {
  const { run, path } = context;
  const act = (): Promise<unknown> => runOnRecord(step, context);
  const isAround = step.kind === "branch" || step.kind === "map" || step.kind === "refine";
  return isAround ? run.progress.onceAround(path, act) : run.progress.once(path, act);
}

async function runOnRecord(step: StepDefinition, context: StepContext): Promise<unknown> {
  const { run, path } = context;
  run.record.beginStep(path, step.kind);
  try {
    const value = await begin(step, context);
    run.record.endStep(path, "completed");
    return value;
  } catch (error) {
    run.record.endStep(path, "failed", nameFailure(error));
    throw error;
  }
}

/** Of a tool with a longer deadline than this, nobody knows that it ends soon. */
const SOON_MS = 5 * 60_000;

/** What calls something begins at the gate. What only waits, reckons, or holds other steps does not. */
function begin(step: StepDefinition, context: StepContext): Promise<unknown> {
  const { gate } = context.run;
  const run = (): Promise<unknown> => runStep(step, context);
  switch (step.kind) {
    case "step":
    case "maybe":
    case "reward":
      return gate.pass(run);
    case "tool":
      return step.deadlineMs > SOON_MS ? gate.passLong(run) : gate.pass(run);
    case "sub":
      return gate.passLong(run);
    case "branch":
    case "map":
    case "refine":
    case "approval":
    case "wait":
    case "code":
      return run();
  }
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
    case "reward":
      return runReward(step, context);
  }
}
