/** `signalbox/workflow`: what hand-written workflows import. Safe in the workflow sandbox. */

export { callStep, type CallStepOptions } from "./workflows/call-step.ts";
export type { RunCost, RunQueries, RunState } from "./workflows/queries.ts";
export type { Attempt, Decision, StepState, Totals } from "./workflows/run-record.ts";
