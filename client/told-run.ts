/** Puts together what a run and its parts tell, and what belongs to that and is not told. Pure. */

import type { RunEvent } from "./run-event.ts";
import { joinEvents, type Part } from "./run-reading.ts";
import type { ContentKind, RunContent } from "./trail/contents.ts";

export interface ToldRun {
  readonly events: readonly RunEvent[];
  /** What belongs to the events, in their order. */
  readonly contents: readonly RunContent[];
  /** Keys the hashes. `undefined`: nothing is hashed, as the history tells none. */
  readonly salt: string | undefined;
}

/** What goes in and out of a part is not what goes in and out of its run. */
const OF_RUNS: ReadonlySet<ContentKind> = new Set(["input", "result"]);

export function joinTold(own: ToldRun, parts: readonly Part<ToldRun>[]): ToldRun {
  const events = parts.map(({ start, whole }) => ({ start, whole: whole?.events }));
  const inner = parts.flatMap(({ start, whole }) =>
    (whole?.contents ?? [])
      .filter(({ kind }) => !OF_RUNS.has(kind))
      .map((content) => ({ ...content, event: `${start.id}/${content.event}` })),
  );
  const joined = joinEvents(own.events, events);
  const places = new Map(joined.map(({ id }, index) => [id, index]));
  const placeOf = ({ event }: RunContent): number => places.get(event) ?? 0;
  const contents = [...own.contents, ...inner].toSorted(
    (one, other) => placeOf(one) - placeOf(other),
  );
  return { ...own, events: joined, contents };
}
