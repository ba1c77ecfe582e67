/** Asks a provider something other than a call, within a time, and says without keys why it did not answer. */

import { isNativeError } from "node:util/types";
import { ProviderError } from "../plugins/contract.ts";
import { PriceListError } from "./list-prices.ts";

export interface AskOptions {
  readonly timeoutMs: number;
  /** Aborted: whoever has not answered has failed. */
  readonly signal?: AbortSignal | undefined;
}

/** Rejects when the time is up, or the signal is aborted, also where a plugin does not listen to its signal. */
export async function askWithin<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  { timeoutMs, signal }: AskOptions,
): Promise<Answer> {
  const controller = new AbortController();
  // Not `AbortSignal.timeout`: it keeps no process alive, and a command would end before its answer.
  const timer = setTimeout(
    () => controller.abort(new DOMException("no answer in time", "TimeoutError")),
    timeoutMs,
  );
  const limit = AbortSignal.any([controller.signal, ...(signal === undefined ? [] : [signal])]);
  try {
    return await Promise.race([ask(limit), aborted(limit)]);
  } finally {
    clearTimeout(timer);
    // Nobody asks any more. Node keeps a signal of `AbortSignal.any` that somebody listens to until it is aborted.
    controller.abort();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

/** Only a {@link ProviderError} promises that its message holds no key. */
export function describeFailure(error: unknown): string {
  if (error instanceof ProviderError || error instanceof PriceListError) return error.message;
  const name = isNativeError(error) || error instanceof DOMException ? error.name : typeof error;
  return name === "TimeoutError" ? "It did not answer in time." : `It failed with "${name}".`;
}
