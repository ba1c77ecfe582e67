/** What an exported graph does when Temporal runs it as a workflow. */

import { isCancellation } from "@temporalio/workflow";
import type { Amounts } from "../graph/budget.ts";
import type { GraphDefinition } from "../graph/definition.ts";
import { describeGraph } from "../graph/graph-json.ts";
import { Engine } from "./engine.ts";
import { interpret, openLedger } from "./interpreter.ts";
import { RunError } from "./run-error.ts";
import { cancelOnFailure } from "./temporal-host.ts";
import type { SubResult } from "./temporal-outcome.ts";
import { toWorkflowFailure } from "./workflow-failure.ts";

/** What whoever starts a run tells it beside its input. */
export interface RunInfo {
  /** Set by a graph that runs this one as a part of it: the result then comes with what it used up. */
  readonly parent?: {
    /** What the run may use up, on top of its own budget. */
    readonly limits: Partial<Amounts>;
    readonly timeLeftMs: number;
  };
}

/** Runs `graph` inside a workflow. Only Temporal's own failures fail a run, so ours are turned into one here. */
export async function runGraph(
  graph: GraphDefinition,
  input: unknown,
  { parent }: RunInfo = {},
): Promise<unknown> {
  const { id, version } = graph;
  const ledger = openLedger(graph.budget, parent?.limits);
  const engine = new Engine(
    { graph: id, version, toJSON: () => describeGraph(graph) },
    () => ledger,
  );
  const { host, record } = engine;
  try {
    const options = { host, record, ledger, timeLeftMs: parent?.timeLeftMs };
    const value = await cancelOnFailure(() => interpret(graph, input, options));
    await engine.settle();
    engine.writeEnd("completed");
    return parent ? ({ value, totals: record.totals() } satisfies SubResult) : value;
  } catch (error) {
    if (!(error instanceof RunError) && !isCancellation(error)) throw error;
    await engine.settle();
    engine.writeEnd(error instanceof RunError ? error.code : "cancelled");
    throw error instanceof RunError ? toWorkflowFailure(error, record.totals()) : error;
  }
}
