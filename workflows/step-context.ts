/** What every verb's part of the interpreter is given. */

import type { FlowDefinition, GraphDefinition, View } from "../graph/definition.ts";
import type { CallbackPlace } from "./callback.ts";
import type { Gate } from "./gate.ts";
import type { Host } from "./host.ts";
import type { Ledger } from "./ledger.ts";
import type { Progress } from "./progress.ts";
import type { RunRecord } from "./run-record.ts";

/** What all steps of a run share. */
export interface RunContext {
  /** The graph's id. */
  readonly graph: string;
  readonly record: RunRecord;
  readonly progress: Progress;
  /** Where its calls begin. */
  readonly gate: Gate;
  /** When the run's deadline passes, in milliseconds since 1970. */
  readonly endsAt: number;
  /** Absent in a hand-written workflow, which has no maps. */
  readonly parts?: PartSettings;
}

/** How large maps run. */
export interface PartSettings {
  /** That of the run. */
  readonly graph: GraphDefinition;
  /** A map of more items runs in parts. */
  readonly itemsPerPart: number;
}

export interface StepContext {
  readonly run: RunContext;
  /**
   * Where the step stands: ids from the outside in, with the item of a map and the round of a refine,
   * such as `files[2]/summary` or `answer[1]/write`.
   */
  readonly path: string;
  /** What its callbacks see. */
  readonly view: View;
  readonly host: Host;
  /** The account of what it uses up. */
  readonly ledger: Ledger;
  /** Runs a flow inside this step; its callbacks also see `view`. `host`: default, the step's own. */
  runFlow(flow: FlowDefinition, path: string, view: View, host?: Host): Promise<unknown>;
}

/** Names one of the step's callbacks. */
export function placeOf({ run, path }: StepContext, callback: string): CallbackPlace {
  return { graph: run.graph, step: path, callback };
}

/** How long the run may still take, in milliseconds: 0 or less when its time is up. */
export function timeLeftOf({ run, host }: StepContext): number {
  return run.endsAt - host.now();
}
