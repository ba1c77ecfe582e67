/** Times a piece of work. */

import { performance } from "node:perf_hooks";

export interface Timing {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly samples: number;
}

/** Runs `work` `samples` times to warm up, as the engine compiles what runs often, and as many times again to measure. */
export function time(work: () => unknown, samples: number): Timing {
  for (let count = 0; count < samples; count++) work();
  return summarise(Array.from({ length: samples }, () => timeOnce(work)));
}

/** Sums up times in milliseconds. */
export function summarise(timesMs: readonly number[]): Timing {
  return {
    medianMs: roundMs(quantile(timesMs, 0.5)),
    p95Ms: roundMs(quantile(timesMs, 0.95)),
    samples: timesMs.length,
  };
}

function timeOnce(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

/** The nearest rank: always one of the samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** To hundredths. */
export function roundMs(durationMs: number): number {
  return Math.round(durationMs * 100) / 100;
}
