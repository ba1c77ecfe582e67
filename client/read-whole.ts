/** Puts together all that is known of a run: what Temporal says of its execution, and what its histories tell. */

import type { Client, WorkflowExecutionDescription, WorkflowHandle } from "@temporalio/client";
import { readEnd } from "./read-end.ts";
import { readRun, type ReadRun } from "./read-parts.ts";
import { readSummary } from "./read-summary.ts";
import type { Run } from "./run.ts";
import { showWaits } from "./waiting-steps.ts";

/** @throws {ClientError} CLIENT_UNKNOWN_RUN */
export async function readWhole(temporal: Client, handle: WorkflowHandle): Promise<Run> {
  const [description, reading] = await readBoth(temporal, handle);
  const { attempts, routes, steps, spentNanoUsd, waits, isIncomplete, last, traceId } = reading;
  return {
    ...readSummary(description),
    ...(await readEnd(last, temporal.workflow.options.loadedDataConverter)),
    ...(isIncomplete && { isIncomplete }),
    ...(traceId !== undefined && { traceId }),
    attempts,
    routes,
    steps,
    spentNanoUsd,
    waiting: await showWaits(waits, temporal),
  };
}

/** Both at once, as somebody waits for them. A run that ends meanwhile has ended in one of them: the other is read again. */
async function readBoth(
  temporal: Client,
  handle: WorkflowHandle,
): Promise<readonly [WorkflowExecutionDescription, ReadRun]> {
  const { workflowId } = handle;
  const [description, reading] = await Promise.all([
    handle.describe(),
    readRun(temporal, workflowId),
  ]);
  const isRunning = description.status.name === "RUNNING";
  if (isRunning && reading.hasEnded) return [await handle.describe(), reading];
  if (!isRunning && !reading.hasEnded) return [description, await readRun(temporal, workflowId)];
  return [description, reading];
}
