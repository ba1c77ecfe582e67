/** `signalbox`: what a graph's author imports. Safe in the workflow sandbox. */

import { createKit } from "./graph/kit.ts";
import { runGraph } from "./workflows/run-graph.ts";

/**
 * The graph language, bound to the names of a configuration: `kit<typeof config>()`.
 * Import the configuration as a type only; graphs are bundled for the workflow sandbox.
 */
export const kit = createKit(runGraph);

export type { Duration } from "./graph/duration.ts";
export type { FailureKind } from "./graph/failure-kinds.ts";
export type { AnyGraph, Graph, GraphJson, InputOf, ResultOf, StepJson } from "./graph/graph.ts";
export { GraphError, type GraphErrorCode } from "./graph/graph-error.ts";
