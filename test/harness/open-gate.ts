/** Signals that see nothing and never refuse a call: for tests of what becomes of single calls, however many of them fail. */

import { createLiveSignals } from "../../activities/signals/create-live-signals.ts";
import type { LiveSignals } from "../../activities/signals/live-signals.ts";

export function openGate(): LiveSignals {
  const signals = createLiveSignals({ now: () => performance.now() });
  const nothing = { of: () => undefined, rewardOf: () => undefined };
  return {
    ...signals,
    ...nothing,
    ofThisMoment: () => nothing,
    admit: async () => ({ ok: true }),
  };
}
