/** Signals that a test has fed by hand, and what shows them. */

import { createLiveSignals } from "../../activities/signals/create-live-signals.ts";
import type { LiveSignals, ObservedCall } from "../../activities/signals/live-signals.ts";
import type { FailureKind } from "../../graph/failure-kinds.ts";
import type { Provider } from "../../plugins/contract.ts";
import { createCatalogue } from "../../worker/catalogue.ts";
import type { Config } from "../../worker/config.ts";
import { readModelStatus, type ModelStatus } from "../../worker/model-status.ts";

const PLACE = { graph: "support", step: "draft" };

/** A provider that is never called. */
export function silentProvider(id: string, rest: Partial<Provider> = {}): Provider {
  return { id, generate: () => Promise.reject(new Error("not called")), ...rest };
}

/** Signals of a worker whose clock stands still unless the test moves it. */
export function signalsAt(now: () => number): LiveSignals {
  return createLiveSignals({ now });
}

/** Feeds calls that were answered in a second, with 50 tokens. */
export function answer(
  signals: LiveSignals,
  model: string,
  more: Partial<ObservedCall> = {},
): void {
  const call = { ...PLACE, model, durationMs: 1_000, firstTokenMs: 200, outputTokens: 50 };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What a test adds belongs to an answer.
  signals.observe({ ...call, ok: true, costNanoUsd: 2_000_000, ...more } as ObservedCall);
}

/** Feeds as many failures in a row. */
export function fail(signals: LiveSignals, model: string, kind: FailureKind, times = 1): void {
  for (let call = 0; call < times; call++) {
    signals.observe({ ...PLACE, model, durationMs: 30, ok: false, kind });
  }
}

/** As a worker with this configuration gives it. */
export function statusOf(
  config: Pick<Config, "providers" | "models" | "prices">,
  signals: LiveSignals,
): readonly ModelStatus[] {
  return readModelStatus(config, createCatalogue(config), signals);
}
