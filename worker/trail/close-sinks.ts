/** Ends the sinks of an audit trail. */

import type { Sink } from "../../plugins/contract.ts";

/** Never rejects: what they had to keep, they have kept, as `write` resolves no sooner. */
export async function closeSinks(sinks: readonly Sink[]): Promise<void> {
  await Promise.allSettled(sinks.map(async (sink) => sink.close?.()));
}
