/** Parts of maps inside Temporal: child workflows of the same type. How they are started, and what they tell at their end. */

import {
  ApplicationFailure,
  ChildWorkflowFailure,
  CancelledFailure,
  executeChild,
  isCancellation,
} from "@temporalio/workflow";
import { fingerprintGraph } from "../graph/fingerprint.ts";
import { describeGraph } from "../graph/graph-json.ts";
import { idOfPart, PART_CANCELLED, PART_MEMO, type PartPlace } from "../graph/part-place.ts";
import type { PlainData } from "../graph/plain-data.ts";
import { describeRun } from "../graph/run-details.ts";
import type { CallLabel, PartEnd, PartOutcome, PartRequest } from "./host.ts";
import type { Ledger } from "./ledger.ts";
import { isRunErrorCode, RunError } from "./run-error.ts";
import type { RunInfo } from "./run-info.ts";
import { RunRecord } from "./run-record.ts";
import { describeLoss } from "./temporal-outcome.ts";
import { toWorkflowFailure } from "./workflow-failure.ts";

/** What a part tells what started it. */
type PartResult = Required<PartEnd> & { readonly value: PlainData };

/** `run`: the id of the run, also where a part starts another. */
type Hosted = Pick<RunInfo, "historyLimit"> & { readonly run: string; readonly workspace: string };

/**
 * Starts a part and waits for its end, also when it was cancelled: then it tells what its calls may cost.
 */
export async function executePart(
  { graph, view, part, limits }: PartRequest,
  { summary, timeLeftMs }: CallLabel,
  { run, workspace, historyLimit }: Hosted,
): Promise<PartOutcome> {
  const fingerprint = fingerprintGraph(describeGraph(graph));
  const parent = { limits, timeLeftMs };
  const info: RunInfo = {
    version: graph.version,
    fingerprint,
    workspace,
    parent,
    part,
    ...(historyLimit !== undefined && { historyLimit }),
  };
  const { map, from, items } = part;
  const place: PartPlace = { map, from, count: Array.isArray(items.json) ? items.json.length : 0 };
  try {
    const result: PartResult = await executeChild(graph.id, {
      args: [view, info],
      workflowId: idOfPart(run, part),
      // No search attributes: lists are of runs.
      memo: { [PART_MEMO]: place },
      staticSummary: summary,
      staticDetails: describeRun(graph, fingerprint),
    });
    return { ok: true, ...result };
  } catch (error) {
    return readPartFailure(error, part);
  }
}

/** What a part gives. */
export function partResult(value: PlainData, record: RunRecord, ledger: Ledger): PartResult {
  return { value, totals: record.totals(), accounts: ledger.accounts() };
}

/** What a part fails with. */
export function partFailure(error: unknown, record: RunRecord, ledger: Ledger): Error {
  const end: Required<PartEnd> = { totals: record.totals(), accounts: ledger.accounts() };
  if (error instanceof RunError) return toWorkflowFailure(error, end.totals, end.accounts);
  return ApplicationFailure.create({
    type: PART_CANCELLED,
    message: "The run no longer needs this part.",
    nonRetryable: true,
    details: [null, end.totals, end.accounts],
  });
}

function readPartFailure(
  error: unknown,
  { map, from }: Pick<PartPlace, "map" | "from">,
): PartOutcome {
  // Cancelled before it began: nothing was used.
  if (isCancellation(error)) return { ok: false, error, totals: new RunRecord().totals() };
  if (!(error instanceof ChildWorkflowFailure)) throw error;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return { ok: false, error: lost(map, from, cause) };
  const [details, totals, accounts] = cause.details ?? [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by `partFailure`.
  const end = { totals, accounts } as PartEnd;
  const { type, message } = cause;
  if (type === PART_CANCELLED) return { ok: false, error: new CancelledFailure(message), ...end };
  const code = isRunErrorCode(type) ? type : "RUN_PART_FAILED";
  return { ok: false, error: new RunError(code, message, { cause: cause.cause, details }), ...end };
}

function lost(map: string, from: number, cause: Error | undefined): RunError {
  return new RunError(
    "RUN_PART_FAILED",
    `The part of map "${map}" that begins with item ${from} has ended without a word: ${describeLoss(cause)}. ` +
      `See its own workflow in the Temporal UI, and start the run again.`,
    { details: { step: map } },
  );
}
