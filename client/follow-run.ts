/** Follows a run: what it tells of itself, as it happens. */

import type { Client } from "@temporalio/client";
import { CONTINUED_MEMO, readContinuedMemo } from "../graph/continued-memo.ts";
import { asClientError } from "./as-client-error.ts";
import { ClientError } from "./client-error.ts";
import { followHistory } from "./follow-history.ts";
import type { RunEvent } from "./run-event.ts";
import { TrailReader } from "./trail/read-trail.ts";

export interface FollowOptions {
  /** The id of the last event that is known: it goes on behind that. Default: none is, so all are told. */
  readonly after?: string | undefined;
  /** Ends it, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/** As a run makes them: the execution behind the first, the number of the history's event, and a place. */
const EVENT_ID = /^(?:[1-9]\d{0,8}-)?[1-9]\d{0,8}(?:\.[1-9]\d{0,8})?$/;

/** Some events that came at once. */
export interface FollowedEvents {
  readonly events: readonly RunEvent[];
  /** The run has ended, and these are its last. */
  readonly hasEnded: boolean;
}

/**
 * Yields a run's events, and ends after `run.ended`. The first of what it yields, which may be without events, comes once it is sure
 * that the run and its event `after` are there.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_RUN; CLIENT_INVALID_CURSOR when the run has no event `after`;
 *   CLIENT_TEMPORAL_UNAVAILABLE when Temporal is away at the start. Later it is waited for.
 */
export async function* followRun(
  temporal: Client,
  id: string,
  { after, signal = new AbortController().signal }: FollowOptions,
): AsyncGenerator<FollowedEvents, void, undefined> {
  const { loadedDataConverter } = temporal.workflow.options;
  const cursor = await Cursor.open(temporal, id, after);
  let reader = new TrailReader(loadedDataConverter);
  let isOpened = false;
  for await (const { events, isFirst } of followHistory(temporal, id, signal)) {
    if (isFirst) {
      reader = new TrailReader(loadedDataConverter);
      cursor.rewind();
    }
    const told = await reader.readToEnd(events);
    const fresh = told.filter((event) => cursor.isNew(event));
    cursor.assertFound({ execution: reader.execution, length: Number(events.at(-1)?.eventId) });
    if (signal.aborted) return;
    const { hasEnded } = reader.trail;
    if (cursor.isFound && (fresh.length > 0 || hasEnded || !isOpened)) {
      isOpened = true;
      yield { events: fresh, hasEnded };
    }
    cursor.last = fresh.at(-1)?.id ?? cursor.last;
    if (hasEnded) return;
  }
}

/** As {@link followRun}, one by one. */
export async function* followEvents(
  temporal: Client,
  id: string,
  options: FollowOptions,
): AsyncGenerator<RunEvent, void, undefined> {
  for await (const { events } of followRun(temporal, id, options)) {
    for (const event of events) {
      if (options.signal?.aborted) return;
      yield event;
    }
  }
}

/** How far the histories of a run go. */
interface Extent {
  /** The latest, from 1. */
  readonly execution: number;
  /** The number of the last event of its history. */
  readonly length: number;
}

/** Knows which events were told: the history may have to be read from its start again, and gives the same ones. */
class Cursor {
  readonly #run: string;
  /** How far the run went when `last` was asked about: it has to be found in that. */
  readonly #extent: Extent;
  #isBehind: boolean;
  /** The id of the last event that is known. */
  last: string | undefined;

  private constructor(run: string, last: string | undefined, extent: Extent) {
    this.#run = run;
    this.last = last;
    this.#extent = extent;
    this.#isBehind = last !== undefined;
  }

  static async open(temporal: Client, run: string, after: string | undefined): Promise<Cursor> {
    if (after === undefined) return new Cursor(run, undefined, { execution: 1, length: 0 });
    if (!EVENT_ID.test(after)) throw unknownEvent(run, after);
    try {
      const { historyLength: length, memo } = await temporal.workflow.getHandle(run).describe();
      const { execution = 1 } = readContinuedMemo(memo?.[CONTINUED_MEMO]) ?? {};
      return new Cursor(run, after, { execution, length });
    } catch (error) {
      throw asClientError(error, run);
    }
  }

  get isFound(): boolean {
    return !this.#isBehind;
  }

  rewind(): void {
    this.#isBehind = this.last !== undefined;
  }

  isNew({ id }: RunEvent): boolean {
    if (!this.#isBehind) return true;
    this.#isBehind = id !== this.last;
    return false;
  }

  /** @param read - how far the run was read. */
  assertFound(read: Extent): void {
    const { execution, length } = this.#extent;
    const isRead =
      read.execution > execution || (read.execution === execution && read.length >= length);
    if (this.#isBehind && isRead) throw unknownEvent(this.#run, this.last ?? "");
  }
}

function unknownEvent(run: string, after: string): ClientError {
  const shown = after.length <= 100 ? `"${after}"` : "of that name";
  return new ClientError(
    "CLIENT_INVALID_CURSOR",
    `Run "${run}" has no event ${shown}. Give the id of one of its events, or none to begin at the first.`,
  );
}
