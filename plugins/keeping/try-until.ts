/** Asks what may be away for a moment until it answers, or the time is up. */

import { setTimeout as wait } from "node:timers/promises";

export interface TryOptions {
  readonly timeoutMs: number;
  /** Aborted: nobody wants the answer any more. */
  readonly signal: AbortSignal;
}

const PAUSE_MS = 50;

/**
 * What `ask` gives, or `undefined` when it has given nothing in time.
 *
 * @param ask - gives `undefined` where it is worth another try. Told how much time is left; has to keep to it.
 */
export async function tryUntil<T>(
  ask: (leftMs: number) => Promise<T | undefined>,
  { timeoutMs, signal }: TryOptions,
): Promise<T | undefined> {
  const endsAt = performance.now() + timeoutMs;
  for (let left = timeoutMs; left > 0; left = endsAt - performance.now()) {
    if (signal.aborted) return undefined;
    // oxlint-disable-next-line no-await-in-loop -- The next try is for the case that this one fails.
    const answer = await ask(left);
    if (answer !== undefined) return answer;
    // With chance, so that the calls that wait do not all come back at once.
    // oxlint-disable-next-line no-await-in-loop -- As above.
    await wait(PAUSE_MS * (1 + Math.random()), undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
