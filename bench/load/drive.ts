/** Does a piece of work many times, a fixed number side by side: the next begins when one has ended. */

import { performance } from "node:perf_hooks";

export interface Driven {
  /** From the beginning of the first to the end of the last. */
  readonly tookMs: number;
  /** Of each, in the order in which they ended. */
  readonly timesMs: readonly number[];
}

/** Rejects with the first that does. */
export async function drive(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<unknown>,
): Promise<Driven> {
  const timesMs: number[] = [];
  let next = 0;
  const startedAt = performance.now();
  const workInTurn = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const beganAt = performance.now();
      await work(index);
      timesMs.push(performance.now() - beganAt);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, workInTurn));
  return { tookMs: performance.now() - startedAt, timesMs };
}
