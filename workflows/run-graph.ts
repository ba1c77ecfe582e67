/** What an exported graph does when Temporal runs it as a workflow. */

import { isCancellation } from "@temporalio/workflow";
import type { GraphDefinition } from "../graph/definition.ts";
import { describeGraph, type GraphJson } from "../graph/graph-json.ts";
import type { PlainData } from "../graph/plain-data.ts";
import { beginRun, type BegunRun } from "./begin-run.ts";
import { openProgress, reopenWaits } from "./carried-state.ts";
import { Continuation, type RunSoFar } from "./continuation.ts";
import { Engine } from "./engine.ts";
import { endOfRun, interpret, interpretPart, openLedger } from "./interpreter.ts";
import { Ledger } from "./ledger.ts";
import { RunError } from "./run-error.ts";
import { RunRecord } from "./run-record.ts";
import { cancelOnFailure } from "./temporal-host.ts";
import { partFailure, partResult } from "./temporal-part.ts";
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
  const run = openRun(begin(versions, info), input);
  const continuation = new Continuation(run);
  // The race is outermost: inside, it would hold up what the run does at its end, and old histories would not replay.
  return Promise.race([runToEnd(run, continuation), continuation.continueWhenDue()]);
}

function openRun(begun: BegunRun, input: unknown): RunSoFar {
  const { graph } = begun;
  const { parent, part, carried } = begun.info;
  const { id, version } = graph;
  const ledger = part
    ? Ledger.restore(part.accounts, carried?.account)
    : openLedger(graph.budget, parent?.limits, carried?.account);
  const toJSON = (): GraphJson => describeGraph(graph);
  const subject = { ...begun.info, graph: id, version, toJSON };
  const reopened = reopenWaits(carried?.waits ?? [], graph);
  const before = carried && { record: carried.record, reopened };
  const engine = new Engine(subject, () => ledger, before);
  const progress = openProgress(carried);
  const endsAt = carried?.endsAt ?? endOfRun(graph, engine.host.now(), parent?.timeLeftMs);
  return { begun, input, engine, ledger, progress, endsAt };
}

async function runToEnd(run: RunSoFar, continuation: Continuation): Promise<unknown> {
  const { begun, input, engine, ledger, progress, endsAt } = run;
  const { host, record } = engine;
  const { gate } = continuation;
  const { part } = begun.info;
  try {
    const options = { host, record, ledger, progress, gate, endsAt };
    if (part) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by workflows/temporal-part.ts.
      const view = input as PlainData;
      const work = (): Promise<PlainData> => interpretPart(begun.graph, view, part, options);
      const values = await cancelOnFailure(work);
      continuation.stop();
      await engine.settle();
      return partResult(values, record, ledger);
    }
    const value = await cancelOnFailure(() => interpret(begun.graph, input, options));
    continuation.stop();
    await engine.settle();
    engine.writeEnd("completed");
    return begun.info.parent ? ({ value, totals: record.totals() } satisfies SubResult) : value;
  } catch (error) {
    continuation.stop();
    if (!(error instanceof RunError) && !isCancellation(error)) throw error;
    await engine.settle();
    if (part) throw partFailure(error, record, ledger);
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
