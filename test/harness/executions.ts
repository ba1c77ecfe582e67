/** The executions of runs that have continued as new. */

import { Worker } from "@temporalio/worker";
import { fetchHistories } from "../../client/read-histories.ts";
import type { History } from "../../client/trail/history-event.ts";
import type { TestWorker } from "./temporal.ts";

/** Their histories, in their order. */
export async function readExecutions(
  { temporal }: Pick<TestWorker, "temporal">,
  id: string,
): Promise<readonly History[]> {
  const histories: History[] = [];
  for await (const history of fetchHistories(temporal.client, id)) histories.push(history);
  return histories;
}

/** Replays each on a worker that knows nothing of them. Rejects where one differs. */
export async function replayAll(histories: readonly History[], id: string): Promise<void> {
  const workflowBundle = { codePath: process.env["SIGNALBOX_TEST_BUNDLE"] ?? "" };
  const named = histories.map((history) => ({ workflowId: id, history }));
  // On one worker: to make one for each takes longer than most replays, and what it leaves behind makes all else slow.
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, named)) {
    if (error !== undefined) throw error;
  }
}
