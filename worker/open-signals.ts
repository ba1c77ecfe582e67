/** The live signals of a worker: what it learns, what others know, and the limits of its configuration. */

import { createLiveSignals } from "../activities/signals/create-live-signals.ts";
import type { LiveSignals } from "../activities/signals/live-signals.ts";
import { localExchange, type SignalExchange } from "../plugins/contract.ts";
import type { Config } from "./config.ts";
import { steadyNow } from "./steady-clock.ts";
import { limitsFor } from "./user-limits.ts";

/** A worker that starts knows what others knew a minute ago, at worst. */
const SAVE_EVERY_MS = 60_000;

export interface OpenSignals {
  readonly live: LiveSignals;
  /** Loads what others have saved; then saves, now and then. Never rejects. */
  begin(): Promise<void>;
  /** Saves once more, and frees what the exchange holds. */
  end(): Promise<void>;
}

export interface OpenSignalsOptions {
  /** Somebody else's: they are neither loaded nor closed. */
  readonly given?: LiveSignals | undefined;
  /** Whether only to look: nothing is saved for others. Default: `false`. */
  readonly isReader?: boolean;
}

export function openSignals(
  { signals, limits }: Pick<Config, "signals" | "limits">,
  { given, isReader = false }: OpenSignalsOptions = {},
): OpenSignals {
  if (given !== undefined) return { live: given, begin: async () => {}, end: async () => {} };
  const exchange = signals ?? localExchange();
  const live = createLiveSignals({ now: steadyNow, exchange, limitsOf: limitsFor(limits) });
  let timer: ReturnType<typeof setInterval> | undefined;
  const save = async (): Promise<void> => {
    if (!isReader) await quietly(() => exchange.save?.(live.snapshot()));
  };
  return {
    live,
    async begin() {
      await quietly(async () => live.load(await exchange.load?.()));
      if (isReader || exchange.save === undefined) return;
      timer = setInterval(() => void save(), SAVE_EVERY_MS);
      timer.unref();
    },
    async end() {
      clearInterval(timer);
      await save();
      live.close();
      await exchange.close?.();
    },
  };
}

/** An exchange that cannot be reached says so itself; a worker works without it. */
async function quietly(
  task: () => ReturnType<NonNullable<SignalExchange["save"]>> | undefined,
): Promise<void> {
  try {
    await task();
  } catch {
    // What was learned is learned again.
  }
}
