/** `signalbox`: what a graph's author imports. Safe in the workflow sandbox. */

import { drawSvg } from "#drawing";
import { createKit } from "./graph/kit.ts";
import { createVersions } from "./graph/versions.ts";
import { runGraph } from "./workflows/run-graph.ts";

/**
 * The graph language, bound to the names of a configuration: `kit<typeof config>()`.
 * Import the configuration as a type only; graphs are bundled for the workflow sandbox.
 */
export const kit = createKit({ run: runGraph, drawSvg });

/**
 * Several versions of a graph behind one export, the newest first: `export const support = versions(supportV2, supportV1)`.
 * New runs begin with the newest, a run stays on the version it began with.
 */
export const versions = createVersions(runGraph);

export type { Budget } from "./graph/budget.ts";
export type { CallDeadlines, Sampling } from "./graph/call-settings.ts";
export type { Duration } from "./graph/duration.ts";
export type { CurableKind, FailureKind } from "./graph/failure-kinds.ts";
export type {
  AnyGraph,
  Graph,
  GraphFacts,
  InputOf,
  ResultOf,
  VersionedGraph,
} from "./graph/graph.ts";
export { GraphError, type GraphErrorCode } from "./graph/graph-error.ts";
export {
  diffGraphs,
  type GraphChange,
  type GraphChangeKind,
  type GraphDiff,
} from "./graph/diff.ts";
export type { CallSize, Estimate, EstimateOptions } from "./graph/estimate.ts";
export type { ModelPrice, PriceTier } from "./graph/money.ts";
export type { Figures } from "./graph/tally.ts";
export { fingerprintGraph } from "./graph/fingerprint.ts";
export { describeGraphFormat, GraphFormatError, parseGraphJson } from "./graph/graph-format.ts";
export type { CallJson, DeadlineJson, FlowJson, GraphJson, StepJson } from "./graph/graph-json.ts";
export { GRAPH_PROBLEM_CODES, type GraphProblem, type GraphProblemCode } from "./graph/problem.ts";
export type { JsonSchema, SchemaProblem } from "./graph/schema.ts";
export { validateGraphJson } from "./graph/validate.ts";
