/** Reads the routes of a run from its Temporal history: local activities, which leave a marker with what they gave. */

import { decodeFromPayloadsAtIndex } from "@temporalio/common/lib/internal-non-workflow/index.js";
import type { Activities, Route } from "../activities/contract.ts";
import type { History, LoadedDataConverter } from "./read-attempts.ts";

/** A decision as it was recorded, and when. */
export interface RecordedRoute extends Route {
  /** ISO 8601. */
  readonly decidedAt: string;
}

type HistoryEvent = NonNullable<History["events"]>[number];

const ROUTE: keyof Activities = "signalbox.route";

/** The routes in `history`, in the order in which they were recorded. One that could not be decided left none. */
export async function readRoutes(
  history: History,
  converter: LoadedDataConverter,
): Promise<readonly RecordedRoute[]> {
  const routes: RecordedRoute[] = [];
  for (const event of history.events ?? []) {
    if (activityTypeOf(event) !== ROUTE) continue;
    const payloads = event.markerRecordedEventAttributes?.details?.["result"]?.payloads;
    if (payloads === undefined || payloads === null) continue;
    const route = await decodeFromPayloadsAtIndex<Route>(converter, 0, payloads);
    routes.push({ ...route, decidedAt: timeOf(event) });
  }
  return routes;
}

/** What ran: the SDK's own note on a local activity, as JSON that no data converter has seen. */
function activityTypeOf(event: HistoryEvent): string | undefined {
  const data = event.markerRecordedEventAttributes?.details?.["data"]?.payloads?.[0]?.data;
  if (data === undefined || data === null) return undefined;
  try {
    const note: unknown = JSON.parse(new TextDecoder().decode(data));
    if (typeof note !== "object" || note === null || !("activity_type" in note)) return undefined;
    return typeof note.activity_type === "string" ? note.activity_type : undefined;
  } catch {
    return undefined;
  }
}

function timeOf({ eventTime }: HistoryEvent): string {
  const { seconds = 0, nanos = 0 } = eventTime ?? {};
  return new Date(Number(seconds) * 1_000 + Math.floor((nanos ?? 0) / 1e6)).toISOString();
}
