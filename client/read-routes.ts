/** The routes of a run, as the events of its history tell them. */

import type { RunEvent } from "./run-event.ts";
import type { RecordedRoute } from "./run.ts";

/** In the order in which they were recorded. One that could not be decided left none. */
export function routesOf(events: readonly RunEvent[]): readonly RecordedRoute[] {
  return events.flatMap((event) =>
    event.type === "route.decided" ? [{ ...event.route, decidedAt: event.at }] : [],
  );
}
