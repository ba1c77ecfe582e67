/** Reads how calls inside Temporal ended. */

import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  TimeoutFailure,
} from "@temporalio/workflow";
import type { Outcome, SubOutcome } from "./host.ts";
import type { Totals } from "./run-record.ts";

/** What a run tells the run that started it. */
export interface SubResult {
  readonly value: unknown;
  readonly totals: Totals;
}

/** Rejects with a cancellation, and with what is no failure of the call. */
export async function outcomeOf(call: () => Promise<unknown> | undefined): Promise<Outcome> {
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    return readFailure(error);
  }
}

/** As {@link outcomeOf}, for a sub-graph. */
export async function subOutcomeOf(call: () => Promise<unknown>): Promise<SubOutcome> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What workflows/run-graph.ts gives a parent.
    const { value, totals } = (await call()) as SubResult;
    return { ok: true, value, totals };
  } catch (error) {
    const outcome = readFailure(error);
    const cause = error instanceof ChildWorkflowFailure ? error.cause : undefined;
    const details = cause instanceof ApplicationFailure ? cause.details : undefined;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The same file's second detail.
    const totals = details?.[1] as Totals | undefined;
    return totals ? { ...outcome, totals } : outcome;
  }
}

/** How a worker went missing, for people. */
export function describeLoss(cause: unknown): string {
  const how = cause instanceof TimeoutFailure ? ` (${cause.timeoutType})` : "";
  return `no worker reported back${how}`;
}

function readFailure(error: unknown): Outcome {
  if (isCancellation(error)) throw error;
  if (!(error instanceof ActivityFailure) && !(error instanceof ChildWorkflowFailure)) throw error;
  const { cause } = error;
  return cause instanceof ApplicationFailure
    ? { ok: false, error: { code: cause.type ?? "Error", message: cause.message } }
    : { ok: false, error: { code: "timeout", message: describeLoss(cause) } };
}
