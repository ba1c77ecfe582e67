/** The routes of a run, as the events of its history tell them. */

import type { Route } from "../activities/contract.ts";
import type { RunEvent } from "./run-event.ts";

/** A decision as it was recorded, and when. */
export interface RecordedRoute extends Route {
  /** ISO 8601. */
  readonly decidedAt: string;
}

/** In the order in which they were recorded. One that could not be decided left none. */
export function routesOf(events: readonly RunEvent[]): readonly RecordedRoute[] {
  return events.flatMap((event) =>
    event.type === "route.decided" ? [{ ...event.route, decidedAt: event.at }] : [],
  );
}
