/** Finds out which runs a sink has not got. */

import type { ClosedRun } from "../../client/list-closed.ts";
import type { Sink } from "../../plugins/sink.ts";

/** By sink: the ids of the runs that it lacks. */
export type Lacking = ReadonlyMap<Sink, ReadonlySet<string>>;

/**
 * Of runs of one workspace. A sink that cannot tell lacks what another one does, and where no other can, those runs that were ended
 * from outside: of these, no worker has told it.
 *
 * @param ask - asks a sink that can tell; `undefined`: it does not answer, and is left out.
 */
export async function findLacking(
  sinks: readonly Sink[],
  runs: readonly ClosedRun[],
  ask: (sink: Sink, ids: readonly string[]) => Promise<readonly string[] | undefined>,
): Promise<Lacking> {
  const ids = [...new Set(runs.map(({ id }) => id))];
  const lacking = new Map<Sink, ReadonlySet<string>>();
  for (const sink of sinks) {
    if (sink.findEnded === undefined) continue;
    const ended = await ask(sink, ids);
    if (ended === undefined) continue;
    const has = new Set(ended);
    lacking.set(sink, new Set(ids.filter((id) => !has.has(id))));
  }
  const known = [...lacking.values()];
  const ofOthers = new Set(
    known.length > 0
      ? known.flatMap((one) => [...one])
      : runs.filter(({ isCutOff }) => isCutOff).map(({ id }) => id),
  );
  for (const sink of sinks) if (sink.findEnded === undefined) lacking.set(sink, ofOthers);
  return lacking;
}
