/** The signals of one worker: opened with what other workers know, shared with them while it runs, kept for the next. */

import { createLiveSignals } from "../activities/signals/create-live-signals.ts";
import type { LiveSignals } from "../activities/signals/live-signals.ts";
import { localExchange } from "../plugins/contract.ts";
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
  const loaded = (async () => signals.load(await exchange.load?.()))();
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
      signals.close();
      await save();
      await exchange.close?.();
    },
  };
}

/** Milliseconds since 1970 by a clock that nobody sets back: a cool-down must not last an hour because of that. */
function monotonicNow(): number {
  return performance.timeOrigin + performance.now();
}
