/** What is known of an activity before it does its work. */

import type { Info } from "@temporalio/activity";

export interface SeenActivity {
  readonly type: string;
  readonly args: readonly unknown[];
  /** Ours are made by graph/attempt-id.ts; that of a local activity says nothing. */
  readonly id: string;
  /** 1 for the first. */
  readonly tries: number;
  readonly isLocal: boolean;
  /** A tool of the configuration. */
  readonly isTool: boolean;
  /** The graph's id; the workflow type of a hand-written workflow. */
  readonly graph: string;
  /** Of the workflow. */
  readonly workflowId: string;
  readonly runId: string;
  readonly taskQueue: string;
  /** How long it waited for a worker, by two clocks, the server's and ours. */
  readonly waitedMs: number;
}

export function seeActivity(
  info: Info,
  args: readonly unknown[],
  tools: ReadonlySet<string>,
): SeenActivity {
  const { activityType: type, activityId: id, workflowExecution, workflowType } = info;
  return {
    type,
    args,
    id,
    tries: info.attempt,
    isLocal: info.isLocal,
    isTool: tools.has(type),
    graph: workflowType ?? "",
    workflowId: workflowExecution?.workflowId ?? "",
    runId: workflowExecution?.runId ?? "",
    taskQueue: info.taskQueue,
    waitedMs: Math.max(0, Date.now() - info.currentAttemptScheduledTimestampMs),
  };
}
