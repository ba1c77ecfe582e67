/** What every verb's part of the interpreter is given. */

import type { FlowDefinition, View } from "../graph/definition.ts";
import type { CallbackPlace } from "./callback.ts";
import type { Host } from "./host.ts";

export interface StepContext {
  /** The graph's id. */
  readonly graph: string;
  /**
   * Where the step stands: ids from the outside in, with the item of a map and the round of a refine,
   * such as `files[2]/summary` or `answer[1]/write`.
   */
  readonly path: string;
  /** What its callbacks see. */
  readonly view: View;
  readonly host: Host;
  /** Runs a flow inside this step; its callbacks also see `view`. `host`: default, the step's own. */
  runFlow(flow: FlowDefinition, path: string, view: View, host?: Host): Promise<unknown>;
}

/** Names one of the step's callbacks. */
export function placeOf({ graph, path }: StepContext, callback: string): CallbackPlace {
  return { graph, step: path, callback };
}
