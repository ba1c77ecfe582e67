/**
 * Reads a run together with its parts: executions that run some of the items of one of its maps. Each history is read by itself and
 * dropped for what it tells, a few at a time.
 */

import type { Client } from "@temporalio/client";
import { ifKnown } from "./as-client-error.ts";
import { mapSome } from "./map-some.ts";
import { fetchHistories } from "./read-histories.ts";
import type { RunEvent } from "./run-event.ts";
import {
  isStartOfPart,
  joinEvents,
  joinReadings,
  readExecution,
  type Part,
  type RunReading,
} from "./run-reading.ts";
import { joinTold, type ToldRun } from "./told-run.ts";
import { Contents, type ContentOptions } from "./trail/contents.ts";
import type { HistoryEvent } from "./trail/history-event.ts";
import { readTrail, type ReadTrail } from "./trail/read-trail.ts";

/** A history of thousands of events takes a moment to come: the next ones are on their way meanwhile. */
const AHEAD = 4;

/** A run with its parts, as far as its history goes. */
export interface ReadRun extends RunReading, Pick<ReadTrail, "traceId"> {
  /** The last event of its own history. */
  readonly last: HistoryEvent | undefined;
}

/** @throws {ClientError} CLIENT_UNKNOWN_RUN */
export async function readRun(temporal: Client, id: string): Promise<ReadRun> {
  let own: Pick<ReadRun, "last" | "traceId"> = { last: undefined, traceId: undefined };
  const digest = (read: ReadTrail, of: string): RunReading => {
    if (of === id) own = { last: read.last, traceId: read.traceId };
    return readExecution(read, of);
  };
  const reading = await readWithParts(temporal, id, digest, joinReadings);
  return { ...reading, ...own };
}

/**
 * The events of a run and of its parts: what a part tells stands behind its start, and its ids begin with that of its start, as in
 * `17/23.1`.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_RUN
 */
export async function readEvents(temporal: Client, id: string): Promise<readonly RunEvent[]> {
  return readWithParts(temporal, id, ({ events }) => events, joinEvents);
}

/**
 * As {@link readEvents}, with what the events do not tell. Hashes of parts are keyed as those of their run.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_RUN
 */
export function readTold(temporal: Client, id: string, options: ContentOptions): Promise<ToldRun> {
  return readWithParts(temporal, id, toldBy, joinTold, options);
}

function toldBy({ events }: ReadTrail, _id: string, contents?: Contents): ToldRun {
  return { events, contents: contents?.list ?? [], salt: contents?.salt };
}

/**
 * @param digest - what is kept of one execution.
 * @param join - puts in what its parts came to.
 * @param wanted - absent: what the events do not tell is not looked at.
 */
async function readWithParts<T>(
  temporal: Client,
  id: string,
  digest: (read: ReadTrail, id: string, contents?: Contents) => T,
  join: (own: T, parts: readonly Part<T>[]) => T,
  wanted?: ContentOptions,
): Promise<T> {
  const { loadedDataConverter } = temporal.workflow.options;
  const contents = wanted && new Contents(wanted);
  const read = await readTrail(fetchHistories(temporal, id), loadedDataConverter, contents);
  const starts = read.events.filter(isStartOfPart);
  const own = digest(read, id, contents);
  const ofParts = wanted && { ...wanted, salt: contents?.salt };
  const parts = await mapSome(starts, AHEAD, async (start) => {
    const whole = await ifKnown(readWithParts(temporal, start.run ?? "", digest, join, ofParts));
    return { start, whole };
  });
  return parts.length === 0 ? own : join(own, parts);
}
