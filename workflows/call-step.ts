/** One model call inside a hand-written workflow: routing, guardrails, fallback, budget and record, by the engine that graphs use. */

import { ApplicationFailure, workflowInfo } from "@temporalio/workflow";
import type { Names, ReusableStep } from "../graph/call-options.ts";
import { checkId } from "../graph/place.ts";
import { describeProblems, readValue, type OutputOf, type Schema } from "../graph/schema.ts";
import { modelCall } from "../graph/verbs.ts";
import { callModel } from "./call-model.ts";
import { Engine } from "./engine.ts";
import { Gate } from "./gate.ts";
import { openLedger } from "./interpreter.ts";
import { PerExecution } from "./per-execution.ts";
import { Progress } from "./progress.ts";
import { nameFailure, RunError } from "./run-error.ts";
import { toWorkflowFailure } from "./workflow-failure.ts";

export interface CallStepOptions {
  /** What the call is named in the history and in errors: an identifier. Default: `"step"`. */
  readonly name?: string;
}

/** Long enough for any step: its own deadline is the shorter one. */
const LONGEST_CALL_MS = 30 * 24 * 60 * 60_000;

/**
 * Calls the model of `step` as a step of a graph does, and gives its output. Make the step with `kit<typeof config>().step`.
 *
 * @throws {ApplicationFailure} of type RUN_INVALID_INPUT, RUN_CALLBACK_ERROR, RUN_NO_CANDIDATE_LEFT, RUN_BUDGET_EXCEEDED or
 *   RUN_DEADLINE_PASSED; not caught, it fails the workflow.
 */
export async function callStep<N extends Names, Input, Output extends Schema>(
  step: ReusableStep<N, Input, Output>,
  input: NoInfer<Input>,
  { name = "step" }: CallStepOptions = {},
): Promise<OutputOf<Output>> {
  checkId(name, "step");
  const made = calls.get() ?? createCalls();
  calls.set(made);
  const { engine, ledger } = made;
  const path = made.nextPath(name);
  const { host, record } = engine;
  record.beginStep(path, "step");
  try {
    const run = {
      graph: workflowInfo().workflowType,
      record,
      progress: made.progress,
      gate: made.gate,
      endsAt: host.now() + LONGEST_CALL_MS,
    };
    const view = { input: readInput(step, input, path) };
    const context = { run, path, view, host, ledger, runFlow: noFlow };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Its own schema has accepted it.
    const output = (await callModel(modelCall(path, { ...step }, {}), context)) as OutputOf<Output>;
    record.endStep(path, "completed");
    return output;
  } catch (error) {
    record.endStep(path, "failed", nameFailure(error));
    throw error instanceof RunError ? toWorkflowFailure(error, record.totals()) : error;
  }
}

/** What all calls of one workflow execution share. */
interface Calls {
  readonly engine: Engine;
  readonly ledger: ReturnType<typeof openLedger>;
  readonly progress: Progress;
  readonly gate: Gate;
  nextPath(name: string): string;
}

// `callStep(step, input)` has no other place to keep it.
const calls = new PerExecution<Calls>("calls");

function createCalls(): Calls {
  const ledger = openLedger(undefined);
  const engine = new Engine({ graph: workflowInfo().workflowType }, () => ledger);
  const made = new Map<string, number>();
  return {
    engine,
    ledger,
    progress: new Progress(),
    // Whether such a workflow continues as new is its own affair.
    gate: new Gate(),
    nextPath(name) {
      const count = (made.get(name) ?? 0) + 1;
      made.set(name, count);
      return count === 1 ? name : `${name}[${count}]`;
    },
  };
}

function readInput(step: object, input: unknown, path: string): unknown {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `kit().step` keeps the schema it was given.
  const { input: schema } = step as { readonly input?: Schema };
  if (schema === undefined) return input;
  const read = readValue(schema, input);
  if (read.ok) return read.value;
  throw new RunError(
    "RUN_INVALID_INPUT",
    `The input of step "${path}" does not fit: ${describeProblems(read.problems)}. Call it with input that fits.`,
    { details: read.problems },
  );
}

function noFlow(): never {
  throw ApplicationFailure.nonRetryable("a model call has no flow inside");
}
