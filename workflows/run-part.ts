/** What an exported graph does in an execution that is a part of a run: it runs some items of one map. */

import { isCancellation } from "@temporalio/workflow";
import type { GraphDefinition } from "../graph/definition.ts";
import type { PlainData } from "../graph/plain-data.ts";
import type { Engine } from "./engine.ts";
import { interpretPart } from "./interpreter.ts";
import type { Ledger } from "./ledger.ts";
import { RunError } from "./run-error.ts";
import type { PartInfo } from "./run-info.ts";
import { cancelOnFailure } from "./temporal-host.ts";
import { partFailure, partResult } from "./temporal-part.ts";

export interface PartRun {
  readonly graph: GraphDefinition;
  /** What the map sees: a `PlainData`. */
  readonly view: unknown;
  readonly part: PartInfo;
  readonly timeLeftMs: number;
  readonly engine: Engine;
  readonly ledger: Ledger;
}

/**
 * Gives the values, what they have used up, and what has become of the accounts.
 *
 * @throws {Error} a plain one where the graph has no such map: it fails the workflow task, not the run.
 */
export async function runPart(run: PartRun): Promise<unknown> {
  const { graph, part, timeLeftMs, engine, ledger } = run;
  const { host, record } = engine;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by workflows/temporal-part.ts.
  const view = run.view as PlainData;
  try {
    const options = { host, record, ledger, timeLeftMs };
    const value = await cancelOnFailure(() => interpretPart(graph, view, part, options));
    await engine.settle();
    return partResult(value, record, ledger);
  } catch (error) {
    if (!(error instanceof RunError) && !isCancellation(error)) throw error;
    await engine.settle();
    throw partFailure(error, record, ledger);
  }
}
