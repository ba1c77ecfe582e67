/** When the history of a run is long. Pure. */

import type { HistoryLength } from "./gate.ts";

/** What Temporal says of a history. */
export interface Measured {
  readonly events: number;
  readonly bytes: number;
  /** Temporal suggests to continue as new: by default at 4,096 events or 4 MiB. */
  readonly isSuggested: boolean;
}

/** Where Temporal suggests nothing. It ends a run at 51,200 events or 50 MiB. */
const LONG_EVENTS = 8_192;
const LONG_BYTES = 8 * 1_024 * 1_024;

/** So many times as long is too long: then what may take long is waited for too. */
const TOO_LONG = 3;

/** What it costs to open a wait again, and as much as that thrice over before it is worth it. */
const EVENTS_A_WAIT = 4;

/** An execution that begins with much has to get somewhere, or the run would continue as new for ever. */
const LEAST_EVENTS = 500;
/** The same under a limit: what stands at the beginning of any history, and a call. */
const LEAST_EVENTS_OF_A_LIMIT = 10;

/**
 * @param waits - that were open when the execution began: their timers alone may make a history long, and will do so in the next.
 * @param limit - events after which it is long, whatever Temporal says. Default: none.
 */
export function measureHistory(
  { events, bytes, isSuggested }: Measured,
  waits: number,
  limit?: number,
): HistoryLength {
  const least = limit === undefined ? LEAST_EVENTS : LEAST_EVENTS_OF_A_LIMIT;
  if (events < Math.max(least, EVENTS_A_WAIT * waits)) return "short";
  const most = limit ?? LONG_EVENTS;
  if (events >= TOO_LONG * most || bytes >= TOO_LONG * LONG_BYTES) return "too long";
  const isLong = events >= most || bytes >= LONG_BYTES;
  return isLong || (limit === undefined && isSuggested) ? "long" : "short";
}
