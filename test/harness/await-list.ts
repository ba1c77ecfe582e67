/** Waits for lists: Temporal's visibility learns of a run a moment after it has started or ended, and tells nobody. */

import { setTimeout as sleep } from "node:timers/promises";
import type { ListOptions, RunSummary } from "../../client/run.ts";
import type { SignalboxClient } from "../../client/signalbox-client.ts";

const TRIES = 600;
const PAUSE_MS = 50;

/** The first page of the runs that fit, once it has `count` of them. Gives up after half a minute with what there is. */
export async function awaitList(
  client: SignalboxClient,
  options: ListOptions,
  count: number,
): Promise<readonly RunSummary[]> {
  for (let tries = 1; ; tries++) {
    const { runs } = await client.list(options);
    if (runs.length === count || tries === TRIES) return runs;
    await sleep(PAUSE_MS);
  }
}
