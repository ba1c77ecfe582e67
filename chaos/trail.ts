/** The audit trail of a chaos, once it is over: what it lacks of what the histories tell, and whether it is sound. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@temporalio/client";
import { jsonlSink } from "signalbox/sinks/jsonl";
import { verifyTrail } from "../audit/verify-trail.ts";
import { EMPTY_CHAIN } from "../audit/chain.ts";
import { SEARCH_ATTRIBUTES } from "../graph/search-attributes.ts";
import { reconcileOnce } from "../worker/trail/reconcile-once.ts";
import { TASK_QUEUE } from "./world.ts";

export interface ChaosTrail {
  /** The ids of its records. */
  readonly ids: ReadonlySet<string>;
  /** What was found to be wrong with it. */
  readonly faults: readonly string[];
  /** How many runs the last look found to be missing: what was left to it. */
  readonly foundLast: number;
}

/** Temporal's index of runs is behind by this much at most. */
const INDEX_WAIT_MS = 30_000;

/** Looks once more for what is missing, as the schedule would have done soon. */
export async function readTrail(temporal: Client, folder: string): Promise<ChaosTrail> {
  await untilIndexed(temporal);
  const sinks = [jsonlSink({ folder })];
  const config = { audit: { sinks } };
  const found = await reconcileOnce({ config, temporal, taskQueue: TASK_QUEUE });
  const sink = jsonlSink({ folder });
  const ids = new Set<string>();
  const faults: string[] = [];
  for (const workspace of (await sink.workspaces?.()) ?? []) {
    for await (const { record } of sink.read?.({ workspace }) ?? []) ids.add(record.id);
    const report = await verifyTrail(sink.read?.({ workspace }) ?? [], { anchor: EMPTY_CHAIN });
    faults.push(...report.faults.map((fault) => JSON.stringify(fault)));
  }
  return { ids, faults, foundLast: found?.missing ?? 0 };
}

/** Waits until the index has no run that is open, as long as that can be because it is behind. */
async function untilIndexed({ workflow }: Client): Promise<void> {
  const givenUpAt = Date.now() + INDEX_WAIT_MS;
  const open = `${SEARCH_ATTRIBUTES.graph.name} IS NOT NULL AND ExecutionStatus = 'Running'`;
  while (Date.now() < givenUpAt && (await workflow.count(open)).count > 0) await sleep(200);
}
