/** The exchange of a worker that learns alone: nobody else hears or says anything, and its limits are its own. */

import type { SignalExchange } from "../signal-exchange.ts";
import { Leases } from "./leases.ts";
import { Limiter } from "./limiter.ts";

/**
 * What a worker has when it is configured with no other. Each worker then has every limit for itself.
 *
 * @param now - In milliseconds, from any start. Default: a clock that nobody sets.
 */
export function localExchange(now: () => number = () => performance.now()): SignalExchange {
  const leases = new Leases();
  const limiter = new Limiter();
  return {
    publish() {},
    subscribe: () => () => {},
    lease: (name, durationMs) => Promise.resolve(leases.take(name, durationMs, now())),
    take: (wanted) => Promise.resolve(limiter.take(wanted, now())),
  };
}
