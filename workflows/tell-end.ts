/** Tells the worker that a run ends, so that its trail is written: outside of the history, and never on replay. */

import { proxySinks, workflowInfo, type Sinks } from "@temporalio/workflow";

/** What a worker is told; it has the run's ids beside it. */
export interface TrailSinks extends Sinks {
  readonly signalboxTrail: { ended(): void };
}

/** To be called by runs, not by parts of them. */
export function tellEnd(): void {
  // The SDK would not call it then, but complain where a worker has no such sink, as one that only replays.
  if (workflowInfo().unsafe.isReplaying) return;
  proxySinks<TrailSinks>().signalboxTrail.ended();
}
