/** The signals of one worker: opened with what other workers know, shared with them while it runs, kept for the next. */

import { setTimeout as wait } from "node:timers/promises";
import { createLiveSignals } from "../activities/signals/create-live-signals.ts";
import type { LiveSignals } from "../activities/signals/live-signals.ts";
import { localExchange, type SignalExchange } from "../plugins/contract.ts";
import type { Config } from "./config.ts";
import { limitsFor } from "./user-limits.ts";

export interface WorkerSignals {
  readonly signals: LiveSignals;
  /** Resolves once what others have kept is taken in. */
  readonly loaded: Promise<void>;
  /** Keeps what was learned for workers that start later, and lets the exchange go. */
  close(): Promise<void>;
}

/** A worker that dies loses no more than this of what it alone knew. */
const SAVE_EVERY_MS = 30_000;
/**
 * An exchange gives up after a fraction of a second, which a process that has just begun may take to connect; and what is
 * out of reach looks like what holds nothing.
 */
const LOAD_TRIES = 4;
/** `redisSignals` leaves a Redis that was late alone for a second. */
const LOAD_AGAIN_MS = 1_100;

/**
 * Waits for nothing: what was kept is taken in when it comes.
 *
 * @param isReader - whether only to look, and keep nothing for others. Default: `false`.
 */
export function openSignals(
  { signals: given, limits }: Pick<Config, "signals" | "limits">,
  { isReader = false }: { readonly isReader?: boolean } = {},
): WorkerSignals {
  const exchange = given ?? localExchange();
  const signals = createLiveSignals({ now: monotonicNow, exchange, limitsOf: limitsFor(limits) });
  const closing = new AbortController();
  const loaded = (async () => signals.load(await loadKept(given, closing.signal)))();
  const save = async (): Promise<void> => {
    if (!isReader) await exchange.save?.(signals.snapshot());
  };
  const timer = setInterval(() => void save(), SAVE_EVERY_MS);
  timer.unref();
  return {
    signals,
    loaded,
    async close() {
      clearInterval(timer);
      closing.abort();
      signals.close();
      await save();
      await exchange.close?.();
    },
  };
}

/** What others have kept. `undefined`: nothing, or it cannot be had. */
async function loadKept(
  exchange: SignalExchange | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  if (exchange?.load === undefined) return undefined;
  for (let left = LOAD_TRIES; ; left--) {
    const kept = await exchange.load();
    if (kept !== undefined || left === 1 || signal.aborted) return kept;
    // Ends early when the worker stops: nobody wants it then.
    await wait(LOAD_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Milliseconds since 1970 by a clock that nobody sets back: a cool-down must not last an hour because of that. */
function monotonicNow(): number {
  return performance.timeOrigin + performance.now();
}
