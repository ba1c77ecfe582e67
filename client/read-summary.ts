/** Reads what a list shows of a run, from what Temporal says of a workflow execution. */

import type { WorkflowExecutionInfo } from "@temporalio/client";
import { CONTINUED_MEMO, readContinuedMemo } from "../graph/continued-memo.ts";
import { SEARCH_ATTRIBUTES } from "../graph/search-attributes.ts";
import type { RunStatus, RunSummary } from "./run.ts";

/** Temporal's name of each status, as the SDK spells it. */
const STATUSES: Readonly<Record<string, RunStatus>> = {
  RUNNING: "running",
  COMPLETED: "completed",
  FAILED: "failed",
  CANCELLED: "cancelled",
  TERMINATED: "terminated",
  TIMED_OUT: "timed_out",
  CONTINUED_AS_NEW: "continued",
};

export type ListedExecution = Pick<
  WorkflowExecutionInfo,
  "workflowId" | "type" | "startTime" | "closeTime" | "typedSearchAttributes"
> & {
  readonly status: { readonly name: string };
  /** Decoded, as far as it is of use. */
  readonly memo?: Readonly<Record<string, unknown>> | undefined;
};

export function readSummary(execution: ListedExecution): RunSummary {
  const { workflowId, type, status, startTime, closeTime, typedSearchAttributes } = execution;
  const continued = readContinuedMemo(execution.memo?.[CONTINUED_MEMO]);
  return {
    id: workflowId,
    graph: type,
    version: typedSearchAttributes.get(SEARCH_ATTRIBUTES.version),
    workspace: typedSearchAttributes.get(SEARCH_ATTRIBUTES.workspace),
    status: STATUSES[status.name] ?? "running",
    startedAt: continued?.startedAt ?? startTime.toISOString(),
    closedAt: closeTime?.toISOString(),
    costUsd: typedSearchAttributes.get(SEARCH_ATTRIBUTES.costUsd),
    fallbacks: typedSearchAttributes.get(SEARCH_ATTRIBUTES.fallbacks),
    models: typedSearchAttributes.get(SEARCH_ATTRIBUTES.models),
  };
}
