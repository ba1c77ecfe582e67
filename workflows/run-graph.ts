/** What an exported graph does when Temporal runs it as a workflow. */

import { isCancellation } from "@temporalio/workflow";
import type { GraphDefinition } from "../graph/definition.ts";
import { describeGraph } from "../graph/graph-json.ts";
import { beginRun, type BegunRun } from "./begin-run.ts";
import { Engine } from "./engine.ts";
import { interpret, openLedger } from "./interpreter.ts";
import { Ledger } from "./ledger.ts";
import { RunError } from "./run-error.ts";
import { runPart } from "./run-part.ts";
import { RunRecord } from "./run-record.ts";
import { cancelOnFailure } from "./temporal-host.ts";
import type { SubResult } from "./temporal-outcome.ts";
import { toWorkflowFailure } from "./workflow-failure.ts";

/**
 * Runs one of `versions` inside a workflow. Only Temporal's own failures fail a run, so ours are turned into one here.
 *
 * @param versions - the newest first.
 * @param info - a `RunInfo`, where the run was started with one.
 */
export async function runGraph(
  versions: readonly GraphDefinition[],
  input: unknown,
  info: unknown,
): Promise<unknown> {
  const begun = begin(versions, info);
  const { graph } = begun;
  const { parent, part, workspace } = begun.info;
  const { id, version } = graph;
  const ledger = part ? Ledger.restore(part.accounts) : openLedger(graph.budget, parent?.limits);
  const subject = { graph: id, version, workspace, part, toJSON: () => describeGraph(graph) };
  const engine = new Engine(subject, () => ledger);
  if (part && parent) {
    const { timeLeftMs } = parent;
    return runPart({ graph, view: input, part, timeLeftMs, engine, ledger });
  }
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

function begin(versions: readonly GraphDefinition[], info: unknown): BegunRun {
  try {
    return beginRun(versions, info);
  } catch (error) {
    throw error instanceof RunError ? toWorkflowFailure(error, new RunRecord().totals()) : error;
  }
}
