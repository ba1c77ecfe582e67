/** The live signals of a worker: what it learns, what others know, and the limits of its configuration. */

import { setTimeout as wait } from "node:timers/promises";
import { createLiveSignals } from "../activities/signals/create-live-signals.ts";
import type { LiveSignals } from "../activities/signals/live-signals.ts";
import { localExchange, type SignalExchange } from "../plugins/contract.ts";
import type { Config } from "./config.ts";
import { steadyNow } from "./steady-clock.ts";
import { limitsFor } from "./user-limits.ts";

/** An exchange gives up after a fraction of a second, which a process that has just begun may take to connect. */
const LOAD_TRIES = 3;
/** `redisSignals` leaves a Redis that was late alone for a second. */
const LOAD_AGAIN_MS = 1_100;
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
  const ended = new AbortController();
  let timer: ReturnType<typeof setInterval> | undefined;
  const save = async (): Promise<void> => {
    if (!isReader) await quietly(() => exchange.save?.(live.snapshot()));
  };
  return {
    live,
    async begin() {
      const isLoaded = await load(exchange, live);
      // Somebody who only looks has nothing else to go by; a worker learns meanwhile.
      const loading = isLoaded || loadLater(exchange, live, ended.signal);
      if (isReader) await loading;
      if (isReader || exchange.save === undefined) return;
      timer = setInterval(() => void save(), SAVE_EVERY_MS);
      timer.unref();
    },
    async end() {
      clearInterval(timer);
      ended.abort();
      await save();
      live.close();
      await exchange.close?.();
    },
  };
}

/** Takes in what others have kept; gives whether there was any, or nobody keeps it. */
async function load(exchange: SignalExchange, live: LiveSignals): Promise<boolean> {
  if (exchange.load === undefined) return true;
  let kept: unknown;
  await quietly(async () => {
    kept = await exchange.load?.();
    live.load(kept);
  });
  return kept !== undefined;
}

/** What is out of reach looks like what holds nothing. */
async function loadLater(
  exchange: SignalExchange,
  live: LiveSignals,
  signal: AbortSignal,
): Promise<void> {
  for (let left = LOAD_TRIES; left > 0 && !signal.aborted; left--) {
    // Ends early when the worker stops: nobody wants it then.
    await wait(LOAD_AGAIN_MS, undefined, { signal, ref: true }).catch(() => undefined);
    if (await load(exchange, live)) return;
  }
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
